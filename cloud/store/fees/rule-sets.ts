import type { FeeRule } from '../../domain';
import type { RuleSet, RuleVersion } from '../rules';

export type FeeRuleSetRow = RuleVersion<FeeRule[]>;

export type FeeRulesRefusal =
  | 'fee_rule_set_not_found'
  | 'fee_rules_not_draft'
  | 'fee_rules_not_in_review'
  | 'fee_rules_changed'
  | 'fee_review_needs_second_person'
  | 'fee_rules_not_rehearsed'
  | 'fee_rules_not_scheduled'
  | 'fee_rules_never_live';

/** The sets of fee rules: they go live only once they were run over past orders. */
export const FEE_RULE_SETS: RuleSet<FeeRule[], FeeRulesRefusal> = {
  kind: 'fee_rules',
  subjectId: '01900000-0000-7000-8000-0000000fee00',
  mustBeRehearsed: true,
  restoreEndsComing: false,
  codes: {
    not_found: 'fee_rule_set_not_found',
    not_draft: 'fee_rules_not_draft',
    not_in_review: 'fee_rules_not_in_review',
    changed: 'fee_rules_changed',
    needs_second_person: 'fee_review_needs_second_person',
    not_rehearsed: 'fee_rules_not_rehearsed',
    not_scheduled: 'fee_rules_not_scheduled',
    never_live: 'fee_rules_never_live',
  },
};
