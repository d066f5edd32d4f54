import { AMOUNT_FEN_MAX } from '../../../cloud/contract/limits';

/** The keys of the keypad. */
export const AMOUNT_KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '.', '0', 'delete'] as const;
export type AmountKey = (typeof AMOUNT_KEYS)[number];

/** What a person may have typed on the way to an amount: `''`, `0`, `0.`, `12`, `12.5`, `12.50`. */
const WELL_FORMED = /^(?:(?:0|[1-9]\d*)(?:\.\d{0,2})?)?$/;

/** Fen of what was typed, by moving digits, never by multiplying. Nothing typed is 0. */
export function typedToFen(typed: string): number {
  const [yuan = '', cents = ''] = typed.split('.');
  return Number(`${yuan}${cents.padEnd(2, '0')}`);
}

/** What to type for an amount in fen: `100` is `1`, `150` is `1.5`, `105` is `1.05`. */
export function fenToTyped(fen: number): string {
  const digits = String(fen).padStart(3, '0');
  const cents = digits.slice(-2).replace(/0+$/, '');
  return cents === '' ? digits.slice(0, -2) : `${digits.slice(0, -2)}.${cents}`;
}

/**
 * What stands there after one more key. A key that would make a wrong amount (a third decimal, a second point, more than
 * the limit) changes nothing; what was typed is kept as it was typed, trailing zeros included.
 */
export function pressKey(typed: string, key: AmountKey, fenMax: number = AMOUNT_FEN_MAX): string {
  if (key === 'delete') return typed.slice(0, -1);
  let next = typed + key;
  if (key === '.' && typed === '') next = '0.';
  else if (typed === '0' && key !== '.') next = key;
  if (!WELL_FORMED.test(next) || typedToFen(next) > fenMax) return typed;
  return next;
}
