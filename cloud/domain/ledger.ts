import { fen, type Fen } from './money';

/** A gateway as the owner of accounts. */
export type GatewayOwner = 'wechatpay' | 'alipay';

export type Unit = 'FEN' | 'POINTS';

/**
 * Accounts of the ledger. Asset and expense accounts grow with positive entries, liabilities and revenue with negative
 * ones, so that every posting sums to zero per unit.
 */
export type LedgerAccount =
  /** What a gateway holds for us until it settles. */
  | { readonly kind: 'gateway_clearing'; readonly owner: GatewayOwner }
  /** What we owe a merchant. */
  | { readonly kind: 'merchant_payable'; readonly owner: string }
  /** What we owe a merchant and have put into a batch to be paid out. */
  | { readonly kind: 'settlement_payable'; readonly owner: string }
  /** What a person paid from our bank account, until the bank's statement confirms it. */
  | { readonly kind: 'bank_clearing' }
  | { readonly kind: 'fee_revenue' }
  /** What fees waived, discounts and cashback cost: we fund them, the merchant is owed the whole amount all the same. */
  | { readonly kind: 'promotion_expense' }
  /** What points pay of orders: we fund it as well. */
  | { readonly kind: 'points_expense' }
  /** Money received that no order wants, on its way back to the payer. */
  | { readonly kind: 'suspense' }
  /** Money that a person returned outside the gateways; cleared when the books of the bank are closed. */
  | { readonly kind: 'refund_clearing' }
  /** What gateways keep of the payments they bring. */
  | { readonly kind: 'gateway_fee_expense' }
  /** What a gateway's books and ours differ by, as a person decided; either sign, until it is explained. */
  | { readonly kind: 'reconciliation_suspense'; readonly owner: GatewayOwner }
  /** What we owe a user of cashback, until it is paid out. */
  | { readonly kind: 'cashback_payable'; readonly owner: string }
  /** Points given out: the counterpart of every user's points. */
  | { readonly kind: 'points_issued' }
  /** Points that a payment earned and a refund may still take back: not to be spent yet. */
  | { readonly kind: 'points_pending'; readonly owner: string }
  /** Points to be spent; below zero where a refund took back what was spent already. */
  | { readonly kind: 'user_points'; readonly owner: string };

/** Text identifier of an account: `kind` or `kind:owner`. */
export const accountId = (account: LedgerAccount): string =>
  'owner' in account ? `${account.kind}:${account.owner}` : account.kind;

export interface Entry {
  readonly account: LedgerAccount;
  readonly unit: Unit;
  /** Fen or points, never zero. */
  readonly amount: number;
}

export type PostingKind =
  | 'payment'
  | 'surplus'
  | 'surplus_refund'
  | 'refund'
  | 'settlement'
  | 'payout'
  | 'payout_return'
  | 'cashback'
  | 'cashback_return'
  | 'cashback_payout'
  | 'cashback_payout_return'
  | 'cashback_moved'
  | 'gateway_fee'
  | 'points_release'
  | 'points_expiry'
  | 'points_moved'
  | 'reconciliation_adjustment';

export interface Posting {
  readonly kind: PostingKind;
  readonly entries: readonly Entry[];
}

export class LedgerError extends Error {
  override readonly name = 'LedgerError';
}

/** Sum of a posting's entries per unit. */
export function sumsOf(entries: readonly Entry[]): Readonly<Record<Unit, number>> {
  const sums: Record<Unit, number> = { FEN: 0, POINTS: 0 };
  for (const entry of entries) sums[entry.unit] += entry.amount;
  return sums;
}

/** A posting of what its entries move; those of nothing are left out. Throws LedgerError where it does not balance. */
export function posting(kind: PostingKind, entries: readonly Entry[]): Posting {
  const kept = entries.filter((entry) => entry.amount !== 0);
  const sums = sumsOf(kept);
  if (sums.FEN !== 0 || sums.POINTS !== 0) {
    throw new LedgerError(`a ${kind} posting does not balance: ${sums.FEN} fen, ${sums.POINTS} points`);
  }
  return { kind, entries: kept };
}

const positive = (amount: number): Fen => {
  if (amount <= 0) throw new LedgerError(`a posting moves a positive amount, not ${amount}`);
  return fen(amount);
};

