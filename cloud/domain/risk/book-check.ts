import { type CalibrationTarget } from './calibration';
import { NOTHING_KNOWN } from './compute';
import { movesMoney } from './event';
import { FEATURE_NAMES, KNOWN_WITHOUT_MONEY, type FeatureName } from './features';
import { type Condition, type Rule } from './rules';

const FEATURES_KNOWN: ReadonlySet<string> = new Set(FEATURE_NAMES);

/** A book as somebody wrote it: its conditions may name anything. */
export interface WrittenBook {
  readonly target: CalibrationTarget;
  readonly rules: readonly (Omit<Rule, 'when' | 'verdict'> & {
    readonly verdict?: Rule['verdict'] | undefined;
    readonly when: readonly {
      readonly feature: string;
      readonly atLeast?: Condition['atLeast'] | undefined;
      readonly below?: Condition['below'] | undefined;
    }[];
  })[];
}

/** What keeps a book from being judged by. */
export interface BookFinding {
  readonly kind:
    | 'rule_twice'
    | 'rule_never_fires'
    | 'sign_of_points'
    | 'unknown_feature'
    | 'verdict_missing'
    | 'nothing_counts'
    | 'cutoffs_out_of_order';
  /** The rule that it is about; empty for the book as a whole. */
  readonly ruleId: string;
}

/** Whether a condition can hold for what moves no money, of which most features say nothing. */
function canHoldWithoutMoney({
  feature,
  atLeast,
  below,
}: WrittenBook['rules'][number]['when'][number]): boolean {
  if (KNOWN_WITHOUT_MONEY.has(feature) || !FEATURES_KNOWN.has(feature)) return true;
  const value = NOTHING_KNOWN[feature as FeatureName];
  return (atLeast === undefined || value >= atLeast) && (below === undefined || value < below);
}

/** Everything that is wrong with a book, by rule; empty for one that can go live. */
export function checkBook({ target, rules }: WrittenBook): readonly BookFinding[] {
  const findings: BookFinding[] = [];
  const seen = new Set<string>();
  for (const { id, family, points, verdict, when, actions } of rules) {
    if (seen.has(id)) findings.push({ kind: 'rule_twice', ruleId: id });
    seen.add(id);
    const judgesMoney = actions.some((action) => movesMoney({ action }));
    const neverHolds = when.some(
      ({ feature, atLeast, below }) =>
        (atLeast !== undefined && below !== undefined && atLeast >= below) ||
        (!judgesMoney && !canHoldWithoutMoney({ feature, atLeast, below })),
    );
    if (neverHolds || actions.length === 0) findings.push({ kind: 'rule_never_fires', ruleId: id });
    if (when.some(({ feature }) => !FEATURES_KNOWN.has(feature))) {
      findings.push({ kind: 'unknown_feature', ruleId: id });
    }
    // Points make a score, and only what moves money has one.
    if (actions.length > 0 && !judgesMoney && verdict === undefined) {
      findings.push({ kind: 'verdict_missing', ruleId: id });
    }
    // What is suspicious never lowers a score, and nothing but trust does.
    if (family === 'trust' ? points > 0 : points < 0) {
      findings.push({ kind: 'sign_of_points', ruleId: id });
    }
  }
  const counts = rules.some(
    ({ mode, points, verdict }) => mode === 'live' && (points > 0 || verdict !== undefined),
  );
  if (!counts) findings.push({ kind: 'nothing_counts', ruleId: '' });
  const { challengeFrom, challengeAlways, blockFrom } = target;
  if (challengeFrom > challengeAlways || challengeAlways > blockFrom) {
    findings.push({ kind: 'cutoffs_out_of_order', ruleId: '' });
  }
  return findings;
}
