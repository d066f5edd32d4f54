/**
 * What must be true of orders, refunds, batches, prices and postings, written from the design and from nothing in `cloud/`. Amounts in fen.
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

const REFUND_MOVES: Readonly<Record<string, readonly string[]>> = {
  '': ['requested'],
  requested: ['processing', 'failed', 'needs_review', 'succeeded'],
  processing: ['requested', 'failed', 'needs_review', 'succeeded'],
  failed: ['processing', 'needs_review', 'succeeded'],
  needs_review: ['processing', 'succeeded'],
};
const SETTLEMENT_MOVES: Readonly<Record<string, readonly string[]>> = {
  '': ['closed'],
  closed: ['paying', 'paid'],
  paying: ['paid', 'needs_review'],
  needs_review: ['paying', 'paid'],
  // Money can come back long after it arrived.
  paid: ['needs_review'],
};
/** What was sent is settled by its gateway's word alone; what a person paid from the bank is paid from the first. */
const PAYOUT_MOVES: Readonly<Record<string, readonly string[]>> = {
  '': ['requested', 'paid'],
  requested: ['unknown'],
  unknown: ['processing', 'awaiting_payee', 'paid', 'failed'],
  processing: ['unknown', 'awaiting_payee', 'paid', 'failed'],
  awaiting_payee: ['unknown', 'processing', 'paid', 'failed'],
  paid: ['returned'],
};
const MOVES: Readonly<Record<string, typeof ORDER_MOVES>> = {
  order: ORDER_MOVES,
  attempt: ATTEMPT_MOVES,
  refund: REFUND_MOVES,
  settlement: SETTLEMENT_MOVES,
  payout: PAYOUT_MOVES,
};

export const RECEIVED: readonly string[] = ['paid', 'partially_refunded', 'refunded'];
export const FINAL_ORDERS: readonly string[] = [...RECEIVED, 'closed'];
export const ENDED_ATTEMPTS: readonly string[] = ['succeeded', 'failed', 'closed'];
export const ENDED_PAYOUTS: readonly string[] = ['paid', 'failed', 'returned'];

/** Whether a row of history tells a change that the design allows; one that changes nothing is a remark. */
export const mayMove = (subject: string, from: string | null, to: string): boolean =>
  from === to || (MOVES[subject]?.[from ?? '']?.includes(to) ?? false);

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

/**
 * What has come back of an order once refunds come to so much of its amount: of the fee its part to the nearest fen with
 * halves up, of the points their part rounded down. A refund is the difference of two of these.
 */
export function returnedOf(
  order: { readonly amount_fen: number; readonly fee_fen: number; readonly points: number },
  upToFen: number,
): { readonly feeFen: number; readonly points: number } {
  const { amount_fen: whole, fee_fen: fee, points } = order;
  return {
    feeFen: Math.floor((2 * fee * upToFen + whole) / (2 * whole)),
    points: Math.floor((points * upToFen) / whole),
  };
}

export interface Line {
  readonly account: string;
  readonly unit: string;
  readonly amount: number;
}

const fen = (account: string, amount: number): Line => ({ account, unit: 'FEN', amount });
const points = (account: string, amount: number): Line => ({ account, unit: 'POINTS', amount });
const clearing = (source: string): string =>
  source === 'bank' ? 'bank_clearing' : `gateway_clearing:${source}`;

/** What money came back, and who gave it: the gateway, or a person from somewhere else. */
export interface Returned {
  readonly by: 'gateway' | 'person';
  readonly totalFen: number;
  readonly feeFen: number;
  readonly points: number;
}

/** The lines of each kind of posting that an order causes, in no order; undefined for a kind that the design does not know. */
export function orderLines(
  kind: string,
  facts: {
    readonly gateway: string;
    readonly merchantId: string;
    readonly accountId: string;
    readonly amountFen: number;
    readonly totalFen: number;
    /** Of refunds. */
    readonly returned: Returned | undefined;
    /** Of what the gateway keeps. */
    readonly keptFen: number;
  },
): readonly Line[] | undefined {
  const { gateway, merchantId, accountId, amountFen, totalFen, keptFen } = facts;
  const { by, totalFen: backFen, feeFen, points: taken } = facts.returned ?? NOTHING_RETURNED;
  const returner = by === 'person' ? 'refund_clearing' : clearing(gateway);
  const lines: Readonly<Record<string, () => Line[]>> = {
    payment: () => [
      fen(clearing(gateway), totalFen),
      fen(`merchant_payable:${merchantId}`, -amountFen),
      fen('fee_revenue', -feeOf(amountFen)),
      points('points_issued', pointsOf(amountFen)),
      points(`points_pending:${accountId}`, -pointsOf(amountFen)),
    ],
    surplus: () => [fen(clearing(gateway), totalFen), fen('suspense', -totalFen)],
    surplus_refund: () => [fen('suspense', totalFen), fen(returner, -totalFen)],
    refund: () => [
      fen(`merchant_payable:${merchantId}`, backFen - feeFen),
      fen('fee_revenue', feeFen),
      fen(returner, -backFen),
      // No world lasts until points are released.
      points(`points_pending:${accountId}`, taken),
      points('points_issued', -taken),
    ],
    gateway_fee: () => [fen('gateway_fee_expense', keptFen), fen(clearing(gateway), -keptFen)],
  };
  return lines[kind]?.().filter((line) => line.amount !== 0);
}

const NOTHING_RETURNED: Returned = { by: 'gateway', totalFen: 0, feeFen: 0, points: 0 };

/** The lines of what a batch or its payouts cause. */
export function settlementLines(
  kind: string,
  facts: { readonly merchantId: string; readonly source: string; readonly amountFen: number },
): readonly Line[] | undefined {
  const { merchantId, source, amountFen } = facts;
  const waiting = `settlement_payable:${merchantId}`;
  const lines: Readonly<Record<string, () => Line[]>> = {
    settlement: () => [fen(`merchant_payable:${merchantId}`, amountFen), fen(waiting, -amountFen)],
    payout: () => [fen(waiting, amountFen), fen(clearing(source), -amountFen)],
    payout_return: () => [fen(clearing(source), amountFen), fen(waiting, -amountFen)],
  };
  return lines[kind]?.();
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The day up to which money is due: today in China, or before a weekend's day the Friday. There is no holiday in these worlds. */
export function dueBefore(nowMs: number): string {
  const local = new Date(nowMs + 8 * HOUR_MS);
  const sinceFriday = { 0: 2, 6: 1 }[local.getUTCDay()] ?? 0;
  return new Date(local.getTime() - sinceFriday * DAY_MS).toISOString().slice(0, 10);
}

/** Lines as one text, the same for the same lines in any order. */
export const written = (lines: readonly Line[]): string =>
  lines
    .map(({ account, unit, amount }) => `${account} ${unit} ${amount}`)
    .sort()
    .join(', ');
