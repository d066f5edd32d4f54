import { liveAt, type RuleSetState } from '../fees';
import { isRunning } from './conditions';
import type { Promotion, PromotionTerms } from './promotion';

/** What people have done with a version of a promotion; once approved it never changes. */
export type PromotionState = RuleSetState;

/** Where a version stands at an instant. `replaced`: another version is live instead, or it was stopped. */
export type PromotionStanding = 'draft' | 'review' | 'scheduled' | 'live' | 'ended' | 'replaced';

/** From when on a version is what a promotion gives, until another is; with none the promotion is stopped. */
export interface PromotionActivation {
  readonly versionId: string | null;
  readonly liveFromMs: number;
}

/**
 * The promotions that are live and run at an instant, by the activations of any number of them; later ones of one instant
 * stand later in the list.
 */
export function promotionsLiveAt(
  activations: readonly (PromotionActivation & { readonly promotionId: string })[],
  versions: ReadonlyMap<string, Promotion>,
  atMs: number,
): readonly Promotion[] {
  const byPromotion = new Map<string, PromotionActivation[]>();
  for (const activation of activations) {
    const others = byPromotion.get(activation.promotionId);
    if (others === undefined) byPromotion.set(activation.promotionId, [activation]);
    else others.push(activation);
  }
  return [...byPromotion.values()].flatMap((ofOne) => {
    const versionId = liveAt(ofOne, atMs)?.versionId;
    const promotion = typeof versionId === 'string' ? versions.get(versionId) : undefined;
    return promotion !== undefined && isRunning(promotion.terms, atMs) ? [promotion] : [];
  });
}

/** `promotionsLiveAt` for many instants, nearly in their order: looked up anew only where something may have changed. */
export function promotionsInTime(
  activations: readonly (PromotionActivation & { readonly promotionId: string })[],
  versions: ReadonlyMap<string, Promotion>,
): (atMs: number) => readonly Promotion[] {
  const ends = [...versions.values()].flatMap(({ terms }) => [terms.startsAtMs ?? [], terms.endsAtMs ?? []]);
  const changes = [...activations.map(({ liveFromMs }) => liveFromMs), ...ends.flat()].sort((a, b) => a - b);
  let known = { fromMs: Infinity, toMs: -Infinity, promotions: [] as readonly Promotion[] };
  return (atMs) => {
    if (atMs < known.fromMs || atMs >= known.toMs) {
      const next = changes.findIndex((change) => change > atMs);
      const promotions = promotionsLiveAt(activations, versions, atMs);
      const before = next < 0 ? changes.length : next;
      known = { fromMs: changes[before - 1] ?? -Infinity, toMs: changes[before] ?? Infinity, promotions };
    }
    return known.promotions;
  };
}

/** Where a version stands, given all activations of its promotion. */
export function promotionStanding(
  version: { readonly id: string; readonly state: PromotionState; readonly terms: PromotionTerms },
  activations: readonly PromotionActivation[],
  atMs: number,
): PromotionStanding {
  if (version.state !== 'approved') return version.state;
  const { terms } = version;
  if ((terms.endsAtMs ?? Infinity) <= atMs) return 'ended';
  if (liveAt(activations, atMs)?.versionId === version.id) {
    return isRunning(terms, atMs) ? 'live' : 'scheduled';
  }
  const isAhead = activations.some(
    ({ versionId, liveFromMs }) => versionId === version.id && liveFromMs > atMs,
  );
  return isAhead ? 'scheduled' : 'replaced';
}

export type PromotionRefusal =
  'promotion_not_in_review' | 'promotion_changed' | 'promotion_review_needs_second_person';

/** Whether a reviewer may let a version go live; undefined where nothing speaks against it. */
export function decidePromotionApproval(facts: {
  readonly state: PromotionState;
  readonly reviewer: string;
  /** Everybody who wrote a part of it or handed it in. */
  readonly authors: readonly string[];
  /** Hash of what the reviewer read, and of what is there. */
  readonly reviewedHash: string;
  readonly contentHash: string;
}): PromotionRefusal | undefined {
  if (facts.state !== 'review') return 'promotion_not_in_review';
  if (facts.reviewedHash !== facts.contentHash) return 'promotion_changed';
  return facts.authors.includes(facts.reviewer) ? 'promotion_review_needs_second_person' : undefined;
}
