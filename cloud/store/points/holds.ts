import { putBack, spend } from '../../domain';
import { inTransaction, type Database } from '../database';
import { lockBook, saveBook } from './book';

/**
 * Takes the points that pay a part of an order, first to expire first, in the transaction that places it. False, and none is
 * taken, where the account has too few by now. Nothing is booked before the order is paid.
 */
export function holdPoints(
  db: Database,
  hold: {
    readonly orderId: string;
    readonly accountId: string;
    readonly points: number;
    readonly now: Date;
  },
): Promise<boolean> {
  const { orderId, accountId, points, now } = hold;
  return inTransaction(db, async (transaction) => {
    const book = await lockBook(transaction, accountId);
    const spent = spend(book, points, now.getTime());
    if (spent === undefined) return false;
    await saveBook(transaction, accountId, book, spent.book);
    await transaction
      .insertInto('pointsHolds')
      .values({ orderId, accountId, points, madeAt: now, releasedAt: null })
      .execute();
    await transaction
      .insertInto('pointsHoldLots')
      .values(spent.taken.map(({ lotId, points: taken }) => ({ orderId, lotId, points: taken })))
      .execute();
    return true;
  });
}

/** The lots that an order's points came from. */
export const lotsOfHold = (db: Database, orderId: string) =>
  db
    .selectFrom('pointsHoldLots')
    .innerJoin('pointsLots', 'pointsLots.id', 'lotId')
    .select(['lotId', 'pointsHoldLots.points', 'expiresAt'])
    .where('pointsHoldLots.orderId', '=', orderId)
    .execute();

/** Puts the points of an order that is closed back into their lots. Its row is locked. */
export async function releaseHold(
  db: Database,
  release: { readonly orderId: string; readonly accountId: string; readonly now: Date },
): Promise<void> {
  const { orderId, accountId, now } = release;
  const taken = await lotsOfHold(db, orderId);
  if (taken.length === 0) return;
  const book = await lockBook(
    db,
    accountId,
    taken.map(({ lotId }) => lotId),
  );
  await saveBook(db, accountId, book, putBack(book, taken));
  await db.updateTable('pointsHolds').set({ releasedAt: now }).where('orderId', '=', orderId).execute();
}
