import { FEE_CATEGORIES, type UserTier } from '../fees';
import { multipliersFor, type EarningFacts } from './earn';
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

/** Whether a payment of a kind, by a user of a tier, earns points worth more than what was paid: in whole numbers. */
function earnsMoreThanPaid(rules: PointsRules, facts: EarningFacts): boolean {
  let worth = BigInt(rules.redemption.fenPerHundredPoints);
  let paid = BigInt(rules.fenPerPoint) * 100n;
  for (const { multiplierPpm } of multipliersFor(rules, facts)) {
    worth *= BigInt(multiplierPpm);
    paid *= 1_000_000n;
  }
  return worth > paid;
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
  const kinds = FEE_CATEGORIES.flatMap((category) => tiers.map(({ tier }) => ({ category, userTier: tier })));
  if (kinds.some((facts) => earnsMoreThanPaid(rules, facts))) found.push({ kind: 'earns_more_than_paid' });
  if (redemption.pointsMin * redemption.fenPerHundredPoints < 100) found.push({ kind: 'redeems_nothing' });
  if (rules.warnedBeforeMs >= rules.lifeMs) found.push({ kind: 'warned_too_early' });
  return found;
}
