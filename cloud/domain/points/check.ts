import { FEE_CATEGORIES, type UserTier } from '../fees';
import { multipliersFor } from './earn';
import type { PointsRulesContent as PointsRules } from './rules';

/** Something that is wrong with rules of points. */
export type PointsFinding =
  /** Two multipliers have one id. */
  | { readonly kind: 'repeated_id'; readonly id: string }
  /** No tier begins at no points, so that new users would have none. */
  | { readonly kind: 'no_first_tier' }
  /** A tier stands twice, or begins no higher than the one before. */
  | { readonly kind: 'tiers_not_rising'; readonly tier: UserTier }
  /** A multiplier is for a tier that nobody comes to. */
  | { readonly kind: 'tier_unknown'; readonly id: string; readonly tier: UserTier }
  /** A payment can earn points worth more than what was paid. */
  | { readonly kind: 'earns_more_than_paid' }
  /** The fewest points that are taken pay nothing. */
  | { readonly kind: 'redeems_nothing' }
  /** Users would be warned of the end of points before they have them. */
  | { readonly kind: 'warned_too_early' };

/** The most that the multipliers of one payment come to, as a fraction of whole numbers. */
function mostMultiplied(rules: PointsRules): readonly [numerator: bigint, denominator: bigint] {
  let most: readonly [bigint, bigint] = [0n, 1n];
  for (const category of FEE_CATEGORIES) {
    for (const { tier: userTier } of rules.tiers) {
      let found: readonly [bigint, bigint] = [1n, 1n];
      for (const { multiplierPpm } of multipliersFor(rules, { category, userTier })) {
        found = [found[0] * BigInt(multiplierPpm), found[1] * 1_000_000n];
      }
      if (found[0] * most[1] > most[0] * found[1]) most = found;
    }
  }
  return most;
}

function earnsMoreThanPaid(rules: PointsRules): boolean {
  const [numerator, denominator] = mostMultiplied(rules);
  const worth = numerator * BigInt(rules.redemption.fenPerHundredPoints);
  return worth > denominator * BigInt(rules.fenPerPoint) * 100n;
}

/** What is wrong with rules; empty where they can go live. */
export function checkPoints(rules: PointsRules): readonly PointsFinding[] {
  const { multipliers, tiers, redemption } = rules;
  const found: PointsFinding[] = [];
  const seen = new Set<string>();
  for (const { id, userTiers } of multipliers) {
    if (seen.has(id)) found.push({ kind: 'repeated_id', id });
    seen.add(id);
    for (const tier of userTiers ?? []) {
      if (!tiers.some((one) => one.tier === tier)) found.push({ kind: 'tier_unknown', id, tier });
    }
  }
  if (tiers[0]?.fromPoints !== 0) found.push({ kind: 'no_first_tier' });
  tiers.forEach(({ tier, fromPoints }, place) => {
    const before = tiers.slice(0, place);
    const isHigher = before.every((one) => one.fromPoints < fromPoints && one.tier !== tier);
    if (!isHigher) found.push({ kind: 'tiers_not_rising', tier });
  });
  if (earnsMoreThanPaid(rules)) found.push({ kind: 'earns_more_than_paid' });
  if (redemption.pointsMin * redemption.fenPerHundredPoints < 100) found.push({ kind: 'redeems_nothing' });
  if (rules.warnedBeforeMs >= rules.lifeMs) found.push({ kind: 'warned_too_early' });
  return found;
}
