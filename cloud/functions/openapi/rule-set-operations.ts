import type { z } from 'zod';

import type { ErrorCode } from '../../contract/errors';
import * as fees from '../../contract/fee-schemas';
import * as points from '../../contract/points-rule-schemas';
import * as schemas from '../../contract/rule-schemas';
import type { Operation } from './operations';

interface RuleSetWords {
  readonly root: string;
  /** What operations are called after: `FeeRuleSet`. */
  readonly name: string;
  readonly what: string;
  readonly draftSchema: z.ZodType;
  readonly detailSchema: z.ZodType;
  readonly notFound: ErrorCode;
  readonly notDraft: ErrorCode;
  readonly faulty: ErrorCode;
  readonly notInReview: ErrorCode;
  readonly approvalProblems: readonly ErrorCode[];
  readonly notScheduled: ErrorCode;
  readonly neverLive: ErrorCode;
}

/** What operators do with a set of rules, whatever they say. */
function ruleSetOperations(words: RuleSetWords): readonly Operation[] {
  const { root, name, what, notFound } = words;
  const one = `${root}/{ruleSetId}`;
  const shared = { tag: 'operators', access: 'operator' } as const;
  const detail = (description: string) => ({ status: 200, schema: words.detailSchema, description }) as const;
  const changing = {
    ...shared,
    method: 'post',
    idempotencyKey: true,
    parameters: schemas.ruleSetParametersSchema,
  } as const;
  const problems = (...more: readonly ErrorCode[]): readonly ErrorCode[] => [
    'operator_not_permitted',
    notFound,
    ...more,
  ];
  return [
    {
      ...shared,
      method: 'get',
      path: root,
      id: `list${name}s`,
      summary: `Versions of ${what}, newest first, with where each stands`,
      query: schemas.ruleSetListQuerySchema,
      success: { status: 200, schema: schemas.ruleSetListSchema, description: 'A page of versions' },
      problems: ['invalid_request', 'cursor_invalid'],
    },
    {
      ...shared,
      method: 'post',
      path: root,
      id: `create${name}`,
      summary: `Begin a draft of ${what}; answers what is wrong with it`,
      idempotencyKey: true,
      body: words.draftSchema,
      success: { status: 201, schema: words.detailSchema, description: 'The draft' },
      problems: ['operator_not_permitted'],
    },
    {
      ...shared,
      method: 'get',
      path: one,
      id: `get${name}`,
      summary: `One version of ${what} with all that was done to it`,
      parameters: schemas.ruleSetParametersSchema,
      success: detail('The version'),
      problems: [notFound],
    },
    {
      ...changing,
      path: `${one}/rules`,
      id: `edit${name}`,
      summary: 'Replace what a draft says; answers what is wrong with it',
      body: words.draftSchema,
      success: detail('The draft'),
      problems: problems(words.notDraft),
    },
    {
      ...changing,
      path: `${one}/submit`,
      id: `submit${name}`,
      summary: 'Hand a draft in for review by somebody else',
      body: schemas.ruleSetSubmitSchema,
      success: detail('The version, under review'),
      problems: problems(words.notDraft, words.faulty),
    },
    {
      ...changing,
      path: `${one}/approve`,
      id: `approve${name}`,
      summary: 'Let a reviewed version go live at its time',
      body: schemas.ruleSetApproveSchema,
      success: detail('The version, scheduled'),
      problems: problems(words.notInReview, ...words.approvalProblems),
    },
    {
      ...changing,
      path: `${one}/reject`,
      id: `reject${name}`,
      summary: 'Send a version under review back to be a draft',
      body: schemas.ruleSetNoteSchema,
      success: detail('The draft'),
      problems: problems(words.notInReview),
    },
    {
      ...changing,
      path: `${one}/withdraw`,
      id: `withdraw${name}`,
      summary: 'Take an approved version back before its time',
      body: schemas.ruleSetNoteSchema,
      success: detail('The draft'),
      problems: problems(words.notScheduled),
    },
    {
      ...changing,
      path: `${one}/restore`,
      id: `restore${name}`,
      summary: 'Roll back: put a version that was live before into force again, at once',
      body: schemas.ruleSetNoteSchema,
      success: detail('The version, live within two seconds'),
      problems: problems(words.neverLive),
    },
  ];
}

export const RULE_SET_OPERATIONS: readonly Operation[] = [
  ...ruleSetOperations({
    root: '/v1/operator/fee-rule-sets',
    name: 'FeeRuleSet',
    what: 'the rules of fees',
    draftSchema: fees.feeRuleSetDraftSchema,
    detailSchema: fees.feeRuleSetDetailSchema,
    notFound: 'fee_rule_set_not_found',
    notDraft: 'fee_rules_not_draft',
    faulty: 'fee_rules_faulty',
    notInReview: 'fee_rules_not_in_review',
    approvalProblems: ['fee_rules_changed', 'fee_review_needs_second_person', 'fee_rules_not_rehearsed'],
    notScheduled: 'fee_rules_not_scheduled',
    neverLive: 'fee_rules_never_live',
  }),
  ...ruleSetOperations({
    root: '/v1/operator/points-rule-sets',
    name: 'PointsRuleSet',
    what: 'the rules of points',
    draftSchema: points.pointsRuleSetDraftSchema,
    detailSchema: points.pointsRuleSetDetailSchema,
    notFound: 'points_rule_set_not_found',
    notDraft: 'points_rules_not_draft',
    faulty: 'points_rules_faulty',
    notInReview: 'points_rules_not_in_review',
    approvalProblems: ['points_rules_changed', 'points_review_needs_second_person'],
    notScheduled: 'points_rules_not_scheduled',
    neverLive: 'points_rules_never_live',
  }),
];
