import { feeRuleSetDraftSchema } from '../../contract/fee-schemas';
import { paths } from '../../contract/paths';
import { FEE_RULE_SETS } from '../../store/fees';
import type { Dependencies } from '../dependencies';
import type { App } from '../http/environment';
import { feeRulesFrom, findingsAnswer, ruleSetDetail } from './fee-answers';
import { ruleSetRoutes } from './rule-sets';

/** Rules of fees. */
export const routes = (deps: Dependencies): App =>
  ruleSetRoutes(deps, {
    set: FEE_RULE_SETS,
    root: paths.operatorFeeRuleSets,
    name: 'fee_rules',
    notFound: 'fee_rule_set_not_found',
    faulty: 'fee_rules_faulty',
    draftSchema: feeRuleSetDraftSchema,
    contentOf: feeRulesFrom,
    findings: (rules, { language }) =>
      findingsAnswer(rules, language).map(({ ruleIds, text }) => ({
        path: `rules.${ruleIds.join(',')}`,
        message: text,
      })),
    detail: ruleSetDetail,
  });
