import { liveAt, type RuleActivation, type RuleState } from '../rules';
import { isRunning } from './conditions';
import type { Promotion, PromotionTerms } from './promotion';

/** Where a version stands at an instant. `replaced`: another version is live instead, or it was stopped. */
export type PromotionStanding = 'draft' | 'review' | 'scheduled' | 'live' | 'ended' | 'replaced';

/**
 * The promotions that are live and run at an instant, by the activations of any number of them; later ones of one instant
 * stand later in the list.
 */
export function promotionsLiveAt(
  activations: readonly (RuleActivation & { readonly promotionId: string })[],
  versions: ReadonlyMap<string, Promotion>,
  atMs: number,
): readonly Promotion[] {
  const byPromotion = new Map<string, RuleActivation[]>();
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
  activations: readonly (RuleActivation & { readonly promotionId: string })[],
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
  version: { readonly id: string; readonly state: RuleState; readonly terms: PromotionTerms },
  activations: readonly RuleActivation[],
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
