import { sql } from 'kysely';
import { v5 as uuidv5 } from 'uuid';

import type { Host } from '../../contract/types';
import { cashbackMovedPostings, fen, joinBooks, pointsMovedPostings, type Posting } from '../../domain';
import type { Database } from '../database';
import { forgetPhone } from '../identity/phones';
import { lockBook, saveBook } from '../points/book';
import { addPosting } from '../postings';
import type { Joining } from './obstacles';

export interface Moving extends Joining {
  /** The host whose login goes over. */
  readonly host: Host;
  readonly newId: () => string;
  readonly now: Date;
}

/** Ids of postings that move what belongs to `subject`: it can move again, and then between others. */
const postingId = ({ into, from }: Joining, subject: string, place: number): string =>
  uuidv5(`moved ${from} ${into} ${place}`, subject);

async function book(
  db: Database,
  moving: Moving,
  postings: readonly Posting[],
  cause: { readonly subject: string; readonly orderId: string },
): Promise<void> {
  for (const [place, posting] of postings.entries()) {
    await addPosting(db, posting, {
      id: postingId(moving, cause.subject, place),
      orderId: cause.orderId,
      attemptId: cause.subject,
      now: moving.now,
    });
  }
}

/**
 * Every lot goes over as it is, with postings of its own, and what either owes is paid with what is there then. Both books are
 * locked, that of the smaller id first.
 */
export async function movePoints(db: Database, moving: Moving): Promise<void> {
  const { into, from } = moving;
  const books = new Map<string, Awaited<ReturnType<typeof lockBook>>>();
  for (const accountId of [into, from].sort()) books.set(accountId, await lockBook(db, accountId));
  const kept = books.get(into) ?? { lots: [], owed: 0 };
  const gone = books.get(from) ?? { lots: [], owed: 0 };
  const orders = await db
    .updateTable('pointsLots')
    .set({ accountId: into })
    .where('accountId', '=', from)
    .returning(['id', 'orderId'])
    .execute();
  const orderOf = new Map(orders.map(({ id, orderId }) => [id, orderId]));
  for (const { id, points, state } of gone.lots) {
    const kind = state === 'pending' ? 'points_pending' : 'user_points';
    const cause = { subject: id, orderId: orderOf.get(id) ?? id };
    await book(db, moving, pointsMovedPostings(kind, from, into, points), cause);
  }
  if (gone.owed > 0) {
    const cause = { subject: from, orderId: from };
    await book(db, moving, pointsMovedPostings('user_points', from, into, -gone.owed), cause);
  }
  const before = { lots: [...kept.lots, ...gone.lots], owed: kept.owed };
  await saveBook(db, into, before, joinBooks(kept, gone));
  await db.deleteFrom('pointsAccounts').where('accountId', '=', from).execute();
}

/** Cashback that is owed is owed to the account that stays. */
export async function moveCashback(db: Database, moving: Moving): Promise<void> {
  const { into, from } = moving;
  const owed = await db
    .selectFrom('cashbacks')
    .select(['id', 'orderId', 'owedFen', 'state'])
    .where('accountId', '=', from)
    .orderBy('id')
    .forUpdate()
    .execute();
  for (const { id, orderId, owedFen, state } of owed) {
    if (state === 'paid' || owedFen === 0) continue;
    await book(db, moving, cashbackMovedPostings(from, into, fen(owedFen)), { subject: id, orderId });
  }
  await reassign(db, moving, ['cashbacks']);
}

/** Rewrites whose the rows of tables are. */
async function reassign(db: Database, { into, from }: Joining, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    await sql`update ${sql.table(table)} set account_id = ${into} where account_id = ${from}`.execute(db);
  }
}

/**
 * Orders with all that hangs on them, what counts towards limits, and what the user was told. Attempts and what orders held of
 * points are found by their orders, which are theirs until the last statement.
 */
export async function moveOrders(db: Database, moving: Moving): Promise<void> {
  const { into, from } = moving;
  for (const table of ['attempts', 'points_holds']) {
    await sql`
      update ${sql.table(table)} set account_id = ${into} where account_id = ${from}
        and order_id in (select id from orders where account_id = ${from})`.execute(db);
  }
  await reassign(db, moving, [
    'refunds',
    'fee_allowance_holds',
    'promotion_claims',
    'messages',
    'account_deletions',
    'orders',
  ]);
  for (const table of ['risk_events', 'risk_cases']) {
    await sql`update ${sql.table(table)} set account = ${into} where account = ${from}`.execute(db);
  }
}

/** Sessions end and are remembered: a device that was known is no new one. Codes that were sent stay counted. */
export async function moveSessions(db: Database, moving: Moving): Promise<void> {
  const { into, from, now } = moving;
  await sql`
    update sessions set account_id = ${into}, revoked_at = coalesce(revoked_at, ${now}::timestamptz)
      where account_id = ${from}`.execute(db);
  await sql`
    update sms_codes set account_id = ${into}, expires_at = least(expires_at, ${now}::timestamptz)
      where account_id = ${from}`.execute(db);
}

/** What only the account that stays has one of, and what is of no more use. */
export async function forgetRest(db: Database, { from, now }: Moving): Promise<void> {
  await forgetPhone(db, { accountId: from, now });
  for (const table of [
    'paymentPins',
    'authenticators',
    'recoveryCodes',
    'sealingKeys',
    'biometrics',
    'challenges',
    'loginLinkCodes',
    'dataExports',
    'idempotencyKeys',
  ] as const) {
    await db.deleteFrom(table).where('accountId', '=', from).execute();
  }
}
