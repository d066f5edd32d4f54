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
  const { kind, entries } = posting;
  await db
    .insertInto('postings')
    .values({
      id,
      kind,
      orderId,
      attemptId,
      merchantId: ownerOf(entries, 'merchant_payable') ?? ownerOf(entries, 'settlement_payable') ?? null,
      accountId:
        ownerOf(entries, 'points_pending') ??
        ownerOf(entries, 'user_points') ??
        ownerOf(entries, 'cashback_payable') ??
        null,
      accounts: entries.map(({ account }) => accountId(account)),
      units: entries.map(({ unit }) => unit),
      amounts: entries.map(({ amount }) => amount),
      createdAt: now,
    })
    .execute();
}

function ownerOf(
  entries: Posting['entries'],
  kind: 'merchant_payable' | 'settlement_payable' | 'points_pending' | 'user_points' | 'cashback_payable',
): string | undefined {
  return entries.flatMap(({ account }) => (account.kind === kind ? [account.owner] : [])).at(0);
}
