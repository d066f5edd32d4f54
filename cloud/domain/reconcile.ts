import type { AttemptState, ReportedState } from './orders';
import { fen, portionOf } from './money';

/** How our books and a gateway's bill can differ about one payment or refund. */
export const DIFFERENCE_CLASSES = [
  /** The bill has it, our books have not. */
  'missing_here',
  /** Our books have it, the bill has not. */
  'missing_there',
  'amount',
  /** Both know it and say that it came to different ends. */
  'state',
  /** The gateway keeps another fee than agreed, or than was booked. */
  'fee',
  /** The bill has it more than once. */
  'duplicate',
] as const;
export type DifferenceClass = (typeof DIFFERENCE_CLASSES)[number];

export type BillSubject = 'payment' | 'refund';

/** What our books say of a payment or a refund: an attempt's or a refund's state, reduced to what a bill can contradict. */
export interface OurSide {
  readonly state: 'open' | 'succeeded' | 'ended';
  readonly amountFen: number;
  /** The gateway's fee as booked; undefined before it is. */
  readonly bookedFeeFen: number | undefined;
}

/** One row of the bill. */
export interface TheirSide {
  readonly state: 'succeeded' | 'processing' | 'failed';
  readonly amountFen: number;
  /** What the gateway keeps; negative where it gives back. */
  readonly feeFen: number;
}

/** What a bill can contradict in an attempt's state. */
export const ourStateOfAttempt = (state: AttemptState): OurSide['state'] =>
  state === 'succeeded' ? 'succeeded' : state === 'failed' || state === 'closed' ? 'ended' : 'open';

/**
 * Whether a fee is what was agreed: of a payment its portion at the rate, rounded half up; of a refund the same portion
 * given back, which rounding over several refunds may move by a fen, or nothing where the gateway keeps its fee.
 */
export function isFeeAgreed(
  subject: BillSubject,
  row: Pick<TheirSide, 'amountFen' | 'feeFen'>,
  ratePpm: number,
): boolean {
  const portion = portionOf(fen(row.amountFen), ratePpm);
  if (subject === 'payment') return row.feeFen === portion;
  return row.feeFen === 0 || (row.feeFen < 0 && Math.abs(-row.feeFen - portion) <= 1);
}

/**
 * Whether our books and a bill agree about one payment or refund: `undefined` where they do, otherwise how they differ.
 * Of several classes the one named is that which must be settled first. `ours` is undefined where no number of ours is
 * like it; no rows mean that the bill does not have it.
 */
export function classify(
  subject: BillSubject,
  ours: OurSide | undefined,
  theirs: readonly TheirSide[],
  ratePpm: number,
): DifferenceClass | undefined {
  const [row, second] = theirs;
  if (row === undefined) return ours?.state === 'succeeded' ? 'missing_there' : undefined;
  if (second !== undefined) return 'duplicate';
  if (ours === undefined) return 'missing_here';
  if (row.amountFen !== ours.amountFen) return 'amount';
  // What is open with us contradicts nothing but a success.
  if (!isSameEnd(ours.state, row.state)) return ours.state === 'open' ? 'missing_here' : 'state';
  if (row.state !== 'succeeded') return undefined;
  const booked = ours.bookedFeeFen;
  // What a person booked as charged is settled, agreed or not.
  const right = booked === undefined ? isFeeAgreed(subject, row, ratePpm) : booked === row.feeFen;
  return right ? undefined : 'fee';
}

const isSameEnd = (ours: OurSide['state'], theirs: TheirSide['state']): boolean =>
  (theirs === 'succeeded' && ours === 'succeeded') ||
  (theirs === 'processing' && ours === 'open') ||
  (theirs === 'failed' && ours !== 'succeeded');

/** Why a difference is not settled by rule. */
export type WaitReason =
  | 'number_unknown'
  | 'amount_differs'
  | 'state_contradicts'
  | 'fee_not_agreed'
  | 'billed_twice'
  | 'not_in_bill'
  | 'gateway_disagrees'
  | 'books_refuse';

/** What is done about a difference: the gateway is asked where its word can settle it, otherwise a person decides. */
export type Repair =
  | { readonly action: 'ask_payment' }
  | { readonly action: 'ask_refund' }
  | { readonly action: 'wait'; readonly reason: WaitReason };

export interface DifferenceFacts {
  readonly class: DifferenceClass;
  readonly subject: BillSubject;
  /** Whether an attempt or a refund of ours has the number. */
  readonly known: boolean;
  readonly billState: TheirSide['state'] | undefined;
}

/**
 * What is certain: money that the bill and the gateway's own answer both say came or went, under a number of ours, is
 * recorded as a notification would have. A payment that the bill leaves out is asked for too, as its day may be another.
 * Everything else waits.
 */
export function decideRepair(difference: DifferenceFacts): Repair {
  const wait = (reason: WaitReason): Repair => ({ action: 'wait', reason });
  switch (difference.class) {
    case 'missing_here':
    case 'state':
      if (!difference.known) return wait('number_unknown');
      if (difference.billState !== 'succeeded') return wait('state_contradicts');
      return { action: difference.subject === 'payment' ? 'ask_payment' : 'ask_refund' };
    case 'missing_there':
      return difference.subject === 'payment' ? { action: 'ask_payment' } : wait('not_in_bill');
    case 'amount':
      return wait('amount_differs');
    case 'fee':
      return wait('fee_not_agreed');
    case 'duplicate':
      return wait('billed_twice');
  }
}

export type Confirmed =
  /** The payment is recorded as the gateway told it. */
  | { readonly action: 'record_payment' }
  | { readonly action: 'record_refund' }
  /** Nothing is wrong: it belongs to the bill of another day. */
  | { readonly action: 'settle'; readonly reason: 'other_day' }
  | { readonly action: 'wait'; readonly reason: WaitReason };

/** What the gateway's answer about a payment makes of a difference. `within` tells whether a time is in the bill's day. */
export function decideAnsweredPayment(
  difference: Pick<DifferenceFacts, 'class'> & { readonly billAmountFen: number | null },
  answer: {
    readonly state: ReportedState;
    readonly totalFen: number | undefined;
    readonly within: boolean | undefined;
  },
): Confirmed {
  const paid = answer.state === 'succeeded' || answer.state === 'refunded';
  if (!paid) return { action: 'wait', reason: 'gateway_disagrees' };
  if (difference.class === 'missing_there') {
    return answer.within === false
      ? { action: 'settle', reason: 'other_day' }
      : { action: 'wait', reason: 'not_in_bill' };
  }
  return answer.totalFen === difference.billAmountFen
    ? { action: 'record_payment' }
    : { action: 'wait', reason: 'gateway_disagrees' };
}

/** What the gateway's answer about a refund makes of a difference. */
export function decideAnsweredRefund(
  difference: { readonly billAmountFen: number | null },
  answer: { readonly state: string; readonly refundFen: number | undefined },
): Confirmed {
  const same = answer.refundFen === undefined || answer.refundFen === difference.billAmountFen;
  return answer.state === 'succeeded' && same
    ? { action: 'record_refund' }
    : { action: 'wait', reason: 'gateway_disagrees' };
}
