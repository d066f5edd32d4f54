import { type RiskAction } from './event';
import { type FeatureName, type Features } from './features';

/** What rules of one kind look for. `trust` lowers the score. */
export type RuleFamily =
  | 'device'
  | 'geography'
  | 'night'
  | 'factors'
  | 'amount'
  | 'velocity'
  | 'payee'
  | 'mule'
  | 'structuring'
  | 'card_testing'
  | 'dormant'
  | 'new_account'
  | 'known_bad'
  | 'trust';

/** One feature in a range: at least `atLeast`, below `below`. */
export interface Condition {
  readonly feature: FeatureName;
  readonly atLeast?: number;
  readonly below?: number;
}

export type Verdict = 'challenge' | 'block' | 'lock';

/** A rule is data: it fires where every condition holds. */
export interface Rule {
  /** Stable and unique; told as a reason, named in decisions. */
  readonly id: string;
  /** Raised whenever conditions or points change. */
  readonly version: number;
  readonly family: RuleFamily;
  /** A rule in shadow is evaluated and kept with the decision, and decides nothing. */
  readonly mode: 'live' | 'shadow';
  /** Actions that it judges. */
  readonly actions: readonly RiskAction[];
  readonly when: readonly Condition[];
  /** What it adds to the score, in hundredths of a unit of log-odds; negative in the family `trust` alone. */
  readonly points: number;
  /** The least that is decided where it fires, whatever the score. */
  readonly verdict?: Verdict;
}

/** All rules of one time; what was decided by it can be decided again. */
export interface RuleBook {
  readonly version: string;
  /** The score of a payment for which no rule fires, in the same units as points. */
  readonly basePoints: number;
  readonly rules: readonly Rule[];
}

/** Whether a rule fires: its conditions alone, whatever its mode. */
export function fires(rule: Pick<Rule, 'actions' | 'when'>, action: RiskAction, features: Features): boolean {
  if (!rule.actions.includes(action)) return false;
  for (const { feature, atLeast, below } of rule.when) {
    const value = features[feature];
    if (atLeast !== undefined && !(value >= atLeast)) return false;
    if (below !== undefined && !(value < below)) return false;
  }
  return true;
}
