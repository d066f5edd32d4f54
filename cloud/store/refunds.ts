import type { Selectable } from 'kysely';
import { v5 as uuidv5 } from 'uuid';

import { accountId, fen, surplusRefundPosting } from '../domain';
import { inTransaction, type Database } from './database';
import type { RefundsTable } from './schema';

export type RefundRow = Pick<
  Selectable<RefundsTable>,
  'id' | 'attemptId' | 'orderId' | 'gateway' | 'totalFen' | 'refundFen' | 'reason' | 'state'
>;

export const REFUND_COLUMNS = [
  'id',
  'attemptId',
  'orderId',
  'gateway',
  'totalFen',
  'refundFen',
  'reason',
  'state',
] as const;

/**
 * Records how a refund stands at its gateway; once it succeeded, its posting with it. A refund that succeeded stays so.
 * False where there is no such refund.
 */
export function recordRefund(
  db: Database,
  report: {
    readonly refundId: string;
    readonly state: 'processing' | 'succeeded' | 'failed';
    readonly now: Date;
  },
): Promise<boolean> {
  const { refundId, state, now } = report;
  return inTransaction(db, async (transaction) => {
    const refund = await transaction
      .selectFrom('refunds')
      .select(REFUND_COLUMNS)
      .where('id', '=', refundId)
      .forUpdate()
      .executeTakeFirst();
    if (refund === undefined) return false;
    if (refund.state === 'succeeded' || refund.state === state) return true;
    await transaction
      .updateTable('refunds')
      .set({ state, updatedAt: now })
      .where('id', '=', refundId)
      .execute();
    if (state === 'succeeded') await book(transaction, refund, now);
    return true;
  });
}

async function book(db: Database, refund: RefundRow, now: Date): Promise<void> {
  const { kind, entries } = surplusRefundPosting(refund.gateway, fen(refund.refundFen));
  // The surplus was booked under the attempt's id, which the refund shares: its way back needs another.
  const id = uuidv5(kind, refund.id);
  await db
    .insertInto('postings')
    .values({ id, kind, orderId: refund.orderId, attemptId: refund.attemptId, createdAt: now })
    .execute();
  await db
    .insertInto('entries')
    .values(
      entries.map(({ account, unit, amount }) => ({
        postingId: id,
        account: accountId(account),
        unit,
        amount,
      })),
    )
    .execute();
}
