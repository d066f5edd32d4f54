import type { Selectable } from 'kysely';

import { pageOf, readCursor, type Page } from './cursor';
import type { Database } from './database';
import type { RefundsTable } from './schema';

export const REFUND_COLUMNS = [
  'id',
  'kind',
  'attemptId',
  'orderId',
  'accountId',
  'merchantId',
  'gateway',
  'totalFen',
  'refundFen',
  'amountFen',
  'feeFen',
  'feeWaivedFen',
  'discountFen',
  'pointsRedeemed',
  'pointsRedeemedFen',
  'points',
  'reason',
  'note',
  'requestedBy',
  'state',
  'returnedBy',
  'createdAt',
  'updatedAt',
  'finishedAt',
  'tries',
  'failures',
] as const;

/** Money on its way back to a payer: a surplus, or a part of an order. Amounts in fen. */
export type RefundRow = Pick<Selectable<RefundsTable>, (typeof REFUND_COLUMNS)[number]>;

export function getRefund(db: Database, refundId: string): Promise<RefundRow | undefined> {
  return db.selectFrom('refunds').select(REFUND_COLUMNS).where('id', '=', refundId).executeTakeFirst();
}

/** Every refund of an order, oldest first, surpluses included. */
export function refundsOfOrder(db: Database, orderId: string): Promise<readonly RefundRow[]> {
  return db
    .selectFrom('refunds')
    .select(REFUND_COLUMNS)
    .where('orderId', '=', orderId)
    .orderBy('createdAt')
    .orderBy('id')
    .execute();
}

/** Refunds in one state, newest first. Throws InvalidCursor. */
export async function listRefunds(
  db: Database,
  question: {
    readonly state: RefundRow['state'];
    readonly cursor?: string | undefined;
    readonly limit: number;
  },
): Promise<Page<RefundRow>> {
  let rows = db
    .selectFrom('refunds')
    .select(REFUND_COLUMNS)
    .where('state', '=', question.state)
    .orderBy('id', 'desc');
  if (question.cursor !== undefined) rows = rows.where('id', '<', readCursor(question.cursor));
  return pageOf(await rows.limit(question.limit + 1).execute(), question.limit);
}

/** A refund whose order is locked, so that nobody else changes either; undefined where there is none. */
export async function lockRefund(db: Database, refundId: string): Promise<RefundRow | undefined> {
  await db
    .selectFrom('orders')
    .select('id')
    .where('id', '=', (eb) => eb.selectFrom('refunds').select('orderId').where('id', '=', refundId))
    .forUpdate()
    .executeTakeFirst();
  // Read after the lock is held: what was read while waiting may have changed.
  return db
    .selectFrom('refunds')
    .select(REFUND_COLUMNS)
    .where('id', '=', refundId)
    .forUpdate()
    .executeTakeFirst();
}
