import * as z from 'zod';

/** What people agree to; `cloud/domain/personal` holds the texts. */
export const documentIdSchema = z.enum([
  'privacy_policy',
  'user_agreement',
  'phone_number',
  'bank_card',
  'account_linking',
]);
