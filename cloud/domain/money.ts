/** An integer number of fen (1 yuan = 100 fen). Branded so that a plain number cannot slip in. */
export type Fen = number & { readonly __unit: 'fen' };

export class MoneyError extends Error {
  override readonly name = 'MoneyError';
}

/** Brands a number as fen. Throws MoneyError unless it is a safe integer; negative amounts are allowed (ledger entries). */
export function fen(value: number): Fen {
  if (!Number.isSafeInteger(value)) throw new MoneyError(`not an integer number of fen: ${value}`);
  // -0 would survive JSON and compare oddly in tests of equality.
  return (value === 0 ? 0 : value) as Fen;
}

/** The exact sum. Throws MoneyError where it, or the sum of the first of them, is more than can be counted exactly. */
export const addFen = (...amounts: readonly Fen[]): Fen =>
  amounts.reduce((sum, amount) => fen(sum + amount), fen(0));

/** `1234` fen as `12.34`: the wire form of Alipay and the number shown on screens. */
export function formatYuan(amount: Fen): string {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Reads plain decimal yuan with at most 2 decimals (`12`, `12.3`, `12.34`). Undefined for anything else: signs, `1e3`, text. */
export function parseYuan(text: string): Fen | undefined {
  const match = /^(0|[1-9]\d{0,12})(?:\.(\d{1,2}))?$/.exec(text);
  if (!match) return undefined;
  return fen(Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')));
}

/**
 * `amount * rate`, the rate in parts per million, rounded half up to a fen. Done in BigInt, so no amount is too
 * large for the product. Throws MoneyError for a negative amount or rate.
 */
export function portionOf(amount: Fen, ratePpm: number): Fen {
  if (amount < 0 || ratePpm < 0 || !Number.isSafeInteger(ratePpm)) {
    throw new MoneyError(`no portion of ${amount} fen at ${ratePpm} ppm`);
  }
  return fen(Number((BigInt(amount) * BigInt(ratePpm) + 500_000n) / 1_000_000n));
}
