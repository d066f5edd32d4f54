import { v5 as uuidv5 } from 'uuid';

import { arrive, RETURNED_LIFE_MS, takeBack } from '../../domain';
import type { Database } from '../database';
import { lockBook, saveBook } from './book';
import { earnedPending } from './earn';
import { lotsOfHold } from './holds';

/**
 * What a refund does to its payer's points: those that the payment earned are taken back, those that were spent come back as
 * a lot of their own, which lives as long as the longest of those they came from, but no less than a month. Answers how many
 * of those taken were pending. The order is locked.
 */
export async function returnPoints(
  db: Database,
  refund: {
    readonly refundId: string;
    readonly orderId: string;
    readonly attemptId: string;
    readonly accountId: string;
    readonly points: number;
    readonly pointsRedeemed: number;
    readonly now: Date;
  },
): Promise<{ readonly pending: number }> {
  const { refundId, orderId, attemptId, accountId, points, pointsRedeemed, now } = refund;
  if (points === 0 && pointsRedeemed === 0) return { pending: 0 };
  const before = await lockBook(db, accountId);
  let book = before;
  let pending = 0;
  if (points > 0) {
    const lot = await db
      .updateTable('pointsLots')
      .set((eb) => ({ taken: eb('taken', '+', points) }))
      .where('id', '=', attemptId)
      .returning('id')
      .executeTakeFirst();
    if (lot === undefined && (await earnedPending(db, refund))) {
      // Its lot is not made yet, and will be without them.
      pending = points;
    } else {
      ({ book, pending } = takeBack(book, { lotId: attemptId, points }));
    }
  }
  if (pointsRedeemed > 0) {
    const id = uuidv5('points_returned', refundId);
    const expiries = (await lotsOfHold(db, orderId)).map(({ expiresAt }) => expiresAt.getTime());
    const expiresAtMs = Math.max(now.getTime() + RETURNED_LIFE_MS, ...expiries);
    book = arrive(book, { id, points: pointsRedeemed, expiresAtMs });
    const { points: left, state } = book.lots.find((lot) => lot.id === id) ?? { points: 0, state: 'ended' };
    await db
      .insertInto('pointsLots')
      .values({
        id,
        accountId,
        orderId,
        kind: 'returned',
        earned: 0,
        points: left,
        state,
        availableAt: now,
        expiresAt: new Date(expiresAtMs),
        releasedAt: null,
        createdAt: now,
      })
      .execute();
  }
  await saveBook(db, accountId, before, book);
  return { pending };
}
