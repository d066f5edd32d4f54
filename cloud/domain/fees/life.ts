/** What people have done with a set of rules. Once approved it never changes; whether it is live is a matter of time. */
export type RuleSetState = 'draft' | 'review' | 'approved';

/** Where a set of rules stands at an instant. */
export type RuleSetStanding = 'draft' | 'review' | 'scheduled' | 'live' | 'retired';

/** From when on a set of rules is live, until another is. */
export interface FeeActivation {
  readonly ruleSetId: string;
  readonly liveFromMs: number;
}

const MOVES: Readonly<Record<RuleSetState, readonly RuleSetState[]>> = {
  draft: ['draft', 'review'],
  review: ['draft', 'approved'],
  // Taken back before its time.
  approved: ['draft'],
};

export const canRuleSetMove = (from: RuleSetState, to: RuleSetState): boolean => MOVES[from].includes(to);

/** The activation in force at an instant: the last that has begun. Later ones of one instant stand later in the list. */
export function liveAt<Activation extends { readonly liveFromMs: number }>(
  activations: readonly Activation[],
  atMs: number,
): Activation | undefined {
  let live: Activation | undefined;
  for (const activation of activations) {
    if (activation.liveFromMs > atMs) continue;
    if (live === undefined || activation.liveFromMs >= live.liveFromMs) live = activation;
  }
  return live;
}

/** Where a set stands, given all activations that were not taken back. */
export function standingOf(
  set: { readonly id: string; readonly state: RuleSetState },
  activations: readonly FeeActivation[],
  atMs: number,
): RuleSetStanding {
  if (set.state !== 'approved') return set.state;
  if (liveAt(activations, atMs)?.ruleSetId === set.id) return 'live';
  const isAhead = activations.some(({ ruleSetId, liveFromMs }) => ruleSetId === set.id && liveFromMs > atMs);
  return isAhead ? 'scheduled' : 'retired';
}

export type RuleSetRefusal =
  | 'fee_rules_not_in_review'
  | 'fee_rules_changed'
  | 'fee_review_needs_second_person'
  | 'fee_rules_not_rehearsed';

/** Whether a reviewer may let rules go live; undefined where nothing speaks against it. */
export function decideApproval(facts: {
  readonly state: RuleSetState;
  readonly reviewer: string;
  /** Everybody who wrote a part of the rules or handed them in. */
  readonly authors: readonly string[];
  /** Hash of what the reviewer read, and of what is there. */
  readonly reviewedHash: string;
  readonly contentHash: string;
  /** Whether these very rules were run over past orders. */
  readonly rehearsed: boolean;
}): RuleSetRefusal | undefined {
  if (facts.state !== 'review') return 'fee_rules_not_in_review';
  if (facts.reviewedHash !== facts.contentHash) return 'fee_rules_changed';
  if (facts.authors.includes(facts.reviewer)) return 'fee_review_needs_second_person';
  return facts.rehearsed ? undefined : 'fee_rules_not_rehearsed';
}
