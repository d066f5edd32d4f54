import type { FeeCategory, UserTier } from '../fees';
import type { Fen } from '../money';
import type { PointsMultiplier, PointsRulesContent } from './rules';

export interface EarningFacts {
  readonly category: FeeCategory;
  readonly userTier: UserTier;
}

const applies = (multiplier: PointsMultiplier, { category, userTier }: EarningFacts): boolean =>
  (multiplier.categories?.includes(category) ?? true) && (multiplier.userTiers?.includes(userTier) ?? true);

/** The multipliers of a payment. */
export const multipliersFor = (rules: PointsRulesContent, facts: EarningFacts): readonly PointsMultiplier[] =>
  rules.multipliers.filter((multiplier) => applies(multiplier, facts));

/** Points for what was paid of an amount in money: whole ones only, exact however many multipliers there are. */
export function pointsEarned(rules: PointsRulesContent, facts: EarningFacts, paidFen: Fen): number {
  let numerator = BigInt(paidFen);
  let denominator = BigInt(rules.fenPerPoint);
  for (const { multiplierPpm } of multipliersFor(rules, facts)) {
    numerator *= BigInt(multiplierPpm);
    denominator *= 1_000_000n;
  }
  return Number(numerator / denominator);
}
