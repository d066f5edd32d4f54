import * as z from 'zod';

import { AMOUNT_FEN_MAX, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from './limits';
import { promotionRehearsalSchema } from './rehearsal-schemas';
import { ruleNoteSchema as note, trailEntrySchema } from './rule-schemas';
import { categoryIdSchema, hostSchema, methodSchema } from './schemas';

const uuid = z.uuid();
const instant = z.iso.datetime().describe('UTC instant');
const lineOfText = z.string().regex(/^\P{Cc}*$/u);
const title = lineOfText.trim().min(1).max(30);
const contentHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe('Of the terms as they are; changes with them');
const quantity = z.int().min(0).max(1_000_000_000_000);
const times = z.int().min(1).max(1_000_000).nullable();

/** A condition: one value at least, none twice. */
const oneOf = <Value extends z.ZodType>(value: Value, most = 100) =>
  z
    .array(value)
    .min(1)
    .max(most)
    .refine((values) => new Set(values).size === values.length, { message: 'repeated value' })
    .optional();

export const couponCodeSchema = z
  .string()
  .regex(/^[A-Z0-9]{4,16}$/)
  .describe('Capital letters and digits');

export const promotionTermsSchema = z.strictObject({
  title: z.strictObject({ 'zh-CN': title, en: title }).describe('What payers are told it is'),
  benefit: z.strictObject({
    kind: z
      .enum(['fee_waiver', 'discount', 'cashback', 'bonus_points'])
      .describe('cashback: paid out to the payer after the refund window'),
    fixed: z.int().min(0).max(AMOUNT_FEN_MAX).describe('Integer fen, or points for bonus_points'),
    ratePpm: z
      .int()
      .min(0)
      .max(1_000_000)
      .describe('Parts per million of the fee (fee_waiver) or of the amount in fen; rounded down'),
    max: z.int().min(0).max(AMOUNT_FEN_MAX).nullable().describe('Of both together'),
  }),
  when: z
    .strictObject({
      firstPayment: z.enum(['ever', 'with_merchant']).optional(),
      newUserDays: z.int().min(1).max(3_650).optional().describe('The account is no older than so many days'),
      merchantIds: oneOf(uuid),
      categories: oneOf(categoryIdSchema),
      methods: oneOf(methodSchema),
      hosts: oneOf(hostSchema),
      weekdays: oneOf(z.int().min(1).max(7)).describe('Monday 1 to Sunday 7, in Asia/Shanghai'),
      hours: z
        .array(z.strictObject({ from: z.int().min(0).max(23), to: z.int().min(1).max(24) }))
        .min(1)
        .max(6)
        .optional()
        .describe(
          'From (inclusive) to (exclusive), in Asia/Shanghai; over midnight where from is not before to',
        ),
      amountFenMin: z.int().min(1).max(AMOUNT_FEN_MAX).optional(),
      amountFenMax: z.int().min(1).max(AMOUNT_FEN_MAX).optional(),
      couponCode: couponCodeSchema.optional(),
    })
    .describe('A condition that is left out holds for everything'),
  startsAt: instant.nullable().describe('Inclusive; null for as soon as it is approved'),
  endsAt: instant.nullable().describe('Exclusive; null for when the budget is used up'),
  limits: z.strictObject({
    timesPerUser: times,
    timesPerUserDay: times.describe('A day in Asia/Shanghai'),
    budgetFen: quantity
      .nullable()
      .describe('All that it may give, points counted as fen; of this version alone'),
    budgetTimes: quantity.nullable(),
  }),
  stacking: z.strictObject({
    group: z.int().min(1).max(6).nullable().describe('Of each numbered group a payment gets at most one'),
    alone: z.boolean().describe('Goes with no other promotion'),
    priority: z.int().min(0).max(1_000_000).describe('Decides between promotions that are worth the same'),
  }),
  returnsOnRefund: z
    .boolean()
    .describe('Refunds give back to the budget in proportion and, once all is refunded, to the user'),
});

export const promotionCreateSchema = z.strictObject({ terms: promotionTermsSchema, note });
export const promotionEditSchema = promotionCreateSchema;
export const promotionApproveSchema = z.strictObject({ contentHash, note });
export const promotionRestoreSchema = z.strictObject({ version: z.int().min(1), note });
export const promotionNoteSchema = z.strictObject({ note });
export const promotionParametersSchema = z.object({ promotionId: uuid });
export const promotionListQuerySchema = z.object({
  cursor: z
    .string()
    .regex(/^[\w=-]{1,256}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
});

const leftSchema = z
  .object({ fen: z.int().nullable(), times: z.int().nullable() })
  .nullable()
  .describe('What it may still give; null before it is approved, and inside for no limit');
export const promotionVersionSchema = z.object({
  versionId: uuid,
  version: z.int(),
  standing: z.enum(['draft', 'review', 'scheduled', 'live', 'ended', 'replaced']),
  contentHash,
  authors: z.array(z.string()).describe('Who may not review it'),
  terms: promotionTermsSchema,
  findings: z
    .array(z.object({ kind: z.string(), text: z.string().describe("In the reader's language") }))
    .describe('What keeps it from being handed in'),
  left: leftSchema,
  createdAt: instant,
  updatedAt: instant,
});
export const operatorPromotionSchema = z.object({
  promotionId: uuid,
  newest: promotionVersionSchema.describe('Its newest version'),
});
export const operatorPromotionListSchema = z.object({
  items: z.array(operatorPromotionSchema),
  nextCursor: z.string().nullable(),
});
export const operatorPromotionDetailSchema = z.object({
  promotionId: uuid,
  versions: z.array(promotionVersionSchema).describe('Oldest first'),
  rehearsals: z.array(promotionRehearsalSchema).describe('Of any version, newest first, at most twenty'),
  activations: z
    .array(z.object({ version: z.int().nullable().describe('Null: stopped'), liveFrom: instant }))
    .describe('What was live from when on, and will be'),
  audit: z.array(z.object({ versionId: uuid, ...trailEntrySchema.shape })),
});

export const userPromotionSchema = z.object({
  id: uuid,
  title: z.string().describe("In the user's language"),
  state: z
    .enum(['running', 'used', 'run_out', 'coming', 'ended'])
    .describe('used: this user has had it as often as it is given'),
  benefit: z.string().describe("What it gives, in the user's language"),
  conditions: z.array(z.string()).describe("What it asks, in the user's language"),
  needsCode: z.boolean(),
  left: z
    .string()
    .nullable()
    .describe("What is left to this user, in the user's language; null for no limit"),
  startsAt: instant.nullable(),
  endsAt: instant.nullable(),
});
export const userPromotionListSchema = z.object({
  items: z.array(userPromotionSchema).describe('Running first, ended last'),
});
