import type { Attempt, OrderState } from '../../../cloud/contract/types';
import type { StartedOutcome } from '../../client';

/** What the page shows. Each is true of what the server said, with the window's word as a hint where it said nothing yet. */
export type ResultView =
  | 'loading'
  | 'waiting'
  | 'handoff'
  | 'confirming'
  | 'still_confirming'
  | 'paid'
  | 'cancelled'
  | 'failed'
  | 'closed'
  | 'returned';

export interface KnownFacts {
  /** The order's state, as told last by the server. */
  readonly orderState: OrderState | undefined;
  /** The attempt, as told last by the server; undefined before its first answer. */
  readonly attempt: Attempt | undefined;
  /** Whether the page follows an attempt at all. */
  readonly attempted: boolean;
  /** What the native window reported. */
  readonly outcome: StartedOutcome | undefined;
  /** Whether asking went on for as long as a person waits. */
  readonly exhausted: boolean;
}

const PAID_STATES: readonly OrderState[] = ['paid', 'partially_refunded', 'refunded'];

/** Chooses what to show. A payment counts only when the server says so; a cancel is shown until it does. */
export function viewOf({ orderState, attempt, attempted, outcome, exhausted }: KnownFacts): ResultView {
  if (orderState && PAID_STATES.includes(orderState)) return 'paid';
  if (orderState === 'closed') return attempt?.state === 'succeeded' ? 'returned' : 'closed';
  if (!attempted) return orderState ? 'waiting' : 'loading';
  if (attempt?.state === 'failed' || attempt?.state === 'closed') return 'failed';
  if (outcome === 'cancelled') return 'cancelled';
  if (outcome === 'failed') return 'failed';
  if (outcome === 'handoff') return 'handoff';
  return exhausted ? 'still_confirming' : 'confirming';
}

/** The later of two answers about one order: a payment outlives a close, and both outlive an open order. */
export function laterOf(
  first: OrderState | undefined,
  second: OrderState | undefined,
): OrderState | undefined {
  const states = [first, second];
  return (
    states.find((state) => state && PAID_STATES.includes(state)) ??
    states.find((state) => state === 'closed') ??
    first ??
    second
  );
}

/** Whether a new attempt may be offered. Never while an earlier one may still be taken. */
export const mayPayAgain = (view: ResultView): boolean =>
  view === 'waiting' || view === 'cancelled' || view === 'failed' || view === 'handoff';
