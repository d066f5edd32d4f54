import * as z from 'zod';

import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from './limits';

const instant = z.iso.datetime().describe('UTC instant');

/** Payouts as whoever is paid sees them. */
export const incomingPayoutStateSchema = z.enum([
  'on_its_way',
  'awaiting_confirmation',
  'paid',
  'failed',
  'returned',
]);
export const incomingPayoutSchema = z.object({
  id: z.uuid(),
  kind: z.enum(['settlement', 'cashback']),
  merchantName: z.string().describe('Whose sales are paid out; of cashback who was paid'),
  salesBefore: z.iso
    .date()
    .nullable()
    .describe('It is for sales before this day in China (UTC+8), yyyy-mm-dd; null for cashback'),
  amountFen: z.int().describe('Integer fen'),
  state: incomingPayoutStateSchema,
  text: z.string().describe("How it stands, in the user's language"),
  confirmation: z
    .object({ mchId: z.string(), appId: z.string(), package: z.string() })
    .nullable()
    .describe('Arguments of wx.requestMerchantTransfer; given while the payee can confirm'),
  sentAt: instant,
  paidAt: instant.nullable(),
});
export const incomingPayoutListQuerySchema = z.object({
  cursor: z
    .string()
    .regex(/^[\w=-]{1,256}$/)
    .optional()
    .describe('`nextCursor` of the page before'),
  limit: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
});
export const incomingPayoutListSchema = z.object({
  items: z.array(incomingPayoutSchema),
  nextCursor: z.string().nullable().describe('Cursor of the next page; null on the last'),
});
export const payoutParametersSchema = z.object({ payoutId: z.uuid() });
