import type { Attempt, OrderHistoryEntry, OrderState, Refund } from '../../../cloud/contract/types';
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
  | 'returned'
  | 'surplus_returned'
  | 'refunded'
  | 'partially_refunded';

/** Why an attempt is followed: a window that was left, or an order that was come back to while it is open. */
export type Following = StartedOutcome | 'resumed';

export interface KnownFacts {
  /** The order's state, as told last by the server. */
  readonly orderState: OrderState | undefined;
  /** Refunds of the order, as told last by the server. */
  readonly refunds: readonly Refund[];
  /** The attempt, as told last by the server; undefined before its first answer. */
  readonly attempt: Attempt | undefined;
  /** Whether the page follows an attempt at all. */
  readonly attempted: boolean;
  /** What the native window reported. */
  readonly outcome: Following | undefined;
  /** Whether asking went on for as long as a person waits. */
  readonly exhausted: boolean;
}

/** From the last state an order comes to, to the first. */
const LATEST_FIRST: readonly OrderState[] = ['refunded', 'partially_refunded', 'paid', 'closed'];

/** A closed order for which money came all the same: on its way back, or back. */
function closedView(
  attempt: Attempt | undefined,
  refunds: readonly Refund[],
): 'closed' | 'returned' | 'surplus_returned' {
  if (refunds.length === 0) return attempt?.state === 'succeeded' ? 'returned' : 'closed';
  return refunds.every(({ state }) => state === 'succeeded') ? 'surplus_returned' : 'returned';
}

/** Chooses what to show. A payment counts only when the server says so; a cancel is shown until it does. */
export function viewOf(facts: KnownFacts): ResultView {
  const { orderState, refunds, attempt, attempted, outcome, exhausted } = facts;
  if (orderState === 'refunded' || orderState === 'partially_refunded') return orderState;
  if (orderState === 'paid') return 'paid';
  if (orderState === 'closed') return closedView(attempt, refunds);
  if (!attempted) return orderState ? 'waiting' : 'loading';
  if (attempt?.state === 'failed' || attempt?.state === 'closed') return 'failed';
  // Whoever comes back may pay, but not before it was asked whether they have.
  if (outcome === 'resumed') return attempt ? 'waiting' : exhausted ? 'still_confirming' : 'loading';
  if (outcome === 'cancelled') return 'cancelled';
  if (outcome === 'failed') return 'failed';
  if (outcome === 'handoff') return 'handoff';
  return exhausted ? 'still_confirming' : 'confirming';
}

/** The later of two answers about one order: a refund outlives a payment, that a close, and all an open order. */
export function laterOf(
  first: OrderState | undefined,
  second: OrderState | undefined,
): OrderState | undefined {
  const ended = LATEST_FIRST.find((state) => state === first || state === second);
  return ended ?? first ?? second;
}

/** Whether a new attempt may be offered. Never while an earlier one may still be taken. */
export const mayPayAgain = (view: ResultView): boolean =>
  view === 'waiting' || view === 'cancelled' || view === 'failed' || view === 'handoff';

/** The attempt that may still be paid, by the order's history: the newest whose end was not told. */
export function openAttemptOf(history: readonly OrderHistoryEntry[]): string | undefined {
  const states = new Map<string, string>();
  for (const { subject, subjectId, to } of history) if (subject === 'attempt') states.set(subjectId, to);
  const open = [...states].filter(([, state]) => ['created', 'submitted', 'unknown'].includes(state));
  return open[open.length - 1]?.[0];
}
