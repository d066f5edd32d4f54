import * as z from 'zod';

import { sealedSchema } from './security-schemas';

/** Bank cards of a user. A number goes in and never comes out. */
export const cardCreateSchema = z.strictObject({
  sealed: sealedSchema.describe(
    'Seals the number: digits as they are printed, with spaces or dashes or without',
  ),
  challengeId: z.uuid().optional().describe('A passed challenge that binding this card asked for'),
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
