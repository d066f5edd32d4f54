import * as z from 'zod';

import { FEE_PARTS_MAX, FEE_RULES_MAX } from './limits';
import { feeRehearsalSchema } from './rehearsal-schemas';
import { ruleNoteSchema, ruleSetDetailSchema, ruleSetNameSchema } from './rule-schemas';
import { categoryIdSchema } from './schemas';

const instant = z.iso.datetime().describe('UTC instant');
const fen = z.int().min(0).max(1_000_000_000).describe('Integer fen');

/** A condition: one value at least, none twice. */
const oneOf = <Value extends z.ZodType>(value: Value) =>
  z
    .array(value)
    .min(1)
    .max(100)
    .refine((values) => new Set(values).size === values.length, { message: 'repeated value' })
    .optional();

export const feeTierSchema = z.strictObject({
  upToFen: fen.min(1).nullable().describe('Last fen of the payment in this tier; null for the last tier'),
  ratePpm: z.int().min(0).max(1_000_000).describe('Parts per million'),
  fixedFen: fen.describe('Charged once where a part of the payment lies in this tier'),
});
export const feeRuleSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,47}$/)
      .describe('Stable through all versions'),
    priority: z.int().min(0).max(1_000_000).describe('Among rules that apply the highest decides'),
    when: z
      .strictObject({
        scenes: oneOf(z.enum(['merchant_payment', 'transfer', 'bill'])),
        methods: oneOf(z.enum(['wechat', 'alipay', 'bankcard'])),
        cardTypes: oneOf(z.enum(['debit', 'credit'])),
        banks: oneOf(z.string().regex(/^[A-Z][A-Z0-9]{1,15}$/)),
        hosts: oneOf(z.enum(['weapp', 'alipay', 'h5'])),
        categories: oneOf(categoryIdSchema),
        userTiers: oneOf(z.enum(['standard', 'silver', 'gold', 'platinum'])),
      })
      .describe('A condition that is left out holds for everything'),
    effectiveFrom: instant.nullable().describe('Inclusive; null for ever'),
    effectiveTo: instant.nullable().describe('Exclusive; null for ever'),
    freePerPaymentFen: fen.describe('The first part of every payment that is free'),
    freePerMonthFen: fen.describe("So much more of an account's payments in a calendar month is free"),
    mode: z.enum(['marginal', 'whole']).describe('whole: the tier of the amount decides for all of it'),
    tiers: z.array(feeTierSchema).min(1).max(FEE_PARTS_MAX),
    feeFenMin: fen.describe('Of a fee that is charged at all'),
    feeFenMax: fen.nullable(),
    rounding: z.enum(['half_up', 'half_even', 'up', 'down']),
  })
  .refine(
    ({ effectiveFrom, effectiveTo }) =>
      effectiveFrom === null || effectiveTo === null || Date.parse(effectiveFrom) < Date.parse(effectiveTo),
    { path: ['effectiveTo'], message: 'not after effectiveFrom' },
  )
  .refine(({ feeFenMin, feeFenMax }) => feeFenMax === null || feeFenMin <= feeFenMax, {
    path: ['feeFenMax'],
    message: 'below feeFenMin',
  })
  .refine(
    ({ tiers }) =>
      tiers.every(({ upToFen }, index) => {
        const before = index === 0 ? 0 : (tiers[index - 1]?.upToFen ?? 0);
        return index === tiers.length - 1 ? upToFen === null : upToFen !== null && upToFen > before;
      }),
    { path: ['tiers'], message: 'each tier ends above the one before, and the last has no end' },
  );

export const feeRuleSetDraftSchema = z.strictObject({
  name: ruleSetNameSchema,
  rules: z.array(feeRuleSchema).min(1).max(FEE_RULES_MAX),
  note: ruleNoteSchema,
});
export const feeFindingSchema = z.object({
  kind: z.enum(['overlap', 'unreachable', 'gap', 'repeated_id', 'too_complex']),
  ruleIds: z.array(z.string()).describe('The rules that it is about'),
  text: z.string().describe("In the reader's language"),
});
export const feeRuleSetDetailSchema = ruleSetDetailSchema.extend({
  rules: z.array(feeRuleSchema),
  findings: z.array(feeFindingSchema).describe('What keeps it from being handed in'),
  rehearsals: z.array(feeRehearsalSchema).describe('Newest first, at most twenty'),
});