/** The terms of a payment, or of the part of it that a refund returns. */
export interface BookedTerms {
  readonly amountFen: Fen;
  readonly feeFen: Fen;
  readonly feeWaivedFen?: Fen;
  readonly discountFen?: Fen;
  readonly pointsRedeemedFen?: Fen;
  /** Points that were spent. */
  readonly pointsRedeemed?: number;
  /** Points that were earned. */
  readonly points: number;
}

interface Sides {
  readonly merchantId: string;
  readonly userAccountId: string;
}

/**
 * The entries of a payment but for the gateway's. What waived fees, discounts and points save the payer is an expense of
 * ours: the fee counts as revenue in full, the merchant is owed the whole amount. Throws LedgerError for parts that cannot
 * be of one payment.
 */
function paymentEntries(
  { merchantId, userAccountId }: Sides,
  terms: BookedTerms,
): { readonly totalFen: Fen; readonly entries: readonly Entry[] } {
  const { amountFen, feeFen, points, pointsRedeemed = 0 } = terms;
  const promotedFen = (terms.feeWaivedFen ?? 0) + (terms.discountFen ?? 0);
  const pointsFen = terms.pointsRedeemedFen ?? 0;
  if (feeFen < 0) throw new LedgerError(`a fee is not negative: ${feeFen}`);
  for (const number of [points, pointsRedeemed]) {
    if (number < 0 || !Number.isSafeInteger(number)) {
      throw new LedgerError(`points are whole and not negative: ${number}`);
    }
  }
  const totalFen = fen(positive(amountFen) + feeFen - promotedFen - pointsFen);
  if (totalFen < 0) throw new LedgerError(`a total is not negative: ${totalFen}`);
  return {
    totalFen,
    entries: [
      { account: { kind: 'merchant_payable', owner: merchantId }, unit: 'FEN', amount: -amountFen },
      { account: { kind: 'fee_revenue' }, unit: 'FEN', amount: -feeFen },
      { account: { kind: 'promotion_expense' }, unit: 'FEN', amount: promotedFen },
      { account: { kind: 'points_expense' }, unit: 'FEN', amount: pointsFen },
      { account: { kind: 'points_issued' }, unit: 'POINTS', amount: points - pointsRedeemed },
      { account: { kind: 'points_pending', owner: userAccountId }, unit: 'POINTS', amount: -points },
      { account: { kind: 'user_points', owner: userAccountId }, unit: 'POINTS', amount: pointsRedeemed },
    ],
  };
}

/**
 * The posting of a paid order: the gateway holds the total, the merchant is owed the amount, the fee is ours and what the
 * payer saved our expense, the user has points pending and those spent no more. Without a gateway where the total is zero.
 * Throws LedgerError for an amount below one fen, a negative fee or total, points that are no natural number, or a total
 * that no gateway holds.
 */
export function paymentPosting(
  payment: Sides & BookedTerms & { readonly gateway: GatewayOwner | undefined },
): Posting {
  const { totalFen, entries } = paymentEntries(payment, payment);
  const { gateway } = payment;
  if (gateway === undefined) {
    if (totalFen > 0) throw new LedgerError(`no gateway holds ${totalFen} fen`);
    return posting('payment', entries);
  }
  return posting('payment', [
    { account: { kind: 'gateway_clearing', owner: gateway }, unit: 'FEN', amount: totalFen },
    ...entries,
  ]);
}

/** Money that came in for an order that was paid or closed: held in suspense until it is refunded. Throws LedgerError. */
export function surplusPosting(gateway: GatewayOwner, totalFen: Fen): Posting {
  return posting('surplus', [
    { account: { kind: 'gateway_clearing', owner: gateway }, unit: 'FEN', amount: positive(totalFen) },
    { account: { kind: 'suspense' }, unit: 'FEN', amount: -totalFen },
  ]);
}

/** Who returned money to a payer: the gateway that had taken it, or a person outside the gateways. */
export type ReturnedBy = GatewayOwner | 'person';

const returner = (by: ReturnedBy): LedgerAccount =>
  by === 'person' ? { kind: 'refund_clearing' } : { kind: 'gateway_clearing', owner: by };

