import * as z from 'zod';

import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, STATEMENT_DAYS_MAX } from './limits';

const uuid = z.uuid();
const instant = z.iso.datetime().describe('UTC instant');
const fen = z.int().describe('Integer fen');
const day = z.iso.date().describe('A day in China (UTC+8), yyyy-mm-dd');
const lineOfText = z.string().regex(/^\P{Cc}*$/u);
const gateway = z.enum(['wechatpay', 'alipay']);
const payeeKind = z.enum(['open_id', 'logon_id']);

export const settlementStateSchema = z.enum(['closed', 'paying', 'paid', 'needs_review']);
export const payoutStateSchema = z.enum([
  'requested',
  'unknown',
  'processing',
  'awaiting_payee',
  'paid',
  'failed',
  'returned',
]);

export const settlementListQuerySchema = z.object({
  merchantId: uuid.optional(),
  state: settlementStateSchema.optional(),
  cursor: z
    .string()
    .regex(/^[\w=-]{1,256}$/)
    .optional()
    .describe('`nextCursor` of the page before'),
  limit: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
});
export const settlementSchema = z.object({
  id: uuid,
  merchantId: uuid,
  cutOffDay: day.describe('Money booked before this day began is in it'),
  state: settlementStateSchema,
  netFen: fen,
  lineCount: z.int(),
  closedAt: instant,
  paidAt: instant.nullable(),
});
export const settlementListSchema = z.object({
  items: z.array(settlementSchema),
  nextCursor: z.string().nullable(),
});
export const payoutSchema = z.object({
  id: uuid,
  part: z.int().describe('Which part of the settlement, from 1'),
  try: z.int().describe('How often that part was tried, from 1'),
  source: z.enum(['wechatpay', 'alipay', 'bank']).describe('bank: paid by hand'),
  payee: z.string().nullable().describe('The account paid, masked'),
  amountFen: fen,
  state: payoutStateSchema,
  billNumber: z.string().nullable().describe("The gateway's number, or the reference given by hand"),
  confirmation: z.string().nullable().describe('Package of wx.requestMerchantTransfer, while awaited'),
  payeePage: z
    .string()
    .nullable()
    .describe(
      'Page of the mini-program where the payee confirms, while that is awaited; for a link or a code',
    ),
  failureReason: z.string().nullable(),
  createdAt: instant,
  sentAt: instant.nullable(),
  paidAt: instant.nullable(),
});
const historySchema = z.array(
  z.object({
    subject: z.enum(['terms', 'settlement', 'payout']),
    subjectId: uuid,
    from: z.string().nullable(),
    to: z.string(),
    reason: z.string(),
    actor: z.string().describe('system, gateway, or operator: and a name'),
    at: instant,
  }),
);
export const settlementDetailSchema = settlementSchema.extend({
  payouts: z.array(payoutSchema),
  lines: z
    .array(
      z.object({
        postingId: uuid,
        kind: z.string(),
        orderNumber: z.string().nullable(),
        amountFen: fen.describe('Negative for what was taken back'),
        at: instant,
      }),
    )
    .describe('The first 1,000; `lineCount` tells how many there are'),
  history: historySchema,
});
export const settlementParametersSchema = z.object({ settlementId: uuid });
export const paidByHandSchema = z.strictObject({
  reference: z
    .string()
    .regex(/^[\w-]{4,64}$/)
    .describe("The bank's number of the payment"),
});

export const settlementTermsSetSchema = z
  .strictObject({
    gateway,
    payeeKind: payeeKind.describe('logon_id: Alipay only, and with a name'),
    payeeId: z.string().regex(/^[\x21-\x7e]{4,128}$/),
    payeeName: lineOfText
      .min(2)
      .max(64)
      .optional()
      .describe("The account holder's name; checked by the gateway"),
    minimumFen: z.int().min(10).max(100_000_000).describe('Less is carried over'),
    payoutMaxFen: z.int().min(20).max(100_000_000).describe('More is split'),
  })
  .refine(({ gateway: name, payeeKind: kind }) => kind === 'open_id' || name === 'alipay', {
    path: ['payeeKind'],
  })
  .refine(({ payeeKind: kind, payeeName }) => kind === 'open_id' || payeeName !== undefined, {
    path: ['payeeName'],
  })
  // WeChat Pay refuses transfers from 2,000 yuan on that do not name their payee.
  .refine(
    ({ gateway: name, payeeName, payoutMaxFen }) =>
      name === 'alipay' || payeeName !== undefined || payoutMaxFen < 200_000,
    { path: ['payeeName'] },
  );
export const settlementTermsSchema = z.object({
  merchantId: uuid,
  gateway,
  payeeKind,
  payee: z.string().describe('Masked'),
  minimumFen: fen,
  payoutMaxFen: fen,
  holdReason: z.string().nullable().describe('Why nothing is settled or sent for now'),
  updatedAt: instant,
  history: historySchema,
});
export const settlementHoldSchema = z.strictObject({ reason: lineOfText.min(1).max(200) });

export const statementQuerySchema = z
  .object({ from: day, to: day.describe(`Inclusive; at most ${STATEMENT_DAYS_MAX} days from \`from\``) })
  .refine(({ from, to }) => from <= to, { path: ['to'] })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) < STATEMENT_DAYS_MAX * 86_400_000, {
    path: ['to'],
  });
export const statementSchema = z.object({
  merchantId: uuid,
  merchantName: z.string(),
  from: day,
  to: day,
  openingFen: fen.describe('What was owed when `from` began'),
  lines: z.array(
    z.object({
      at: instant,
      kind: z.string().describe('payment, refund, payout, payout_return, …'),
      orderNumber: z.string().nullable(),
      settlementId: uuid.nullable(),
      grossFen: fen.describe('What the payer paid or got back'),
      feeFen: fen.describe('Our fee, waived or not'),
      subsidyFen: fen.describe("Paid by us in the payer's stead: net = gross - fee + subsidy"),
      netFen: fen.describe('What the merchant is owed because of it'),
      balanceFen: fen.describe('What the merchant is owed after it'),
    }),
  ),
  closingFen: fen.describe('What was owed when `to` ended'),
});
