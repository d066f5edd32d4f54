import { type FeatureName } from '../features';
import { type Condition, type RuleFamily, type Verdict } from '../rules';

/** A rule before its points are known. */
export interface RuleDraft {
  readonly id: string;
  readonly version: number;
  readonly family: RuleFamily;
  readonly mode?: 'shadow';
  readonly when: readonly Condition[];
  readonly verdict?: Verdict;
}

export const atLeast = (feature: FeatureName, least: number): Condition => ({ feature, atLeast: least });
export const below = (feature: FeatureName, limit: number): Condition => ({ feature, below: limit });
export const is = (feature: FeatureName): Condition => atLeast(feature, 1);

/** Rules of one family at their first version, by the rest of their id. */
export const family = (
  name: RuleFamily,
  rules: Readonly<Record<string, readonly Condition[]>>,
): readonly RuleDraft[] =>
  Object.entries(rules).map(([id, when]) => ({ id: `${name}.${id}`, version: 1, family: name, when }));
