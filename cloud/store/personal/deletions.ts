import { sql, type Selectable } from 'kysely';

import type { DeletionObstacle } from '../../domain';
import { inTransaction, type Database } from '../database';
import { STEPS } from './erase';
import type { AccountDeletionsTable } from './tables';

export type DeletionRow = Selectable<AccountDeletionsTable>;

/** What keeps an account from being deleted now. */
export async function deletionObstacles(
  db: Database,
  accountId: string,
): Promise<readonly DeletionObstacle[]> {
  const { rows } = await sql<{ readonly obstacle: DeletionObstacle }>`
    select 'order_open' as obstacle
      where exists (select from orders where account_id = ${accountId} and state in ('created', 'paying'))
        or exists (select from open_attempts join attempts on attempts.id = attempt_id
          where attempts.account_id = ${accountId})
    union all
    select 'refund_open'
      where exists (select from refunds where account_id = ${accountId} and state <> 'succeeded')
    union all
    select 'payout_due'
      where exists (select from cashbacks where account_id = ${accountId} and state <> 'paid' and owed_fen > 0)
        or exists (select from payouts join logins on payee_kind = 'open_id' and payee_id = open_id
          where logins.account_id = ${accountId} and state in ('requested', 'unknown', 'processing', 'awaiting_payee')
            and source = case logins.host when 'weapp' then 'wechatpay' else 'alipay' end)
    union all
    select 'locked'
      where exists (select from accounts where id = ${accountId} and locked_at is not null)`.execute(db);
  return rows.map(({ obstacle }) => obstacle);
}

const underWay = (db: Database, accountId: string) =>
  db
    .selectFrom('accountDeletions')
    .selectAll()
    .where('accountId', '=', accountId)
    .where('state', 'in', ['cooling', 'running']);

/** The deletion of an account that is to come or under way. */
export const getDeletion = (db: Database, accountId: string): Promise<DeletionRow | undefined> =>
  underWay(db, accountId).executeTakeFirst();

export type DeletionAsked =
  | { readonly outcome: 'asked'; readonly deletion: DeletionRow }
  | { readonly outcome: 'already_asked' }
  | { readonly outcome: 'refused'; readonly obstacle: DeletionObstacle };

/** Keeps that an account is to be deleted at `dueAt`, unless something is open. `then` runs in the transaction. */
export function askDeletion(
  db: Database,
  asked: { readonly accountId: string; readonly id: string; readonly dueAt: Date; readonly now: Date },
  then: (transaction: Database, deletion: DeletionRow) => Promise<void>,
): Promise<DeletionAsked> {
  const { accountId, id, dueAt, now } = asked;
  return inTransaction(db, async (transaction) => {
    await lockAccountRow(transaction, accountId);
    if ((await getDeletion(transaction, accountId)) !== undefined) return { outcome: 'already_asked' };
    const [obstacle] = await deletionObstacles(transaction, accountId);
    if (obstacle !== undefined) return { outcome: 'refused', obstacle };
    const deletion = await transaction
      .insertInto('accountDeletions')
      .values({ accountId, id, state: 'cooling', askedAt: now, dueAt, nextAt: dueAt })
      .returningAll()
      .executeTakeFirstOrThrow();
    await then(transaction, deletion);
    return { outcome: 'asked', deletion };
  });
}

/** Takes a deletion back that has not begun; undefined where there is none. */
export function cancelDeletion(
  db: Database,
  cancelled: { readonly accountId: string; readonly now: Date },
): Promise<DeletionRow | undefined> {
  return db
    .updateTable('accountDeletions')
    .set({ state: 'cancelled', endedAt: cancelled.now })
    .where('accountId', '=', cancelled.accountId)
    .where('state', '=', 'cooling')
    .returningAll()
    .executeTakeFirst();
}

/** Takes deletions that are due, for `leaseMs`. */
export function claimDeletions(
  db: Database,
  claim: { readonly limit: number; readonly now: Date; readonly leaseMs: number },
): Promise<readonly DeletionRow[]> {
  return db
    .updateTable('accountDeletions')
    .set({ nextAt: new Date(claim.now.getTime() + claim.leaseMs) })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('accountDeletions')
        .select('id')
        .where('state', 'in', ['cooling', 'running'])
        .where('nextAt', '<=', claim.now)
        .orderBy('nextAt')
        .limit(claim.limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute();
}

export type DeletionStep = 'stepped' | 'done' | 'waits' | 'over';

/**
 * Does the next step of a deletion in one transaction, so that a crash leaves it done or not begun. `waits`: something is open, or
 * an event about the account is not delivered yet. `over`: it was taken back, or somebody else ended it. `then` runs in
 * the transaction of the last step.
 */
export function stepDeletion(
  db: Database,
  step: Pick<DeletionRow, 'accountId' | 'id'> & { readonly now: Date },
  then: (transaction: Database) => Promise<void>,
): Promise<DeletionStep> {
  const { accountId, id, now } = step;
  return inTransaction(db, async (transaction) => {
    // Placing an order looks at the account's row, and so waits for this or is seen by it.
    await lockAccountRow(transaction, accountId);
    const deletion = await underWay(transaction, accountId).where('id', '=', id).executeTakeFirst();
    if (deletion === undefined) return 'over';
    const obstacles = await deletionObstacles(transaction, accountId);
    if (obstacles.length > 0 || (await hasUndelivered(transaction, accountId))) return 'waits';
    await STEPS[deletion.steps]?.(transaction, { accountId, now });
    const steps = deletion.steps + 1;
    const done = steps >= STEPS.length;
    await transaction
      .updateTable('accountDeletions')
      .set(done ? { steps, state: 'done', endedAt: now } : { steps, state: 'running' })
      .where('accountId', '=', accountId)
      .where('id', '=', id)
      .execute();
    if (done) await then(transaction);
    return done ? 'done' : 'stepped';
  });
}

const lockAccountRow = (db: Database, accountId: string) =>
  db.selectFrom('accounts').select('id').where('id', '=', accountId).forUpdate().execute();

/** Whether an event is still to be delivered that would add to what is kept about an account. */
async function hasUndelivered(db: Database, accountId: string): Promise<boolean> {
  const event = await db
    .selectFrom('outbox')
    .select('id')
    .where('completedAt', 'is', null)
    .where('deadAt', 'is', null)
    .where(sql<boolean>`payload ->> 'accountId' = ${accountId}`)
    .limit(1)
    .executeTakeFirst();
  return event !== undefined;
}
