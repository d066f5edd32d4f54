import { addFen, fen, MoneyError, type Fen } from './money';
import { wasPaid, type OrderState } from './orders';

/**
 * Refunds of what an order was paid with. A refund returns a part of the amount; every other term of the total follows
 * in proportion. What has been returned once refunds come to `x` fen of the amount is a function of `x` alone, so that
 * no sequence of parts loses or makes a fen and the last part returns exactly the rest.
 */
export type RefundState = 'requested' | 'processing' | 'failed' | 'needs_review' | 'succeeded';

/**
 * Where each refund state may go. `failed`: the gateway refused, and is asked again later under the same number.
 * `needs_review`: a person decides; a success may still come by itself, because the gateway decides that, not we.
 */
export const REFUND_TRANSITIONS: Readonly<Record<RefundState, readonly RefundState[]>> = {
  requested: ['processing', 'failed', 'needs_review', 'succeeded'],
  processing: ['requested', 'failed', 'needs_review', 'succeeded'],
  failed: ['processing', 'needs_review', 'succeeded'],
  needs_review: ['processing', 'succeeded'],
  succeeded: [],
};

export const canRefundMove = (from: RefundState, to: RefundState): boolean =>
  REFUND_TRANSITIONS[from].includes(to);

/** Refusals of a gateway after which a person is asked. */
export const REFUND_FAILURES_MAX = 6;
/** Gateways take no more refunds of one payment than this. */
export const REFUNDS_PER_ORDER_MAX = 50;

/** A term of the total besides the amount; negative where it lowered the total. */
export interface RefundTerm {
  readonly kind: 'fee' | 'fee_waived' | 'discount' | 'points_redeemed';
  readonly amountFen: Fen;
}

/** What a payment consisted of. */
export interface RefundablePayment {
  readonly amountFen: Fen;
  readonly terms: readonly RefundTerm[];
  /** Points that it earned. */
  readonly points: number;
  /** Points that were spent on it. */
  readonly pointsRedeemed: number;
}

/** What goes back: a part of each term, their sum through the gateway, the points taken back and those given back. */
export interface RefundParts {
  readonly amountFen: Fen;
  readonly terms: readonly RefundTerm[];
  readonly totalFen: Fen;
  readonly points: number;
  readonly pointsRedeemed: number;
}

/** `part * share / whole`, with half a unit and more rounded away from zero or, with `down`, towards it. */
function proportion(part: number, share: number, whole: number, rounding: 'half' | 'down'): number {
  const product = BigInt(Math.abs(part)) * BigInt(share);
  const divisor = BigInt(whole);
  const quotient = rounding === 'down' ? product / divisor : (2n * product + divisor) / (2n * divisor);
  return Math.sign(part) * Number(quotient);
}

/**
 * All that has been returned once refunds come to `refundedFen` of the amount. The amount with the first term, with the
 * first two and so on are each returned in proportion, rounded half up, and a term is what it adds: so what comes back
 * through the gateway never falls from one refund to the next. Points taken back are rounded down, those given back half up,
 * both in the user's favour. Throws MoneyError for more than the amount.
 */
export function returnedParts(payment: RefundablePayment, refundedFen: Fen): RefundParts {
  const { amountFen, points, pointsRedeemed } = payment;
  if (refundedFen < 0 || refundedFen > amountFen) {
    throw new MoneyError(`${refundedFen} of ${amountFen} fen cannot have been returned`);
  }
  let soFarFen = amountFen;
  let returnedFen = refundedFen;
  const terms = payment.terms.map((term) => {
    soFarFen = addFen(soFarFen, term.amountFen);
    const withTermFen = fen(proportion(soFarFen, refundedFen, amountFen, 'half'));
    const share = { kind: term.kind, amountFen: fen(withTermFen - returnedFen) };
    returnedFen = withTermFen;
    return share;
  });
  return {
    amountFen: refundedFen,
    terms,
    totalFen: returnedFen,
    points: proportion(points, refundedFen, amountFen, 'down'),
    pointsRedeemed: proportion(pointsRedeemed, refundedFen, amountFen, 'half'),
  };
}

