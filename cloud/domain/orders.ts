/**
 * The life of orders and attempts. An order takes many attempts and at most one effective success; `paid` is final
 * against every later close; only what a gateway said (a verified notification or a query) moves an attempt to an end.
 */
export type OrderState = 'created' | 'paying' | 'paid' | 'partially_refunded' | 'refunded' | 'closed';
export type AttemptState = 'created' | 'submitted' | 'succeeded' | 'failed' | 'closed' | 'unknown';
export type Actor = 'user' | 'gateway' | 'system' | 'operator';

/** Where each order state may go. What is not listed here does not happen. */
export const ORDER_TRANSITIONS: Readonly<Record<OrderState, readonly OrderState[]>> = {
  created: ['paying', 'paid', 'closed'],
  paying: ['paid', 'closed'],
  paid: ['partially_refunded', 'refunded'],
  partially_refunded: ['refunded'],
  refunded: [],
  closed: [],
};

/**
 * Where each attempt state may go. `unknown` is a question still open, not an end; a success may come after we believed
 * an attempt failed or closed, because the gateway decides that, not we.
 */
export const ATTEMPT_TRANSITIONS: Readonly<Record<AttemptState, readonly AttemptState[]>> = {
  created: ['submitted', 'succeeded', 'failed', 'closed', 'unknown'],
  submitted: ['succeeded', 'failed', 'closed', 'unknown'],
  unknown: ['submitted', 'succeeded', 'failed', 'closed'],
  failed: ['succeeded'],
  closed: ['succeeded'],
  succeeded: [],
};

export const ORDER_STATES = Object.keys(ORDER_TRANSITIONS) as readonly OrderState[];
export const ATTEMPT_STATES = Object.keys(ATTEMPT_TRANSITIONS) as readonly AttemptState[];

export const canOrderMove = (from: OrderState, to: OrderState): boolean =>
  ORDER_TRANSITIONS[from].includes(to);
export const canAttemptMove = (from: AttemptState, to: AttemptState): boolean =>
  ATTEMPT_TRANSITIONS[from].includes(to);

/** Orders that may still be paid. */
export const isOpen = (state: OrderState): boolean => state === 'created' || state === 'paying';
/** Orders whose payment was received, whatever was refunded since. */
export const wasPaid = (state: OrderState): boolean =>
  state === 'paid' || state === 'partially_refunded' || state === 'refunded';
/** Attempts whose end the gateway has not told yet. */
export const isUnresolved = (state: AttemptState): boolean =>
  state === 'created' || state === 'submitted' || state === 'unknown';

export type SuccessDecision =
  /** The order becomes paid by this attempt. */
  | { readonly outcome: 'applied' }
  /** This attempt had succeeded before: nothing to do. */
  | { readonly outcome: 'already_applied' }
  /** Money came that the order does not want: recorded, then refunded. */
  | { readonly outcome: 'surplus'; readonly reason: 'order_already_paid' | 'order_closed' }
  /** The gateway's amount is not the attempt's: nothing is applied, a person looks. */
  | { readonly outcome: 'amount_mismatch' };

/** What a gateway's report of success means for an order. Amounts in fen. */
export function decideSuccess(facts: {
  readonly orderState: OrderState;
  readonly attemptState: AttemptState;
  readonly attemptTotalFen: number;
  readonly reportedTotalFen: number;
}): SuccessDecision {
  if (facts.attemptState === 'succeeded') return { outcome: 'already_applied' };
  if (facts.reportedTotalFen !== facts.attemptTotalFen) return { outcome: 'amount_mismatch' };
  if (wasPaid(facts.orderState)) return { outcome: 'surplus', reason: 'order_already_paid' };
  if (facts.orderState === 'closed') return { outcome: 'surplus', reason: 'order_closed' };
  return { outcome: 'applied' };
}

/** Refusals are error codes of the contract. */
export type Refusal = 'order_closed' | 'order_paid';

/** Whether a new attempt may be made now. An order past its expiry counts as closed before the timer has closed it. */
export function decideAttempt(facts: {
  readonly orderState: OrderState;
  readonly expiresAt: Date;
  readonly now: Date;
}): Refusal | undefined {
  if (wasPaid(facts.orderState)) return 'order_paid';
  if (facts.orderState === 'closed' || facts.now >= facts.expiresAt) return 'order_closed';
  return undefined;
}

/** Whether an order may be closed (by its user or by expiry) now that the gateways confirm that none of its attempts is paid. */
export function decideClose(orderState: OrderState): Refusal | undefined {
  if (wasPaid(orderState)) return 'order_paid';
  if (orderState === 'closed') return 'order_closed';
  return undefined;
}

/** How a gateway says a payment stands. */
export type ReportedState = 'pending' | 'succeeded' | 'refunded' | 'closed' | 'failed' | 'not_found';

/**
 * What a gateway's report asks of an attempt. A refunded payment was received first, so it counts like one that
 * succeeded. A payment the gateway does not know may still be on its way to it, until the time after which the gateway
 * would refuse it.
 */
export function decideReport(facts: {
  readonly reported: ReportedState;
  readonly expiresAt: Date;
  readonly now: Date;
}): 'succeeded' | 'failed' | 'closed' | 'wait' {
  switch (facts.reported) {
    case 'succeeded':
    case 'refunded':
      return 'succeeded';
    case 'failed':
      return 'failed';
    case 'closed':
      return 'closed';
    case 'not_found':
      return facts.now > facts.expiresAt ? 'closed' : 'wait';
    case 'pending':
      return 'wait';
  }
}

/** Why a gateway did not create a payment, other than that it is paid already. */
export type NotCreated = 'unknown' | 'refused' | 'unfunded' | 'misconfigured' | 'closed';

/**
 * What it means for an attempt that its gateway did not create a payment. A refusal speaks of the request that was
 * refused: where an earlier one may have been taken, what that made can still be paid, and must be ended at the gateway
 * (`end`) before the attempt counts as over. That a payment is closed is said of the payment itself.
 */
export function decideNotCreated(facts: {
  readonly why: NotCreated;
  /** Whether no request for this attempt went out before. */
  readonly firstTry: boolean;
}): 'failed' | 'closed' | 'unknown' | 'end' {
  if (facts.why === 'unknown' || facts.why === 'closed') return facts.why;
  return facts.firstTry ? 'failed' : 'end';
}
