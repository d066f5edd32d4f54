import type { Host } from '../../contract/types';
import { inTransaction, type Database } from '../database';
import { addToldSecurityEvent } from '../identity/events';

/** A host's user, as whom somebody signs in to an account. */
export interface LoginRow {
  readonly accountId: string;
  readonly host: Host;
  readonly openId: string;
  readonly linkedAt: Date;
}

const COLUMNS = ['accountId', 'host', 'openId', 'linkedAt'] as const;

/** The login of an account in one host; undefined where it has none there. */
export const getLogin = (
  db: Database,
  { accountId, host }: { readonly accountId: string; readonly host: Host },
): Promise<LoginRow | undefined> =>
  db
    .selectFrom('logins')
    .select(COLUMNS)
    .where('accountId', '=', accountId)
    .where('host', '=', host)
    .executeTakeFirst();

/** Every login of an account, the oldest first. */
export const listLogins = (db: Database, accountId: string): Promise<readonly LoginRow[]> =>
  db
    .selectFrom('logins')
    .select(COLUMNS)
    .where('accountId', '=', accountId)
    .orderBy('linkedAt')
    .orderBy('host')
    .execute();

/** Somebody else was first to sign in as this user. */
class SignedInMeanwhile extends Error {
  override readonly name = 'SignedInMeanwhile';
}

/** The id of the account that a host's user signs in to, made on the first sign-in. `id` is used only then. */
export async function accountOfLogin(
  db: Database,
  login: {
    readonly id: string;
    readonly host: Host;
    readonly appId: string;
    readonly openId: string;
    readonly unionId: string | undefined;
    readonly now: Date;
  },
): Promise<string> {
  const { id, host, appId, openId, now } = login;
  const unionId = login.unionId ?? null;
  const known = await db
    .updateTable('logins')
    // A host tells the union id only to some apps and only some times: what is known is kept.
    .set((eb) => ({ unionId: eb.fn.coalesce(eb.cast<string>(eb.val(unionId), 'text'), 'logins.unionId') }))
    .where('host', '=', host)
    .where('appId', '=', appId)
    .where('openId', '=', openId)
    .returning('accountId')
    .executeTakeFirst();
  if (known !== undefined) return known.accountId;
  try {
    await inTransaction(db, async (transaction) => {
      await transaction.insertInto('accounts').values({ id, createdAt: now }).execute();
      const made = await transaction
        .insertInto('logins')
        .values({ host, appId, openId, unionId, accountId: id, linkedAt: now })
        .onConflict((conflict) => conflict.columns(['host', 'appId', 'openId']).doNothing())
        .returning('accountId')
        .executeTakeFirst();
      if (made === undefined) throw new SignedInMeanwhile();
    });
    return id;
  } catch (error) {
    if (!(error instanceof SignedInMeanwhile)) throw error;
    return accountOfLogin(db, login);
  }
}

export type Unlinked =
  | { readonly outcome: 'unlinked' }
  | { readonly outcome: 'not_linked' | 'last_login' }
  | { readonly outcome: 'too_soon'; readonly retryAt: Date };

/**
 * Takes a login off an account and ends the sessions of its host; who signs in there next has a new account. One login
 * always stays, and `pauseMs` lie between two: whoever unlinks has a new user's benefits once more. `then` runs in the
 * transaction.
 */
export function unlinkLogin(
  db: Database,
  unlink: {
    readonly accountId: string;
    readonly host: Host;
    readonly sessionId: string;
    readonly id: string;
    readonly pauseMs: number;
    readonly now: Date;
  },
  then: (transaction: Database) => Promise<void>,
): Promise<Unlinked> {
  const { accountId, host, sessionId, id, pauseMs, now } = unlink;
  return inTransaction(db, async (transaction) => {
    await transaction.selectFrom('accounts').select('id').where('id', '=', accountId).forUpdate().execute();
    const logins = await listLogins(transaction, accountId);
    if (!logins.some((login) => login.host === host)) return { outcome: 'not_linked' };
    if (logins.length < 2) return { outcome: 'last_login' };
    const last = await transaction
      .selectFrom('securityEvents')
      .select('at')
      .where('accountId', '=', accountId)
      .where('kind', '=', 'login_unlinked')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    const retryAt = new Date((last?.at.getTime() ?? -Infinity) + pauseMs);
    if (retryAt > now) return { outcome: 'too_soon', retryAt };
    await then(transaction);
    await transaction
      .deleteFrom('logins')
      .where('accountId', '=', accountId)
      .where('host', '=', host)
      .execute();
    await transaction
      .updateTable('sessions')
      .set({ revokedAt: now })
      .where('accountId', '=', accountId)
      .where('host', '=', host)
      .where('revokedAt', 'is', null)
      .execute();
    const unlinked = { accountId, id, kind: 'login_unlinked', sessionId, at: now } as const;
    await addToldSecurityEvent(transaction, unlinked, { type: 'account.login_unlinked', about: { host } });
    return { outcome: 'unlinked' };
  });
}