/** What one more refund of `amountFen` returns after refunds of `refundedFen`. Throws MoneyError. */
export function refundParts(payment: RefundablePayment, refundedFen: Fen, amountFen: Fen): RefundParts {
  const before = returnedParts(payment, refundedFen);
  const after = returnedParts(payment, fen(refundedFen + amountFen));
  return {
    amountFen,
    terms: after.terms.map((term, index) => ({
      kind: term.kind,
      amountFen: fen(term.amountFen - (before.terms[index]?.amountFen ?? 0)),
    })),
    totalFen: fen(after.totalFen - before.totalFen),
    points: after.points - before.points,
    pointsRedeemed: after.pointsRedeemed - before.pointsRedeemed,
  };
}

/** Refusals are error codes of the contract. */
export type RefundRefusal =
  | 'order_not_paid'
  | 'refund_too_large'
  | 'refund_too_small'
  | 'refund_limit_reached'
  | 'merchant_funds_insufficient';

export type RefundDecision =
  | { readonly outcome: 'granted'; readonly parts: RefundParts }
  | { readonly outcome: 'refused'; readonly code: RefundRefusal };

/**
 * Whether an order may be refunded by so much now. `claimedFen`: the amounts of all its refunds, those under way
 * included. `merchantFundsFen`: what we owe the merchant beyond what refunds under way will take. Without `amountFen`
 * the whole rest is meant.
 */
export function decideRefund(facts: {
  readonly orderState: OrderState;
  readonly payment: RefundablePayment;
  readonly claimedFen: Fen;
  readonly refunds: number;
  readonly merchantFundsFen: number;
  readonly amountFen: Fen | undefined;
}): RefundDecision {
  const refused = (code: RefundRefusal): RefundDecision => ({ outcome: 'refused', code });
  if (!wasPaid(facts.orderState)) return refused('order_not_paid');
  const restFen = fen(facts.payment.amountFen - facts.claimedFen);
  const amountFen = facts.amountFen ?? restFen;
  if (amountFen > restFen || restFen === 0) return refused('refund_too_large');
  if (facts.refunds >= REFUNDS_PER_ORDER_MAX) return refused('refund_limit_reached');
  if (amountFen > facts.merchantFundsFen) return refused('merchant_funds_insufficient');
  const parts = refundParts(facts.payment, facts.claimedFen, amountFen);
  // Of an order that a discount paid almost whole, a small part may be nothing at the gateway.
  if (parts.totalFen < 1 && parts.pointsRedeemed < 1 && amountFen < restFen) {
    return refused('refund_too_small');
  }
  return { outcome: 'granted', parts };
}

/** The state of an order of whose amount so much has come back. */
export const stateAfterRefund = (amountFen: Fen, returnedFen: Fen): 'partially_refunded' | 'refunded' =>
  returnedFen >= amountFen ? 'refunded' : 'partially_refunded';

/** How a gateway says a refund stands, or that it did not take it. */
export type ReportedRefund = 'processing' | 'succeeded' | 'closed' | 'abnormal' | 'not_found' | 'refused';

/**
 * What a gateway's word asks of a refund. One that the gateway does not know is sent again; one that it gave up, that
 * it refused too often or that has another amount needs a person.
 */
export function decideRefundReport(facts: {
  readonly reported: ReportedRefund;
  readonly refundFen: Fen;
  readonly reportedFen: number | undefined;
  /** Refusals before this one. */
  readonly failures: number;
}): { readonly to: RefundState; readonly reason: string } {
  const { reported, failures, reportedFen } = facts;
  if (reportedFen !== undefined && reportedFen !== facts.refundFen) {
    return { to: 'needs_review', reason: 'refund_amount_mismatch' };
  }
  switch (reported) {
    case 'succeeded':
      return { to: 'succeeded', reason: 'refund_confirmed' };
    case 'processing':
      return { to: 'processing', reason: 'refund_accepted' };
    case 'not_found':
      return { to: 'requested', reason: 'refund_not_found' };
    case 'closed':
    case 'abnormal':
      return { to: 'needs_review', reason: `refund_${reported}` };
    case 'refused':
      return failures + 1 >= REFUND_FAILURES_MAX
        ? { to: 'needs_review', reason: 'refund_refused_often' }
        : { to: 'failed', reason: 'refund_refused' };
  }
}

const PAUSE_FIRST_MS = 60_000;
const PAUSE_LONGEST_MS = 6 * 3_600_000;

/** How long after its so-manyth refusal a refund is sent again, in ms: a minute, doubled each time up to six hours. */
export const refundPauseMs = (failures: number): number =>
  Math.min(PAUSE_FIRST_MS * 2 ** Math.max(0, failures - 1), PAUSE_LONGEST_MS);
