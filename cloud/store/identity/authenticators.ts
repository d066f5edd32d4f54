import { inTransaction, type Database } from '../database';
import { countedTry, mayTry, NO_TRIES } from './tries';

/** An account's authenticator app. `secret` is sealed by a key outside the database. */
export interface AuthenticatorRow {
  readonly secret: string;
  readonly confirmedAt: Date | null;
  readonly tries: number;
  readonly lockedUntil: Date | null;
}

export async function getAuthenticator(
  db: Database,
  accountId: string,
): Promise<AuthenticatorRow | undefined> {
  return db
    .selectFrom('authenticators')
    .select(['secret', 'confirmedAt', 'tries', 'lockedUntil'])
    .where('accountId', '=', accountId)
    .executeTakeFirst();
}

/** Keeps a new secret until it is confirmed by a code; false where one is confirmed already. */
export async function beginAuthenticator(
  db: Database,
  begun: { readonly accountId: string; readonly secret: string; readonly now: Date },
): Promise<boolean> {
  const { accountId, secret, now } = begun;
  const rows = await db
    .insertInto('authenticators')
    .values({ accountId, secret, createdAt: now })
    .onConflict((conflict) =>
      conflict.column('accountId').doUpdateSet({ secret }).where('authenticators.confirmedAt', 'is', null),
    )
    .returning('accountId')
    .execute();
  return rows.length > 0;
}

/** Counts a try at a code before it is looked at; undefined where trying is stopped now, or there is no authenticator. */
export async function claimCodeTry(
  db: Database,
  claim: { readonly accountId: string; readonly now: Date },
): Promise<AuthenticatorRow | undefined> {
  return db
    .updateTable('authenticators')
    .set(countedTry(claim.now))
    .where('accountId', '=', claim.accountId)
    .where(mayTry(claim.now))
    .returning(['secret', 'confirmedAt', 'tries', 'lockedUntil'])
    .executeTakeFirst();
}

/** Uses a right code, which works once: false where it, or a later one, was used before. */
export async function spendCode(
  db: Database,
  used: { readonly accountId: string; readonly step: number },
): Promise<boolean> {
  const rows = await db
    .updateTable('authenticators')
    .set({ lastStep: used.step, ...NO_TRIES })
    .where('accountId', '=', used.accountId)
    .where('lastStep', '<', used.step)
    .returning('accountId')
    .execute();
  return rows.length > 0;
}

/** Takes an authenticator into use, with codes for when it is lost; false where it was already. */
export function confirmAuthenticator(
  db: Database,
  confirmed: {
    readonly accountId: string;
    readonly recoveryHashes: readonly string[];
    readonly now: Date;
  },
): Promise<boolean> {
  const { accountId, recoveryHashes, now } = confirmed;
  return inTransaction(db, async (transaction) => {
    const rows = await transaction
      .updateTable('authenticators')
      .set({ confirmedAt: now })
      .where('accountId', '=', accountId)
      .where('confirmedAt', 'is', null)
      .returning('accountId')
      .execute();
    if (rows.length === 0) return false;
    await transaction.deleteFrom('recoveryCodes').where('accountId', '=', accountId).execute();
    await transaction
      .insertInto('recoveryCodes')
      .values(recoveryHashes.map((hash) => ({ accountId, hash })))
      .execute();
    return true;
  });
}

/** Takes an authenticator and its recovery codes away; false where there is none. */
export function removeAuthenticator(db: Database, accountId: string): Promise<boolean> {
  return inTransaction(db, async (transaction) => {
    await transaction.deleteFrom('recoveryCodes').where('accountId', '=', accountId).execute();
    const removed = await transaction
      .deleteFrom('authenticators')
      .where('accountId', '=', accountId)
      .returning('accountId')
      .execute();
    return removed.length > 0;
  });
}

/** Uses a recovery code, which works once; whether there was such a one. */
export async function spendRecoveryCode(
  db: Database,
  used: { readonly accountId: string; readonly hashes: readonly string[]; readonly now: Date },
): Promise<boolean> {
  const rows = await db
    .updateTable('recoveryCodes')
    .set({ usedAt: used.now })
    .where('accountId', '=', used.accountId)
    .where('hash', 'in', used.hashes)
    .where('usedAt', 'is', null)
    .returning('accountId')
    .execute();
  if (rows.length === 0) return false;
  await db.updateTable('authenticators').set(NO_TRIES).where('accountId', '=', used.accountId).execute();
  return true;
}

export async function recoveryCodesLeft(db: Database, accountId: string): Promise<number> {
  const { count } = await db
    .selectFrom('recoveryCodes')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .where('accountId', '=', accountId)
    .where('usedAt', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}
