import * as z from 'zod';

import { ruleNoteSchema, ruleSetDetailSchema, ruleSetNameSchema } from './rule-schemas';
import { categoryIdSchema } from './schemas';

const tier = z.enum(['standard', 'silver', 'gold', 'platinum']);
const days = (least: number) => z.int().min(least).max(3_650);

/** A condition: one value at least, none twice. */
const oneOf = <Value extends z.ZodType>(value: Value) =>
  z
    .array(value)
    .min(1)
    .max(20)
    .refine((values) => new Set(values).size === values.length, { message: 'repeated value' })
    .optional();

export const pointsRulesSchema = z.strictObject({
  fenPerPoint: z
    .int()
    .min(1)
    .max(1_000_000)
    .describe('One point for each whole so-many fen that are paid of the amount in money'),
  multipliers: z
    .array(
      z.strictObject({
        id: z
          .string()
          .regex(/^[a-z][a-z0-9_]{0,47}$/)
          .describe('Stable through all versions'),
        categories: oneOf(categoryIdSchema),
        userTiers: oneOf(tier),
        multiplierPpm: z.int().min(0).max(100_000_000).describe('1,500,000 is half as much again'),
      }),
    )
    .max(20)
    .describe(
      'All that apply to a payment are multiplied; a condition that is left out holds for everything',
    ),
  redemption: z.strictObject({
    fenPerHundredPoints: z.int().min(1).max(100_000).describe('What a hundred points pay'),
    sharePpm: z.int().min(0).max(1_000_000).describe('The most of the amount that points pay'),
    pointsMin: z.int().min(1).max(1_000_000).describe('Fewer are not taken'),
  }),
  pendingDays: days(0).describe('How long after the payment its points are pending'),
  lifeDays: days(1).describe('How long points live once they may be spent'),
  warnedBeforeDays: days(0).describe('How long before they expire users are warned'),
  tiers: z
    .array(z.strictObject({ tier, fromPoints: z.int().min(0).max(1_000_000_000) }))
    .min(1)
    .max(4)
    .describe('Points released within a year from which each tier begins, lowest first'),
});

export const pointsRuleSetDraftSchema = z.strictObject({
  name: ruleSetNameSchema,
  rules: pointsRulesSchema,
  note: ruleNoteSchema,
});
export const pointsFindingSchema = z.object({
  kind: z.enum([
    'repeated_id',
    'no_first_tier',
    'tiers_not_rising',
    'tier_unknown',
    'earns_more_than_paid',
    'redeems_nothing',
    'warned_too_early',
  ]),
  text: z.string().describe("In the reader's language"),
});
export const pointsRuleSetDetailSchema = ruleSetDetailSchema.extend({
  rules: pointsRulesSchema,
  findings: z.array(pointsFindingSchema).describe('What keeps it from being handed in'),
});
