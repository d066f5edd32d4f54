import { sql } from 'kysely';

import type { JoinObstacle } from '../../domain';
import { inTransaction, type Database } from '../database';
import { addToldSecurityEvent } from '../identity/events';
import { spendLinkCode } from './link-codes';
import { forgetRest, moveCashback, moveOrders, movePoints, moveSessions, type Moving } from './move';
import { moveCards, type SealedCards } from './move-cards';
import { joinObstacle, type Joining } from './obstacles';

export type Joined =
  { readonly outcome: 'joined' } | { readonly outcome: 'refused'; readonly obstacle: JoinObstacle };

/** Undoes what was done, and says why. */
class Refused extends Error {
  override readonly name = 'Refused';
  constructor(readonly obstacle: JoinObstacle) {
    super(obstacle);
  }
}

/**
 * Joins an account into the one that a code was made for: its login, orders, points, cards and whatever counts towards a limit
 * become the other's, its own factors are destroyed, and nobody signs in to it again. All or nothing. `then` runs in the
 * transaction before anything moves, `cards` come from `sealCardsFor`.
 *
 * Locks are taken in one order: the orders that move, both accounts by their ids, what serialises allowances and promotions,
 * then points. Whoever adds an order holds its account first, whoever refunds its order; so each either comes before and is
 * seen, or after and finds the account gone (`accounts.live_id`).
 */
export async function joinAccounts(
  db: Database,
  join: Moving & {
    readonly hash: string;
    readonly sessionId: string;
    readonly id: string;
    readonly cards: SealedCards;
  },
  then: (transaction: Database) => Promise<void>,
): Promise<Joined> {
  const { into, from, host, hash, sessionId, id, cards, now } = join;
  try {
    await inTransaction(db, async (transaction) => {
      await lock(transaction, join);
      const obstacle = await joinObstacle(transaction, join);
      if (obstacle !== undefined) throw new Refused(obstacle);
      if (!(await spendLinkCode(transaction, { accountId: into, hash, now })))
        throw new Refused('code_invalid');
      await then(transaction);
      if (!(await moveCards(transaction, join, cards))) throw new Refused('under_way');
      await movePoints(transaction, join);
      await moveCashback(transaction, join);
      await moveOrders(transaction, join);
      await moveSessions(transaction, join);
      await forgetRest(transaction, join);
      await sql`
        update logins set account_id = ${into}, linked_at = ${now} where account_id = ${from}`.execute(
        transaction,
      );
      await markJoined(transaction, join);
      const linked = { accountId: into, id, kind: 'login_linked', sessionId, at: now } as const;
      await addToldSecurityEvent(transaction, linked, { type: 'account.login_linked', about: { host } });
    });
  } catch (error) {
    if (error instanceof Refused) return { outcome: 'refused', obstacle: error.obstacle };
    throw error;
  }
  return { outcome: 'joined' };
}

async function lock(db: Database, { into, from }: Joining): Promise<void> {
  await sql`select from orders where account_id = ${from} order by id for update`.execute(db);
  const both = [into, from].sort();
  await sql`select from accounts where id = any (${both}::uuid[]) order by id for update`.execute(db);
  for (const what of ['fee allowances', 'promotions']) {
    for (const accountId of both) {
      const key = `${what} of ${accountId}`;
      await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(db);
    }
  }
}

/** Whatever was joined into the account before is joined into the one that stays, which is as old and as careful as either. */
async function markJoined(db: Database, { into, from, now }: Moving): Promise<void> {
  await sql`
    update accounts as kept set
        created_at = least(kept.created_at, gone.created_at),
        cautious_until = greatest(kept.cautious_until, gone.cautious_until)
      from accounts as gone where kept.id = ${into} and gone.id = ${from}`.execute(db);
  await sql`
    update accounts set joined_into = ${into},
        joined_at = case when id = ${from} then ${now}::timestamptz else joined_at end
      where id = ${from} or joined_into = ${from}`.execute(db);
  await sql`update security_events set account_id = ${into} where account_id = ${from}`.execute(db);
}
