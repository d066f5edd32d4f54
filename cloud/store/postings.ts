import { accountId, type Posting } from '../domain';
import type { Database } from './database';

/** Books a posting under the id of what it books, so that booking it twice fails. */
export async function addPosting(
  db: Database,
  posting: Posting,
  booked: {
    readonly id: string;
    /** What it belongs to, and what exactly caused it. */
    readonly orderId: string;
    readonly attemptId: string;
    readonly now: Date;
  },
): Promise<void> {
  const { id, orderId, attemptId, now } = booked;
  await db
    .insertInto('postings')
    .values({ id, kind: posting.kind, orderId, attemptId, createdAt: now })
    .execute();
  await db
    .insertInto('entries')
    .values(
      posting.entries.map(({ account, unit, amount }) => ({
        postingId: id,
        account: accountId(account),
        unit,
        amount,
      })),
    )
    .execute();
}