/** The way back of a surplus once its refund is confirmed. Throws LedgerError. */
export function surplusRefundPosting(by: ReturnedBy, totalFen: Fen): Posting {
  return posting('surplus_refund', [
    { account: { kind: 'suspense' }, unit: 'FEN', amount: positive(totalFen) },
    { account: returner(by), unit: 'FEN', amount: -totalFen },
  ]);
}

/** How many of the points that a refund takes back were still pending; the others were the user's to spend. */
interface PointsTaken {
  readonly pointsPending: number;
}

/**
 * The way back of a part of a payment: what the payment booked, the other way round. Points that it earned are taken from
 * those pending and from those to be spent, where they may be missing: the user then owes them. Throws LedgerError as
 * `paymentPosting` does.
 */
export function refundPosting(
  refund: Sides & BookedTerms & PointsTaken & { readonly by: ReturnedBy },
): Posting {
  const { points, pointsPending, pointsRedeemed = 0, userAccountId: owner } = refund;
  if (pointsPending < 0 || pointsPending > points) {
    throw new LedgerError(`of ${points} points ${pointsPending} cannot be pending`);
  }
  const { totalFen, entries } = paymentEntries(refund, refund);
  return posting('refund', [
    ...entries
      .filter(({ account: { kind } }) => kind !== 'points_pending' && kind !== 'user_points')
      .map(({ account, unit, amount }) => ({ account, unit, amount: -amount })),
    { account: returner(refund.by), unit: 'FEN', amount: -totalFen },
    { account: { kind: 'points_pending', owner }, unit: 'POINTS', amount: pointsPending },
    {
      account: { kind: 'user_points', owner },
      unit: 'POINTS',
      amount: points - pointsPending - pointsRedeemed,
    },
  ]);
}

/** The refund window of a payment is over: its points are the user's to spend. Throws LedgerError. */
export function pointsReleasePosting(owner: string, points: number): Posting {
  return posting('points_release', [
    { account: { kind: 'points_pending', owner }, unit: 'POINTS', amount: positive(points) },
    { account: { kind: 'user_points', owner }, unit: 'POINTS', amount: -points },
  ]);
}

/** Points expired: nobody has them any more. Throws LedgerError. */
export function pointsExpiryPosting(owner: string, points: number): Posting {
  return posting('points_expiry', [
    { account: { kind: 'user_points', owner }, unit: 'POINTS', amount: positive(points) },
    { account: { kind: 'points_issued' }, unit: 'POINTS', amount: -points },
  ]);
}

/**
 * Two users' accounts become one: points of one are the other's, fewer than none where they are owed. A posting for each, so
 * that each is filed under whose account it moves. Throws LedgerError for none, or for pending ones that are owed.
 */
export function pointsMovedPostings(
  kind: 'points_pending' | 'user_points',
  from: string,
  to: string,
  points: number,
): readonly Posting[] {
  if (points === 0 || (kind === 'points_pending' && points < 0) || !Number.isSafeInteger(points))
    throw new LedgerError(`${points} points are not moved`);
  return (
    [
      [from, points],
      [to, -points],
    ] as const
  ).map(([owner, amount]) =>
    posting('points_moved', [
      { account: { kind, owner }, unit: 'POINTS', amount },
      { account: { kind: 'points_issued' }, unit: 'POINTS', amount: -amount },
    ]),
  );
}

/** A batch closes: what was payable to the merchant waits to be paid out. Throws LedgerError. */
export function settlementPosting(merchantId: string, netFen: Fen): Posting {
  return posting('settlement', [
    { account: { kind: 'merchant_payable', owner: merchantId }, unit: 'FEN', amount: positive(netFen) },
    { account: { kind: 'settlement_payable', owner: merchantId }, unit: 'FEN', amount: -netFen },
  ]);
}

/** Where a payout's money comes from: a gateway's account, or the bank account for one made by hand. */
export type PayoutSource = GatewayOwner | 'bank';

const sourceAccount = (source: PayoutSource): LedgerAccount =>
  source === 'bank' ? { kind: 'bank_clearing' } : { kind: 'gateway_clearing', owner: source };

/** A payout has reached its merchant. Throws LedgerError. */
export function payoutPosting(merchantId: string, source: PayoutSource, amountFen: Fen): Posting {
  return posting('payout', [
    { account: { kind: 'settlement_payable', owner: merchantId }, unit: 'FEN', amount: positive(amountFen) },
    { account: sourceAccount(source), unit: 'FEN', amount: -amountFen },
  ]);
}

