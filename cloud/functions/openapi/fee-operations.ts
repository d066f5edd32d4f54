import * as schemas from '../../contract/fee-schemas';
import type { Operation } from './operations';

const shared = { tag: 'operators', access: 'operator' } as const;
const root = '/v1/operator/fee-rule-sets';
const one = `${root}/{ruleSetId}`;
const detail = (description: string) =>
  ({ status: 200, schema: schemas.feeRuleSetDetailSchema, description }) as const;
const changing = {
  ...shared,
  method: 'post',
  idempotencyKey: true,
  parameters: schemas.feeRuleSetParametersSchema,
} as const;

/** What operators do with rules of fees. */
export const FEE_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    method: 'get',
    path: root,
    id: 'listFeeRuleSets',
    summary: 'Sets of fee rules, newest first, with where each stands',
    query: schemas.feeRuleSetListQuerySchema,
    success: { status: 200, schema: schemas.feeRuleSetListSchema, description: 'A page of sets' },
    problems: ['invalid_request', 'cursor_invalid'],
  },
  {
    ...shared,
    method: 'post',
    path: root,
    id: 'createFeeRuleSet',
    summary: 'Begin a draft of fee rules; answers what is wrong with them as a set',
    idempotencyKey: true,
    body: schemas.feeRuleSetCreateSchema,
    success: { status: 201, schema: schemas.feeRuleSetDetailSchema, description: 'The draft' },
    problems: ['operator_not_permitted'],
  },
  {
    ...shared,
    method: 'get',
    path: one,
    id: 'getFeeRuleSet',
    summary: 'One set with its rules, rehearsals and all that was done to it',
    parameters: schemas.feeRuleSetParametersSchema,
    success: detail('The set'),
    problems: ['fee_rule_set_not_found'],
  },
  {
    ...changing,
    path: `${one}/rules`,
    id: 'editFeeRuleSet',
    summary: "Replace a draft's rules; answers what is wrong with them as a set",
    body: schemas.feeRuleSetEditSchema,
    success: detail('The draft'),
    problems: ['operator_not_permitted', 'fee_rule_set_not_found', 'fee_rules_not_draft'],
  },
  {
    ...changing,
    path: `${one}/submit`,
    id: 'submitFeeRuleSet',
    summary: 'Hand a draft in for review by somebody else',
    body: schemas.feeRuleSetSubmitSchema,
    success: detail('The set, under review'),
    problems: ['operator_not_permitted', 'fee_rule_set_not_found', 'fee_rules_not_draft', 'fee_rules_faulty'],
  },
  {
    ...changing,
    path: `${one}/approve`,
    id: 'approveFeeRuleSet',
    summary: 'Let reviewed and rehearsed rules go live at their time',
    body: schemas.feeRuleSetApproveSchema,
    success: detail('The set, scheduled'),
    problems: [
      'operator_not_permitted',
      'fee_rule_set_not_found',
      'fee_rules_not_in_review',
      'fee_rules_changed',
      'fee_review_needs_second_person',
      'fee_rules_not_rehearsed',
    ],
  },
  {
    ...changing,
    path: `${one}/reject`,
    id: 'rejectFeeRuleSet',
    summary: 'Send rules under review back to be a draft',
    body: schemas.feeRuleSetNoteSchema,
    success: detail('The draft'),
    problems: ['operator_not_permitted', 'fee_rule_set_not_found', 'fee_rules_not_in_review'],
  },
  {
    ...changing,
    path: `${one}/withdraw`,
    id: 'withdrawFeeRuleSet',
    summary: 'Take approved rules back before their time',
    body: schemas.feeRuleSetNoteSchema,
    success: detail('The draft'),
    problems: ['operator_not_permitted', 'fee_rule_set_not_found', 'fee_rules_not_scheduled'],
  },
  {
    ...changing,
    path: `${one}/restore`,
    id: 'restoreFeeRuleSet',
    summary: 'Roll back: put rules that were live before into force again, at once',
    body: schemas.feeRuleSetNoteSchema,
    success: detail('The set, live within two seconds'),
    problems: ['operator_not_permitted', 'fee_rule_set_not_found', 'fee_rules_never_live'],
  },
];
