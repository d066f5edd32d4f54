import * as z from 'zod';

import { REHEARSAL_DAYS_MAX } from './limits';

const uuid = z.uuid();
const instant = z.iso.datetime().describe('UTC instant');

const period = {
  from: instant.describe('Orders made from then on (inclusive)'),
  to: instant.describe(`Exclusive; at most ${REHEARSAL_DAYS_MAX} days later`),
};
type Period = Readonly<Record<'from' | 'to', string>>;
const isPeriod = ({ from, to }: Period): boolean =>
  Date.parse(from) < Date.parse(to) && Date.parse(to) - Date.parse(from) <= REHEARSAL_DAYS_MAX * 86_400_000;
const wrongPeriod = { path: ['to'], message: `not after from, or more than ${REHEARSAL_DAYS_MAX} days` };

export const feeRehearsalCreateSchema = z
  .strictObject({
    ...period,
    asOf: instant
      .optional()
      .describe('Charge every order by the rules in effect then, instead of at its own time'),
  })
  .refine(isPeriod, wrongPeriod);
export const promotionRehearsalCreateSchema = z.strictObject(period).refine(isPeriod, wrongPeriod);
export const feeRehearsalParametersSchema = z.object({ ruleSetId: uuid, rehearsalId: uuid });
export const promotionRehearsalParametersSchema = z.object({ promotionId: uuid, rehearsalId: uuid });

const rehearsal = {
  id: uuid,
  contentHash: z.string().describe('Of what is run, as it was when this was asked for'),
  from: instant,
  to: instant,
  state: z.enum(['waiting', 'done', 'failed']),
  ordersTotal: z.int().nullable().describe('Known once it is under way'),
  ordersDone: z.int(),
  failure: z.enum(['too_many_orders', 'rules_changed']).nullable(),
  requestedBy: z.string(),
  createdAt: instant,
  finishedAt: instant.nullable(),
};

const feeSegmentSchema = z.object({
  orders: z.int(),
  amountFen: z.int(),
  feeBeforeFen: z.int().describe('What was charged'),
  feeAfterFen: z.int().describe('What these rules would have charged'),
  raised: z.int().describe('Orders that would have cost more'),
  lowered: z.int(),
});
export const rehearsalReportSchema = z.object({
  total: feeSegmentSchema,
  segments: z
    .record(z.string(), z.record(z.string(), feeSegmentSchema))
    .describe('By rule, scene, method, host, category, userTier, amountYuan; each by its values'),
  raiseFenMax: z.int().describe('The most that one order would have cost more'),
  reductionFenMax: z.int(),
});
export const feeRehearsalSchema = z.object({
  ...rehearsal,
  ruleSetId: uuid,
  asOf: instant.nullable(),
  report: rehearsalReportSchema.nullable(),
});

const promotionSegmentSchema = z.object({
  orders: z.int().describe('Orders that were paid'),
  amountFen: z.int(),
  granted: z.int().describe('Orders that would have got it'),
  given: z.int().describe('What they would have been given: fen, or points for bonus_points'),
  notForPayer: z
    .int()
    .describe('Orders that it is for, but whose payers have had it, or are not whom it is for'),
  overBudget: z.int().describe('Orders that too little of the budget was left for'),
  outdone: z.int().describe('Orders that got other promotions instead, worth more and not going with it'),
});
export const promotionRehearsalReportSchema = z.object({
  kind: z.enum(['fee_waiver', 'discount', 'cashback', 'bonus_points']),
  total: promotionSegmentSchema,
  segments: z
    .record(z.string(), z.record(z.string(), promotionSegmentSchema))
    .describe('By scene, method, host, category, userTier, amountYuan; each by its values'),
  budget: z.object({
    fenLeft: z.int().nullable().describe('In the end; null for no limit'),
    timesLeft: z.int().nullable(),
    returned: z.int().describe('What refunds would have given back to it'),
    ranOutAt: instant.nullable().describe('When the first order came that too little was left for'),
  }),
});
export const promotionRehearsalSchema = z.object({
  ...rehearsal,
  promotionId: uuid,
  versionId: uuid,
  report: promotionRehearsalReportSchema.nullable(),
});
