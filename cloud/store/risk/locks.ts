import type { Selectable } from 'kysely';

import type { Database } from '../database';
import type { RiskLocksTable } from './tables';

type RiskLockRow = Selectable<RiskLocksTable>;

/** How long an account that was locked stays so for whoever unlocks it by factors, in ms. */
const COOLING_MS = 30 * 60_000;

/** Stops an account from paying; false where it was stopped already. */
export async function lockAccount(
  db: Database,
  lock: { readonly account: string; readonly caseId: string | null; readonly by: string; readonly now: Date },
): Promise<boolean> {
  const { account, caseId, by, now } = lock;
  const locked = await db
    .insertInto('riskLocks')
    .values({
      account,
      caseId,
      lockedAt: now,
      lockedBy: by,
      coolingUntil: new Date(now.getTime() + COOLING_MS),
    })
    .onConflict((conflict) => conflict.column('account').doNothing())
    .returning('account')
    .executeTakeFirst();
  return locked !== undefined;
}

/** Lets an account pay again; false where it was not stopped. */
export async function unlockAccount(db: Database, account: string): Promise<boolean> {
  const unlocked = await db
    .deleteFrom('riskLocks')
    .where('account', '=', account)
    .returning('account')
    .executeTakeFirst();
  return unlocked !== undefined;
}

export const getLock = (db: Database, account: string): Promise<RiskLockRow | undefined> =>
  db.selectFrom('riskLocks').selectAll().where('account', '=', account).executeTakeFirst();
