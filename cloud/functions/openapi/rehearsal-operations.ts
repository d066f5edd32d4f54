import * as schemas from '../../contract/rehearsal-schemas';
import type { Operation } from './operations';

const shared = { tag: 'operators', access: 'operator' } as const;
const fees = '/v1/operator/fee-rule-sets/{ruleSetId}/rehearsals';
const promotions = '/v1/operator/promotions/{promotionId}/rehearsals';

/** Drafts run over past orders. */
export const REHEARSAL_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    method: 'post',
    path: fees,
    id: 'rehearseFeeRuleSet',
    summary: 'Run rules over past orders; a worker makes the report',
    idempotencyKey: true,
    parameters: schemas.feeRehearsalParametersSchema.omit({ rehearsalId: true }),
    body: schemas.feeRehearsalCreateSchema,
    success: { status: 201, schema: schemas.feeRehearsalSchema, description: 'The rehearsal, waiting' },
    problems: ['fee_rule_set_not_found'],
  },
  {
    ...shared,
    method: 'get',
    path: `${fees}/{rehearsalId}`,
    id: 'getFeeRehearsal',
    summary: 'How far a rehearsal is, and its report',
    parameters: schemas.feeRehearsalParametersSchema,
    success: { status: 200, schema: schemas.feeRehearsalSchema, description: 'The rehearsal' },
    problems: ['rehearsal_not_found'],
  },
  {
    ...shared,
    method: 'post',
    path: promotions,
    id: 'rehearsePromotion',
    summary:
      'Run the newest version over past orders, as if it had been live beside what was; a worker makes the report',
    idempotencyKey: true,
    parameters: schemas.promotionRehearsalParametersSchema.omit({ rehearsalId: true }),
    body: schemas.promotionRehearsalCreateSchema,
    success: { status: 201, schema: schemas.promotionRehearsalSchema, description: 'The rehearsal, waiting' },
    problems: ['promotion_not_found'],
  },
  {
    ...shared,
    method: 'get',
    path: `${promotions}/{rehearsalId}`,
    id: 'getPromotionRehearsal',
    summary: 'How far a rehearsal is, and its report',
    parameters: schemas.promotionRehearsalParametersSchema,
    success: { status: 200, schema: schemas.promotionRehearsalSchema, description: 'The rehearsal' },
    problems: ['rehearsal_not_found'],
  },
];
