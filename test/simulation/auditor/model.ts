/**
 * What must be true of orders, prices and postings, written from the design and from nothing in `cloud/`. Amounts in fen.
 */
const ORDER_MOVES: Readonly<Record<string, readonly string[]>> = {
  '': ['created'],
  created: ['paying', 'paid', 'closed'],
  paying: ['paid', 'closed'],
  paid: ['partially_refunded', 'refunded'],
  partially_refunded: ['refunded'],
};
/** A success may follow everything but a success; nothing follows a success. */
const ATTEMPT_MOVES: Readonly<Record<string, readonly string[]>> = {
  '': ['created'],
  created: ['submitted', 'succeeded', 'failed', 'closed', 'unknown'],
  submitted: ['succeeded', 'failed', 'closed', 'unknown'],
  unknown: ['submitted', 'succeeded', 'failed', 'closed'],
  failed: ['succeeded'],
  closed: ['succeeded'],
};

export const RECEIVED: readonly string[] = ['paid', 'partially_refunded', 'refunded'];
export const FINAL_ORDERS: readonly string[] = [...RECEIVED, 'closed'];
export const ENDED_ATTEMPTS: readonly string[] = ['succeeded', 'failed', 'closed'];

/** Whether a row of history tells a change that the design allows; one that changes nothing is a remark. */
export function mayMove(subject: string, from: string | null, to: string): boolean {
  if (from === to) return true;
  const moves = subject === 'order' ? ORDER_MOVES : subject === 'attempt' ? ATTEMPT_MOVES : undefined;
  return moves === undefined || (moves[from ?? '']?.includes(to) ?? false);
}

/** ¥500 free; above, a thousandth of the part above, to the nearest fen with halves up, from ¥0.01 to ¥25. */
export function feeOf(amountFen: number): number {
  const above = amountFen - 50_000;
  if (above <= 0) return 0;
  const thousandths = above % 1_000;
  const nearest = (above - thousandths) / 1_000 + (thousandths >= 500 ? 1 : 0);
  return Math.min(2_500, Math.max(1, nearest));
}

/** One point for each whole yuan of the amount. */
export const pointsOf = (amountFen: number): number => (amountFen - (amountFen % 100)) / 100;

export interface Line {
  readonly account: string;
  readonly unit: string;
  readonly amount: number;
}

/** The lines of each kind of posting, in no order; undefined for a kind that the design does not know. */
export function linesOf(
  kind: string,
  facts: {
    readonly gateway: string;
    readonly merchantId: string;
    readonly accountId: string;
    readonly amountFen: number;
    readonly totalFen: number;
  },
): readonly Line[] | undefined {
  const clearing = `gateway_clearing:${facts.gateway}`;
  const fen = (account: string, amount: number): Line => ({ account, unit: 'FEN', amount });
  const points = (account: string, amount: number): Line => ({ account, unit: 'POINTS', amount });
  const lines: Readonly<Record<string, () => Line[]>> = {
    payment: () => [
      fen(clearing, facts.totalFen),
      fen(`merchant_payable:${facts.merchantId}`, -facts.amountFen),
      fen('fee_revenue', -feeOf(facts.amountFen)),
      points('points_issued', pointsOf(facts.amountFen)),
      points(`points_pending:${facts.accountId}`, -pointsOf(facts.amountFen)),
    ],
    surplus: () => [fen(clearing, facts.totalFen), fen('suspense', -facts.totalFen)],
    surplus_refund: () => [fen('suspense', facts.totalFen), fen(clearing, -facts.totalFen)],
  };
  return lines[kind]?.().filter((line) => line.amount !== 0);
}

/** Lines as one text, the same for the same lines in any order. */
export const written = (lines: readonly Line[]): string =>
  lines
    .map(({ account, unit, amount }) => `${account} ${unit} ${amount}`)
    .sort()
    .join(', ');
