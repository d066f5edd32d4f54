import type { UserTier } from '../fees';
import type { PointsRulesContent } from './rules';

/** Where a user stands: what they have come to, and what is next. */
export interface TierStanding {
  readonly tier: UserTier;
  /** Undefined at the highest. */
  readonly next: { readonly tier: UserTier; readonly pointsMissing: number } | undefined;
}

/** The tier of so many points of the last year. Throws RangeError for rules without tiers. */
export function tierOf(rules: PointsRulesContent, yearlyPoints: number): TierStanding {
  const reached = rules.tiers.filter(({ fromPoints }, place) => place === 0 || yearlyPoints >= fromPoints);
  const current = reached.at(-1);
  if (current === undefined) throw new RangeError('rules of points have at least one tier');
  const next = rules.tiers[reached.length];
  return {
    tier: current.tier,
    next: next && { tier: next.tier, pointsMissing: next.fromPoints - yearlyPoints },
  };
}
