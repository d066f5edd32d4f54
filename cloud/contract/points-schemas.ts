import * as z from 'zod';

import { PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX } from './limits';

const points = z.int().min(0);
const instant = z.iso.datetime().describe('UTC instant');
const tier = z.enum(['standard', 'silver', 'gold', 'platinum']);

/** What points may pay of the payment that a quote is about. */
export const quotedPointsSchema = z.object({
  available: points.describe('To be spent now'),
  redeemable: z
    .object({ points, savesFen: z.int().min(1).describe('Integer fen') })
    .nullable()
    .describe('What would be spent whichever method is chosen; null where nothing is'),
  redeemed: z.boolean().describe('Whether the prices have it taken off'),
});

export const pointsSchema = z.object({
  available: points.describe('To be spent now'),
  pending: points.describe('Earned, and to be spent once refunds are no longer usual'),
  pendingDays: z.int().describe('How long they are pending'),
  owed: points.describe('Taken back by refunds and spent before: the next points pay it'),
  expiring: z
    .object({ points, firstAt: instant })
    .nullable()
    .describe('What expires within the days of the warning'),
  tier: z.object({
    current: tier,
    yearlyPoints: z.int().describe('Released within the last year'),
    next: z.object({ tier, pointsMissing: points }).nullable().describe('Null at the highest'),
  }),
  rules: z
    .array(z.string())
    .describe("What points are worth and how they are earned, in the user's language"),
});

export const pointsStatementQuerySchema = z.object({
  cursor: z
    .string()
    .regex(/^[\w=-]{1,256}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
});
export const pointsStatementSchema = z.object({
  items: z.array(
    z.object({
      id: z.uuid(),
      kind: z.string().describe('payment, refund, points_release, points_expiry, …'),
      available: z.int().describe('Came to the points to be spent, or left them'),
      pending: z.int().describe('Came to the pending points, or left them'),
      text: z.string().describe("Why, in the user's language"),
      orderId: z.uuid().nullable(),
      at: instant,
    }),
  ),
  nextCursor: z.string().nullable().describe('Cursor of the next page; null on the last'),
});
