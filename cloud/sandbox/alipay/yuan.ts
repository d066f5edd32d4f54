/** 100 000 000.00 yuan: the most one trade may be. */
const TOTAL_MAX_FEN = 10_000_000_000;
const YUAN = /^(0|[1-9]\d{0,8})(?:\.(\d{1,2}))?$/;

/** Reads an amount as Alipay takes it: a string of yuan, at most two decimals, 0.01 to 100000000. Integer fen or undefined. */
export function parseYuanText(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const match = YUAN.exec(value);
  if (match === null) return undefined;
  const fen = Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
  return fen >= 1 && fen <= TOTAL_MAX_FEN ? fen : undefined;
}

/** Writes integer fen as yuan with two decimals. */
export function formatYuanText(fen: number): string {
  return `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
}
