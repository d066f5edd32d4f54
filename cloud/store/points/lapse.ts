import { v5 as uuidv5 } from 'uuid';

import { lapse, pointsExpiryPosting, pointsReleasePosting } from '../../domain';
import { inTransaction, type Database } from '../database';
import { addPosting } from '../postings';
import { lockBook, saveBook } from './book';

/** Ends all points of an account that is deleted, pending ones included, each lot with its postings; how many lapsed. */
export function lapsePoints(
  db: Database,
  { accountId, now }: { readonly accountId: string; readonly now: Date },
): Promise<number> {
  return inTransaction(db, async (transaction) => {
    const before = await lockBook(transaction, accountId);
    const { book, released, lapsed } = lapse(before);
    await saveBook(transaction, accountId, before, book);
    for (const { lotId, points } of released) {
      const { orderId } = await transaction
        .updateTable('pointsLots')
        .set({ releasedAt: now })
        .where('id', '=', lotId)
        .returning('orderId')
        .executeTakeFirstOrThrow();
      const posting = pointsReleasePosting(accountId, points);
      const booked = { id: uuidv5(posting.kind, lotId), orderId: orderId ?? lotId, attemptId: lotId, now };
      await addPosting(transaction, posting, booked);
    }
    for (const { lotId, points } of lapsed) {
      const posting = pointsExpiryPosting(accountId, points);
      const id = uuidv5(`${posting.kind} ${now.toISOString()}`, lotId);
      await addPosting(transaction, posting, { id, orderId: lotId, attemptId: lotId, now });
    }
    return lapsed.reduce((sum, { points }) => sum + points, 0);
  });
}
