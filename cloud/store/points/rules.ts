import type { PointsRulesContent } from '../../domain';
import type { RuleSet, RuleVersion } from '../rules';

export type PointsRulesRow = RuleVersion<PointsRulesContent>;

export type PointsRulesRefusal =
  | 'points_rule_set_not_found'
  | 'points_rules_not_draft'
  | 'points_rules_not_in_review'
  | 'points_rules_changed'
  | 'points_review_needs_second_person'
  | 'points_rules_not_scheduled'
  | 'points_rules_never_live';

/** The rules of points. What an order earns goes by the version that it was priced by. */
export const POINTS_RULE_SETS: RuleSet<PointsRulesContent, PointsRulesRefusal> = {
  kind: 'points_rules',
  subjectId: '01900000-0000-7000-8000-0000000b0000',
  mustBeRehearsed: false,
  restoreEndsComing: false,
  codes: {
    not_found: 'points_rule_set_not_found',
    not_draft: 'points_rules_not_draft',
    not_in_review: 'points_rules_not_in_review',
    changed: 'points_rules_changed',
    needs_second_person: 'points_review_needs_second_person',
    not_scheduled: 'points_rules_not_scheduled',
    never_live: 'points_rules_never_live',
  },
};
