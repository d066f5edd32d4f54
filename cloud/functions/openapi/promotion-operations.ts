import * as schemas from '../../contract/promotion-schemas';
import type { Operation } from './operations';

const shared = { tag: 'operators', access: 'operator' } as const;
const root = '/v1/operator/promotions';
const one = `${root}/{promotionId}`;
const detail = (description: string) =>
  ({ status: 200, schema: schemas.operatorPromotionDetailSchema, description }) as const;
const changing = {
  ...shared,
  method: 'post',
  idempotencyKey: true,
  parameters: schemas.promotionParametersSchema,
} as const;

/** What users are told of promotions, and what operators do with them. */
export const PROMOTION_OPERATIONS: readonly Operation[] = [
  {
    tag: 'promotions',
    access: 'user',
    method: 'get',
    path: '/v1/promotions',
    id: 'listPromotions',
    summary: 'Promotions that run, are to come or have ended lately, with what is left of each to the user',
    success: { status: 200, schema: schemas.userPromotionListSchema, description: 'All of them' },
    problems: [],
  },
  {
    ...shared,
    method: 'get',
    path: root,
    id: 'listOperatorPromotions',
    summary: 'Promotions, newest first, each by its newest version',
    query: schemas.promotionListQuerySchema,
    success: {
      status: 200,
      schema: schemas.operatorPromotionListSchema,
      description: 'A page of promotions',
    },
    problems: ['invalid_request', 'cursor_invalid'],
  },
  {
    ...shared,
    method: 'post',
    path: root,
    id: 'createPromotion',
    summary: 'Begin a promotion as a draft; answers what is wrong with its terms',
    idempotencyKey: true,
    body: schemas.promotionCreateSchema,
    success: { status: 201, schema: schemas.operatorPromotionDetailSchema, description: 'The draft' },
    problems: ['operator_not_permitted'],
  },
  {
    ...shared,
    method: 'get',
    path: one,
    id: 'getPromotion',
    summary: 'One promotion with its versions, what is left of their budgets, and all that was done to it',
    parameters: schemas.promotionParametersSchema,
    success: detail('The promotion'),
    problems: ['promotion_not_found'],
  },
  {
    ...changing,
    path: `${one}/terms`,
    id: 'editPromotion',
    summary: "Replace the draft's terms; where the newest version is approved, begin the next as a draft",
    body: schemas.promotionEditSchema,
    success: detail('The promotion'),
    problems: ['operator_not_permitted', 'promotion_not_found', 'promotion_not_draft'],
  },
  {
    ...changing,
    path: `${one}/submit`,
    id: 'submitPromotion',
    summary: 'Hand a draft in for review by somebody else',
    body: schemas.promotionNoteSchema,
    success: detail('The promotion, under review'),
    problems: ['operator_not_permitted', 'promotion_not_found', 'promotion_not_draft', 'promotion_faulty'],
  },
  {
    ...changing,
    path: `${one}/approve`,
    id: 'approvePromotion',
    summary: 'Let a reviewed version go live at its time, with a budget of its own',
    body: schemas.promotionApproveSchema,
    success: detail('The promotion, scheduled'),
    problems: [
      'operator_not_permitted',
      'promotion_not_found',
      'promotion_not_in_review',
      'promotion_changed',
      'promotion_review_needs_second_person',
    ],
  },
  {
    ...changing,
    path: `${one}/reject`,
    id: 'rejectPromotion',
    summary: 'Send a version under review back to be a draft',
    body: schemas.promotionNoteSchema,
    success: detail('The draft'),
    problems: ['operator_not_permitted', 'promotion_not_found', 'promotion_not_in_review'],
  },
  {
    ...changing,
    path: `${one}/stop`,
    id: 'stopPromotion',
    summary: 'Stop a promotion at once; orders that were placed keep what they were promised',
    body: schemas.promotionNoteSchema,
    success: detail('The promotion, stopped'),
    problems: ['operator_not_permitted', 'promotion_not_found', 'promotion_not_live'],
  },
  {
    ...changing,
    path: `${one}/restore`,
    id: 'restorePromotion',
    summary: 'Roll back: put an approved version into force again, with what is left of its budget',
    body: schemas.promotionRestoreSchema,
    success: detail('The promotion, live within two seconds'),
    problems: ['operator_not_permitted', 'promotion_not_found', 'promotion_never_live'],
  },
];
