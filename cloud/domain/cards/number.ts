import { Secret } from '../secret';
import { BANK_RANGES, SCHEME_RANGES, type CardKind, type CardScheme } from './ranges';

/** The number of a bank card, which shows no more than its last four digits (PCI DSS 3.4.1 allows the first six as well). */
export class CardNumber extends Secret {
  readonly lastFour: string;
  constructor(digits: string) {
    super(digits, `•••• ${digits.slice(-4)}`);
    this.lastFour = digits.slice(-4);
  }
}

export interface Card {
  readonly number: CardNumber;
  readonly scheme: CardScheme;
  /** Code of the bank, and what kind of card it is; undefined where the table does not tell. */
  readonly bank: string | undefined;
  readonly kind: CardKind | undefined;
}

/** Whether the last digit fits the others (Luhn; ISO/IEC 7812-1 annex B). Wants digits alone. */
export function fitsLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const weighed = place % 2 === 0 ? digit : digit * 2;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return digits.length > 0 && sum % 10 === 0;
}

/** What a card's number says, with spaces and dashes as people type them; undefined where it is no card's that is known. */
export function readCard(typed: string): Card | undefined {
  const digits = typed.replace(/[ -]/g, '');
  if (!/^\d{13,19}$/.test(digits) || !fitsLuhn(digits)) return undefined;
  const range = SCHEME_RANGES.find(({ from, to, lengths }) => {
    const prefix = digits.slice(0, from.length);
    return prefix >= from && prefix <= to && lengths.includes(digits.length);
  });
  if (range === undefined) return undefined;
  const issued = BANK_RANGES.find(
    ({ prefix, length }) => length === digits.length && digits.startsWith(prefix),
  );
  return { number: new CardNumber(digits), scheme: range.scheme, bank: issued?.bank, kind: issued?.kind };
}
