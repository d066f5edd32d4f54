import { sql } from 'kysely';

import type { PointsRulesContent } from '../../domain';
import { inTransaction, type Database } from '../database';
import { POINTS_RULE_SETS } from './rules';

/** Whether the payment's points were booked as pending: those of payments before that was so could be spent at once. */
export async function earnedPending(
  db: Database,
  { orderId }: { readonly orderId: string },
): Promise<boolean> {
  const { accounts } = await db
    .selectFrom('postings')
    .select('accounts')
    .where('orderId', '=', orderId)
    .where('kind', '=', 'payment')
    .executeTakeFirstOrThrow();
  // Whoever paid, who may have joined that account into another since.
  return accounts.some((name) => name.startsWith('points_pending:'));
}

/** The rules that an order was priced by; quotes of before there was more than one version went by the first. */
const rulesOfOrder = sql<PointsRulesContent>`(
  select content from rule_versions where subject_id = ${POINTS_RULE_SETS.subjectId}
    and version = coalesce((orders.methods -> 0 ->> 'pointsVersion')::integer, 1))`.as('rules');

/**
 * Makes a lot of what a payment earned, less what refunds took back meanwhile, by the rules that it was priced by. Made again it changes nothing. `none` where it
 * earned nothing.
 */
export function addEarnedLot(
  db: Database,
  earned: {
    readonly orderId: string;
    readonly attemptId: string;
    readonly now: Date;
  },
): Promise<'kept' | 'known' | 'none'> {
  const { orderId, attemptId, now } = earned;
  return inTransaction(db, async (transaction) => {
    const order = await transaction
      .selectFrom('orders')
      .select(['accountId', 'points', 'paidAt', rulesOfOrder])
      .where('id', '=', orderId)
      .forUpdate()
      .executeTakeFirst();
    if (order === undefined || order.paidAt === null || order.points === 0) return 'none';
    const { accountId, points: earnedPoints, rules } = order;
    if (!(await earnedPending(transaction, { orderId }))) return 'none';
    const { points } = await transaction
      .selectFrom('refunds')
      .select((eb) => eb.fn.coalesce(eb.fn.sum<string>('points'), eb.lit(0)).as('points'))
      .where('orderId', '=', orderId)
      .where('kind', '=', 'order')
      .where('state', '=', 'succeeded')
      .executeTakeFirstOrThrow();
    const taken = Number(points);
    const availableAt = new Date(order.paidAt.getTime() + rules.pendingMs);
    const added = await transaction
      .insertInto('pointsLots')
      .values({
        id: attemptId,
        accountId,
        orderId,
        kind: 'earned',
        earned: earnedPoints,
        taken,
        points: earnedPoints - taken,
        state: taken === earnedPoints ? 'ended' : 'pending',
        availableAt,
        expiresAt: new Date(availableAt.getTime() + rules.lifeMs),
        releasedAt: null,
        createdAt: now,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .executeTakeFirst();
    return added === undefined ? 'known' : 'kept';
  });
}
