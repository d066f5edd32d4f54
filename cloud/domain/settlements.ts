import { fen, type Fen } from './money';

/**
 * How merchants are given what they are owed. What no batch holds yet is open; a batch is closed when it is made, with
 * its lines, and never changes its amount afterwards. It is paid by one payout or, where it is too large for one, by
 * several; each payout keeps its number until a gateway said for certain that it came to nothing.
 */
export type SettlementState = 'closed' | 'paying' | 'paid' | 'needs_review';

export const SETTLEMENT_TRANSITIONS: Readonly<Record<SettlementState, readonly SettlementState[]>> = {
  closed: ['paying', 'paid'],
  paying: ['paid', 'needs_review'],
  needs_review: ['paying', 'paid'],
  // A payout can come back days after it was paid.
  paid: ['needs_review'],
};

export type PayoutState =
  /** Recorded; no gateway has heard of it. */
  | 'requested'
  /** Sent, and nobody knows what became of it: only a query under the same number tells. */
  | 'unknown'
  | 'processing'
  /** The payee must confirm it in the host. */
  | 'awaiting_payee'
  | 'paid'
  /** The gateway said that nothing was paid and nothing will be. */
  | 'failed'
  /** It was paid and came back. */
  | 'returned';

export const PAYOUT_TRANSITIONS: Readonly<Record<PayoutState, readonly PayoutState[]>> = {
  requested: ['unknown'],
  unknown: ['processing', 'awaiting_payee', 'paid', 'failed'],
  processing: ['unknown', 'awaiting_payee', 'paid', 'failed'],
  awaiting_payee: ['unknown', 'processing', 'paid', 'failed'],
  paid: ['returned'],
  failed: [],
  returned: [],
};

export const canPayoutMove = (from: PayoutState, to: PayoutState): boolean =>
  PAYOUT_TRANSITIONS[from].includes(to);
export const canSettlementMove = (from: SettlementState, to: SettlementState): boolean =>
  SETTLEMENT_TRANSITIONS[from].includes(to);

/** Payouts whose money is settled nowhere yet. */
export const isPayoutOpen = (state: PayoutState): boolean =>
  state !== 'paid' && state !== 'failed' && state !== 'returned';

/** What a batch makes of its payouts, one for each part: the newest of that part. */
export function settlementStateOf(payouts: readonly PayoutState[]): SettlementState {
  if (payouts.length === 0) return 'closed';
  if (payouts.some((state) => state === 'failed' || state === 'returned')) return 'needs_review';
  return payouts.every((state) => state === 'paid') ? 'paid' : 'paying';
}

/** A change of what a merchant is owed: a payment raises it, a refund lowers it. */
export interface PayableLine {
  readonly postingId: string;
  /** Fen, never zero. */
  readonly amountFen: number;
  readonly bookedAt: Date;
}

export type BatchDecision =
  | { readonly outcome: 'settle'; readonly lines: readonly PayableLine[]; readonly netFen: Fen }
  /** Too little for a payout: its lines wait for the next batch. */
  | { readonly outcome: 'carried_over'; readonly netFen: Fen };

/**
 * What a batch consists of: money booked before the cut-off, less all that was taken back by now. A refund counts at
 * once, whatever its day, so that a merchant is never paid what no longer is owed. Payments that do not fit into
 * `fundsFen`, because refunds under way will need them, wait for the next batch. Lines come oldest first.
 */
export function decideBatch(facts: {
  readonly lines: readonly PayableLine[];
  readonly cutOffMs: number;
  /** What may be taken from what the merchant is owed. */
  readonly fundsFen: number;
  readonly minimumFen: number;
}): BatchDecision {
  const takenBack = facts.lines.filter((line) => line.amountFen < 0);
  const lines = [...takenBack];
  let netFen = takenBack.reduce((sum, line) => sum + line.amountFen, 0);
  for (const line of facts.lines) {
    const due = line.amountFen > 0 && line.bookedAt.getTime() < facts.cutOffMs;
    if (!due || netFen + line.amountFen > facts.fundsFen) continue;
    lines.push(line);
    netFen += line.amountFen;
  }
  if (netFen <= 0 || netFen < facts.minimumFen) return { outcome: 'carried_over', netFen: fen(netFen) };
  return { outcome: 'settle', lines, netFen: fen(netFen) };
}

/**
 * Cuts an amount into payouts of at most `maximumFen`. None is smaller than `leastFen` (gateways refuse that), as long
 * as the amount itself is not: the last two share what is left.
 */
export function splitPayout(
  amountFen: Fen,
  limits: { maximumFen: number; leastFen: number },
): readonly Fen[] {
  const { maximumFen, leastFen } = limits;
  if (amountFen <= 0 || leastFen < 1 || maximumFen < 2 * leastFen) {
    throw new RangeError(`${amountFen} fen cannot be paid in parts from ${leastFen} to ${maximumFen} fen`);
  }
  const count = Math.ceil(amountFen / maximumFen);
  const parts = Array.from({ length: count }, (_, index) =>
    fen(Math.min(maximumFen, amountFen - index * maximumFen)),
  );
  const last = parts[count - 1] ?? fen(0);
  if (count > 1 && last < leastFen) {
    const short = leastFen - last;
    parts[count - 2] = fen(maximumFen - short);
    parts[count - 1] = fen(leastFen);
  }
  return parts;
}

/** How a gateway says a payout stands. */
export type ReportedPayout = 'processing' | 'awaiting_payee' | 'paid' | 'failed' | 'returned' | 'not_found';

/** How long a number must stay unknown to the gateway before we believe that it never arrived, in ms. */
export const NOT_FOUND_BELIEVED_MS = 10 * 60_000;

export type PayoutDecision =
  | {
      readonly act: 'record';
      readonly state: 'processing' | 'awaiting_payee' | 'paid' | 'failed' | 'returned';
    }
  /** Sent again, under the same number. */
  | { readonly act: 'send' }
  | { readonly act: 'wait' };

/**
 * What a query's answer asks of a payout that is open. A gateway that does not know the number may still be taking the
 * request in, so that is believed only after a while; then a request that was refused has failed, and one that got lost
 * is sent again.
 */
export function decidePayout(facts: {
  readonly reported: ReportedPayout;
  readonly sentAt: Date;
  readonly now: Date;
  /** Whether the gateway refused it for good when it was last sent. */
  readonly refused: boolean;
}): PayoutDecision {
  if (facts.reported !== 'not_found') return { act: 'record', state: facts.reported };
  if (facts.now.getTime() - facts.sentAt.getTime() < NOT_FOUND_BELIEVED_MS) return { act: 'wait' };
  return facts.refused ? { act: 'record', state: 'failed' } : { act: 'send' };
}

export interface StatementEntry {
  /** What the merchant is owed because of it; negative where it is owed less. */
  readonly netFen: number;
}

/** Adds the balance after each line. Throws RangeError where opening, lines and closing do not sum. */
export function withBalances<Line extends StatementEntry>(
  openingFen: number,
  lines: readonly Line[],
  closingFen: number,
): readonly (Line & { readonly balanceFen: number })[] {
  let balanceFen = openingFen;
  const balanced = lines.map((line) => {
    balanceFen += line.netFen;
    return { ...line, balanceFen };
  });
  if (balanceFen !== closingFen) {
    throw new RangeError(`a statement ends with ${balanceFen} fen where the ledger has ${closingFen}`);
  }
  return balanced;
}
