import type { Database } from '../database';

/** Keeps a code by its hash, in the place of the one that the account had. */
export async function keepLinkCode(
  db: Database,
  code: { readonly accountId: string; readonly hash: string; readonly expiresAt: Date; readonly now: Date },
): Promise<void> {
  const { accountId, hash, expiresAt, now } = code;
  await db
    .insertInto('loginLinkCodes')
    .values({ accountId, hash, expiresAt, createdAt: now })
    .onConflict((conflict) => conflict.column('accountId').doUpdateSet({ hash, expiresAt, createdAt: now }))
    .execute();
}

/** The account that a code may be used for, as long as it lives. */
export async function accountOfLinkCode(
  db: Database,
  { hash, now }: { readonly hash: string; readonly now: Date },
): Promise<{ readonly accountId: string; readonly expiresAt: Date } | undefined> {
  return db
    .selectFrom('loginLinkCodes')
    .select(['accountId', 'expiresAt'])
    .where('hash', '=', hash)
    .where('expiresAt', '>', now)
    .executeTakeFirst();
}

/** Uses a code, which only one caller can; false where it was used or replaced meanwhile, or ran out. */
export async function spendLinkCode(
  db: Database,
  used: { readonly accountId: string; readonly hash: string; readonly now: Date },
): Promise<boolean> {
  const spent = await db
    .deleteFrom('loginLinkCodes')
    .where('accountId', '=', used.accountId)
    .where('hash', '=', used.hash)
    .where('expiresAt', '>', used.now)
    .returning('accountId')
    .execute();
  return spent.length > 0;
}