/** A payout came back: the merchant is owed it again. Throws LedgerError. */
export function payoutReturnPosting(merchantId: string, source: PayoutSource, amountFen: Fen): Posting {
  return posting('payout_return', [
    { account: sourceAccount(source), unit: 'FEN', amount: positive(amountFen) },
    { account: { kind: 'settlement_payable', owner: merchantId }, unit: 'FEN', amount: -amountFen },
  ]);
}

/** Cashback is owed from the payment on. Throws LedgerError. */
export function cashbackPosting(userAccountId: string, amountFen: Fen): Posting {
  return posting('cashback', [
    { account: { kind: 'promotion_expense' }, unit: 'FEN', amount: positive(amountFen) },
    { account: { kind: 'cashback_payable', owner: userAccountId }, unit: 'FEN', amount: -amountFen },
  ]);
}

/** A refund came before cashback was on its way: so much of it is not owed any more. Throws LedgerError. */
export function cashbackReturnPosting(userAccountId: string, amountFen: Fen): Posting {
  return posting('cashback_return', [
    { account: { kind: 'cashback_payable', owner: userAccountId }, unit: 'FEN', amount: positive(amountFen) },
    { account: { kind: 'promotion_expense' }, unit: 'FEN', amount: -amountFen },
  ]);
}

/** Cashback has reached its user. Throws LedgerError. */
export function cashbackPayoutPosting(userAccountId: string, gateway: GatewayOwner, amountFen: Fen): Posting {
  return posting('cashback_payout', [
    { account: { kind: 'cashback_payable', owner: userAccountId }, unit: 'FEN', amount: positive(amountFen) },
    { account: { kind: 'gateway_clearing', owner: gateway }, unit: 'FEN', amount: -amountFen },
  ]);
}

/** Cashback came back from its gateway: the user is owed it again. Throws LedgerError. */
export function cashbackPayoutReturnPosting(
  userAccountId: string,
  gateway: GatewayOwner,
  amountFen: Fen,
): Posting {
  return posting('cashback_payout_return', [
    { account: { kind: 'gateway_clearing', owner: gateway }, unit: 'FEN', amount: positive(amountFen) },
    { account: { kind: 'cashback_payable', owner: userAccountId }, unit: 'FEN', amount: -amountFen },
  ]);
}

/**
 * Two users' accounts become one: what one was owed of cashback the other is. A posting for each, so that each is filed under
 * whose account it moves. Throws LedgerError.
 */
export const cashbackMovedPostings = (from: string, to: string, amountFen: Fen): readonly Posting[] =>
  (
    [
      [from, positive(amountFen)],
      [to, -amountFen],
    ] as const
  ).map(([owner, amount]) =>
    posting('cashback_moved', [
      { account: { kind: 'cashback_payable', owner }, unit: 'FEN', amount },
      { account: { kind: 'promotion_expense' }, unit: 'FEN', amount: -amount },
    ]),
  );

/** The fee that a gateway kept of a payment; negative where it gives back with a refund. Throws LedgerError for none. */
export function gatewayFeePosting(gateway: GatewayOwner, feeFen: Fen): Posting {
  if (feeFen === 0) throw new LedgerError('a fee of nothing is not booked');
  return posting('gateway_fee', [
    { account: { kind: 'gateway_fee_expense' }, unit: 'FEN', amount: feeFen },
    { account: { kind: 'gateway_clearing', owner: gateway }, unit: 'FEN', amount: -feeFen },
  ]);
}

/**
 * What a person books of a difference: `clearingFen` is what the gateway holds more than our books say, negative for less.
 * Throws LedgerError for nothing.
 */
export function adjustmentPosting(gateway: GatewayOwner, clearingFen: Fen): Posting {
  if (clearingFen === 0) throw new LedgerError('an adjustment of nothing is not booked');
  return posting('reconciliation_adjustment', [
    { account: { kind: 'gateway_clearing', owner: gateway }, unit: 'FEN', amount: clearingFen },
    { account: { kind: 'reconciliation_suspense', owner: gateway }, unit: 'FEN', amount: -clearingFen },
  ]);
}
