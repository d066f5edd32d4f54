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
  | { readonly kind: 'gateway_clearing'; readonly owner: 'wechatpay' | 'alipay' }
  /** What we owe a merchant. */
  | { readonly kind: 'merchant_payable'; readonly owner: string }
  | { readonly kind: 'fee_revenue' }
  /** Money received that no order wants, on its way back to the payer. */
  | { readonly kind: 'suspense' }
  /** What gateways keep of the payments they bring. */
  | { readonly kind: 'gateway_fee_expense' }
  /** What a gateway's books and ours differ by, as a person decided; either sign, until it is explained. */
  | { readonly kind: 'reconciliation_suspense'; readonly owner: GatewayOwner }
  /** Points given out: the counterpart of every user's points. */
  | { readonly kind: 'points_issued' }
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
  'payment' | 'surplus' | 'surplus_refund' | 'gateway_fee' | 'reconciliation_adjustment';

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

function posting(kind: PostingKind, entries: readonly Entry[]): Posting {
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

/** The posting of a paid order: the gateway holds the total, the merchant is owed the amount, the fee is ours. */
export function paymentPosting(payment: {
  readonly gateway: 'wechatpay' | 'alipay';
  readonly merchantId: string;
  readonly userAccountId: string;
  readonly amountFen: Fen;
  readonly feeFen: Fen;
  readonly points: number;
}): Posting {
  const totalFen = positive(payment.amountFen + payment.feeFen);
  return posting('payment', [
    { account: { kind: 'gateway_clearing', owner: payment.gateway }, unit: 'FEN', amount: totalFen },
    {
      account: { kind: 'merchant_payable', owner: payment.merchantId },
      unit: 'FEN',
      amount: -payment.amountFen,
    },
    { account: { kind: 'fee_revenue' }, unit: 'FEN', amount: -payment.feeFen },
    { account: { kind: 'points_issued' }, unit: 'POINTS', amount: payment.points },
    {
      account: { kind: 'user_points', owner: payment.userAccountId },
      unit: 'POINTS',
      amount: -payment.points,
    },
  ]);
}

/** Money that came in for an order that was paid or closed: held in suspense until it is refunded. */
export function surplusPosting(gateway: 'wechatpay' | 'alipay', totalFen: Fen): Posting {
  return posting('surplus', [
    { account: { kind: 'gateway_clearing', owner: gateway }, unit: 'FEN', amount: positive(totalFen) },
    { account: { kind: 'suspense' }, unit: 'FEN', amount: -totalFen },
  ]);
}

/** The way back of a surplus once the gateway confirms its refund. */
export function surplusRefundPosting(gateway: 'wechatpay' | 'alipay', totalFen: Fen): Posting {
  return posting('surplus_refund', [
    { account: { kind: 'suspense' }, unit: 'FEN', amount: positive(totalFen) },
    { account: { kind: 'gateway_clearing', owner: gateway }, unit: 'FEN', amount: -totalFen },
  ]);
}

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
