import type { z } from 'zod';

import type { Language } from '../../contract/errors';
import { paths } from '../../contract/paths';
import { pointsRuleSetDraftSchema, type pointsRulesSchema } from '../../contract/points-rule-schemas';
import type { PointsRuleSetDetail } from '../../contract/types';
import { checkPoints, DAY_MS, fen, type PointsRulesContent } from '../../domain';
import { POINTS_RULE_SETS } from '../../store/points';
import type { Dependencies } from '../dependencies';
import type { App } from '../http/environment';
import { pointsFindingText } from '../wording/points-rules';
import { ruleSetRoutes, versionDetail } from './rule-sets';

/** Rules as the contract takes them, as the domain knows them. */
const contentFrom = ({
  pendingDays,
  lifeDays,
  warnedBeforeDays,
  ...rules
}: z.output<typeof pointsRulesSchema>): PointsRulesContent => ({
  ...rules,
  fenPerPoint: fen(rules.fenPerPoint),
  redemption: {
    ...rules.redemption,
    fenPerHundredPoints: fen(rules.redemption.fenPerHundredPoints),
  },
  pendingMs: pendingDays * DAY_MS,
  lifeMs: lifeDays * DAY_MS,
  warnedBeforeMs: warnedBeforeDays * DAY_MS,
});

/** Rules as the contract tells them. */
const rulesAnswer = ({
  pendingMs,
  lifeMs,
  warnedBeforeMs,
  multipliers,
  tiers,
  ...rules
}: PointsRulesContent): PointsRuleSetDetail['rules'] => ({
  ...rules,
  multipliers: multipliers.map(({ categories, userTiers, ...multiplier }) => ({
    ...multiplier,
    ...(categories && { categories: [...categories] }),
    ...(userTiers && { userTiers: [...userTiers] }),
  })),
  tiers: [...tiers],
  pendingDays: Math.round(pendingMs / DAY_MS),
  lifeDays: Math.round(lifeMs / DAY_MS),
  warnedBeforeDays: Math.round(warnedBeforeMs / DAY_MS),
});

const findingsOf = (content: PointsRulesContent, language: Language): PointsRuleSetDetail['findings'] =>
  checkPoints(content).map((finding) => ({
    kind: finding.kind,
    text: pointsFindingText(finding, language),
  }));

/** Rules of points. */
export const routes = (deps: Dependencies): App =>
  ruleSetRoutes(deps, {
    set: POINTS_RULE_SETS,
    root: paths.operatorPointsRuleSets,
    name: 'points_rules',
    notFound: 'points_rule_set_not_found',
    faulty: 'points_rules_faulty',
    draftSchema: pointsRuleSetDraftSchema,
    contentOf: contentFrom,
    findings: (content, { language }) =>
      findingsOf(content, language).map(({ kind, text }) => ({ path: `rules.${kind}`, message: text })),
    detail: async (db, version, { now, language }) =>
      ({
        ...(await versionDetail(db, version, now)),
        rules: rulesAnswer(version.content),
        findings: findingsOf(version.content, language),
      }) satisfies PointsRuleSetDetail,
  });
