/** What people have done with a version of rules. Once approved it never changes; whether it is live is a matter of time. */
export type RuleState = 'draft' | 'review' | 'approved';

/** Where a version stands at an instant. */
export type RuleStanding = 'draft' | 'review' | 'scheduled' | 'live' | 'retired';

/** From when on a version is in force, until another is; with none nothing is. */
export interface RuleActivation {
  readonly versionId: string | null;
  readonly liveFromMs: number;
}

const MOVES: Readonly<Record<RuleState, readonly RuleState[]>> = {
  draft: ['draft', 'review'],
  review: ['draft', 'approved'],
  // Taken back before its time.
  approved: ['draft'],
};

export const canRuleMove = (from: RuleState, to: RuleState): boolean => MOVES[from].includes(to);

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

/** Where a version stands, given all activations of what it is a version of that were not taken back. */
export function standingOf(
  version: { readonly id: string; readonly state: RuleState },
  activations: readonly RuleActivation[],
  atMs: number,
): RuleStanding {
  if (version.state !== 'approved') return version.state;
  if (liveAt(activations, atMs)?.versionId === version.id) return 'live';
  const isAhead = activations.some(
    ({ versionId, liveFromMs }) => versionId === version.id && liveFromMs > atMs,
  );
  return isAhead ? 'scheduled' : 'retired';
}

/** Why a reviewer may not let a version go live. */
export type ApprovalRefusal = 'not_in_review' | 'changed' | 'needs_second_person' | 'not_rehearsed';

/** Whether a reviewer may let a version go live; undefined where nothing speaks against it. */
export function decideApproval(facts: {
  readonly state: RuleState;
  readonly reviewer: string;
  /** Everybody who wrote a part of it or handed it in. */
  readonly authors: readonly string[];
  /** Hash of what the reviewer read, and of what is there. */
  readonly reviewedHash: string;
  readonly contentHash: string;
  /** Whether this very content was run over past orders, or need not be. */
  readonly rehearsed: boolean;
}): ApprovalRefusal | undefined {
  if (facts.state !== 'review') return 'not_in_review';
  if (facts.reviewedHash !== facts.contentHash) return 'changed';
  if (facts.authors.includes(facts.reviewer)) return 'needs_second_person';
  return facts.rehearsed ? undefined : 'not_rehearsed';
}
