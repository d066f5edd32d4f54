import { v5 as uuidv5 } from 'uuid';

import { expire, pointsExpiryPosting, pointsReleasePosting, release } from '../../domain';
import { inTransaction, type Database } from '../database';
import { addPosting } from '../postings';
import { lockBook, saveBook } from './book';

interface Due {
  readonly now: Date;
  readonly limit: number;
}

/** Pending lots whose time has come, longest due first. */
export const lotsToRelease = (db: Database, { now, limit }: Due) =>
  db
    .selectFrom('pointsLots')
    .select(['id', 'accountId'])
    .where('state', '=', 'pending')
    .where('availableAt', '<=', now)
    .orderBy('availableAt')
    .limit(limit)
    .execute();

/** Gives a lot's points to their user to spend. Zero where another worker did or a refund took them all. */
export function releaseLot(
  db: Database,
  { id, accountId, now }: { readonly id: string; readonly accountId: string; readonly now: Date },
): Promise<number> {
  return inTransaction(db, async (transaction) => {
    const book = await lockBook(transaction, accountId);
    const lot = book.lots.find((one) => one.id === id);
    if (lot?.state !== 'pending') return 0;
    await saveBook(transaction, accountId, book, release(book, id));
    const { orderId } = await transaction
      .updateTable('pointsLots')
      .set({ releasedAt: now })
      .where('id', '=', id)
      .returning('orderId')
      .executeTakeFirstOrThrow();
    const posting = pointsReleasePosting(accountId, lot.points);
    const booked = { id: uuidv5(posting.kind, id), orderId: orderId ?? id, attemptId: id, now };
    await addPosting(transaction, posting, booked);
    return lot.points;
  });
}

/** Accounts with points whose time is over. */
export async function accountsWithExpired(db: Database, { now, limit }: Due): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('pointsLots')
    .select('accountId')
    .distinct()
    .where('state', '=', 'available')
    .where('expiresAt', '<=', now)
    .limit(limit)
    .execute();
  return rows.map(({ accountId }) => accountId);
}

/** Ends the lots of an account whose time is over; how many points expired. */
export function expirePoints(
  db: Database,
  { accountId, now }: { readonly accountId: string; readonly now: Date },
): Promise<number> {
  return inTransaction(db, async (transaction) => {
    const before = await lockBook(transaction, accountId);
    const { book, expired } = expire(before, now.getTime());
    await saveBook(transaction, accountId, before, book);
    for (const { lotId, points } of expired) {
      const posting = pointsExpiryPosting(accountId, points);
      // A lot that an order's points went back into can come to its end a second time.
      const id = uuidv5(`${posting.kind} ${now.toISOString()}`, lotId);
      await addPosting(transaction, posting, { id, orderId: lotId, attemptId: lotId, now });
    }
    return expired.reduce((sum, { points }) => sum + points, 0);
  });
}
