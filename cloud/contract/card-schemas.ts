import * as z from 'zod';

/** Bank cards of a user. A number goes in and never comes out. */
export const cardCreateSchema = z.strictObject({
  number: z
    .string()
    .min(13)
    .max(32)
    .describe('Digits as they are printed, with spaces or dashes or without; never answered'),
});
export const cardSchema = z.object({
  id: z.uuid(),
  scheme: z.enum(['unionpay', 'visa', 'mastercard', 'jcb', 'amex']),
  bank: z.string().nullable().describe('Code of the bank; null where it is not known'),
  kind: z.enum(['debit', 'credit']).nullable(),
  lastFour: z.string().describe('The last four digits'),
  boundAt: z.iso.datetime().describe('UTC instant'),
});
export const cardListSchema = z.object({ items: z.array(cardSchema) });
export const cardParametersSchema = z.object({ cardId: z.uuid() });

export type BankCard = z.infer<typeof cardSchema>;
export type BankCardCreate = z.infer<typeof cardCreateSchema>;
export type BankCardList = z.infer<typeof cardListSchema>;
