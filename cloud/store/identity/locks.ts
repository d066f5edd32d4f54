import type { Database } from '../database';

/** Who had an account locked. */
export type LockReason = 'user' | 'risk' | 'operator';

/** Whether an account may pay, and how carefully. */
export interface AccountLock {
  readonly lockedAt: Date | null;
  readonly lockReason: LockReason | null;
  /** Before this it cannot be unlocked, whoever asks. */
  readonly unlockAfter: Date | null;
  /** Until then every payment asks for a factor. */
  readonly cautiousUntil: Date | null;
}

export async function getAccountLock(db: Database, accountId: string): Promise<AccountLock | undefined> {
  return db
    .selectFrom('accounts')
    .select(['lockedAt', 'lockReason', 'unlockAfter', 'cautiousUntil'])
    .where('id', '=', accountId)
    .executeTakeFirst();
}

/** Stops an account from paying, at once and in all its sessions; false where it is locked already. */
export async function lockAccount(
  db: Database,
  lock: {
    readonly accountId: string;
    readonly reason: LockReason;
    readonly unlockAfter: Date;
    readonly now: Date;
  },
): Promise<boolean> {
  const locked = await db
    .updateTable('accounts')
    .set({ lockedAt: lock.now, lockReason: lock.reason, unlockAfter: lock.unlockAfter })
    .where('id', '=', lock.accountId)
    .where('lockedAt', 'is', null)
    .returning('id')
    .execute();
  return locked.length > 0;
}

/** Lets an account pay again, carefully until `cautiousUntil`; false where it is not locked, or not long enough. */
export async function unlockAccount(
  db: Database,
  unlock: { readonly accountId: string; readonly cautiousUntil: Date; readonly now: Date },
): Promise<boolean> {
  const unlocked = await db
    .updateTable('accounts')
    .set({ lockedAt: null, lockReason: null, unlockAfter: null, cautiousUntil: unlock.cautiousUntil })
    .where('id', '=', unlock.accountId)
    .where('unlockAfter', '<=', unlock.now)
    .returning('id')
    .execute();
  return unlocked.length > 0;
}
