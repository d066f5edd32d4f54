import { sql } from 'kysely';

import { givingWayTo, signsOut, unlockWaitMs, type LockReason } from '../../domain/identity';
import type { Database } from '../database';
import { removeBiometrics } from './biometrics';
import { addToldSecurityEvent } from './events';

/** Whether an account may pay, and how carefully. */
export interface AccountLock {
  readonly lockedAt: Date | null;
  readonly lockReason: LockReason | null;
  /** Before this its user cannot unlock it; null where only an operator can. */
  readonly unlockAfter: Date | null;
  /** Until then every payment asks for a factor. */
  readonly cautiousUntil: Date | null;
}

/** A change of a lock. One id is enough for what it leaves: an event of the account, and one that tells its user. */
interface LockChange {
  readonly id: string;
  readonly accountId: string;
  readonly now: Date;
}

/** How an account's lock stands; undefined where there is none such, or it was joined into another. */
export async function getAccountLock(db: Database, accountId: string): Promise<AccountLock | undefined> {
  return db
    .selectFrom('accounts')
    .select(['lockedAt', 'lockReason', 'unlockAfter', 'cautiousUntil'])
    .where('id', '=', accountId)
    .where('joinedInto', 'is', null)
    .executeTakeFirst();
}

/**
 * Stops an account from paying, at once and in all its sessions, which end where somebody else than its user asked for it.
 * Biometrics are off from then on: a phone in other hands may know other fingers.
 * False where it is locked already, and not by somebody whose lock gives way. `sessionId` is the user's session that asked.
 * Runs in the transaction of the caller.
 */
export async function lockAccount(
  transaction: Database,
  lock: LockChange & { readonly reason: LockReason; readonly sessionId: string | null },
): Promise<boolean> {
  const { accountId, reason, sessionId, now } = lock;
  const waitMs = unlockWaitMs(reason);
  const unlockAfter = waitMs === null ? null : new Date(now.getTime() + waitMs);
  const locked = await transaction
    .updateTable('accounts')
    .set({ lockedAt: now, lockReason: reason, unlockAfter })
    .where('id', '=', accountId)
    .where('joinedInto', 'is', null)
    .where((eb) =>
      eb.or([
        eb('lockedAt', 'is', null),
        sql<boolean>`lock_reason = any(${[...givingWayTo(reason)]}::text[])`,
      ]),
    )
    .returning('id')
    .executeTakeFirst();
  if (locked === undefined) return false;
  await removeBiometrics(transaction, accountId);
  if (signsOut(reason)) {
    await transaction
      .updateTable('sessions')
      .set({ revokedAt: now })
      .where('accountId', '=', accountId)
      .where('revokedAt', 'is', null)
      .execute();
  }
  await tell(transaction, lock, { kind: 'account_locked', type: 'account.locked', sessionId, reason });
  return true;
}

/**
 * Lets an account pay again whose user proved who they are, carefully until `cautiousUntil`; false where it is not locked, or
 * not long enough. Runs in the transaction of the caller.
 */
export async function unlockAccount(
  transaction: Database,
  unlock: LockChange & { readonly cautiousUntil: Date; readonly sessionId: string },
): Promise<boolean> {
  const { accountId, cautiousUntil, sessionId, now } = unlock;
  const unlocked = await transaction
    .updateTable('accounts')
    .set({ ...NOT_LOCKED, cautiousUntil })
    .where('id', '=', accountId)
    .where('unlockAfter', '<=', now)
    .returning('id')
    .executeTakeFirst();
  if (unlocked === undefined) return false;
  const told = { kind: 'account_unlocked', type: 'account.unlocked', sessionId, reason: 'user' } as const;
  await tell(transaction, unlock, told);
  return true;
}

/**
 * Lets an account pay again because an operator says so; false where it is not locked for one of these reasons. Runs in the
 * transaction of the caller.
 */
export async function unlockByOperator(
  transaction: Database,
  unlock: LockChange & { readonly reasons: readonly LockReason[] },
): Promise<boolean> {
  const unlocked = await transaction
    .updateTable('accounts')
    .set(NOT_LOCKED)
    .where('id', '=', unlock.accountId)
    .where('lockReason', 'in', unlock.reasons)
    .returning('id')
    .executeTakeFirst();
  if (unlocked === undefined) return false;
  const told = {
    kind: 'account_unlocked',
    type: 'account.unlocked',
    sessionId: null,
    reason: 'operator',
  } as const;
  await tell(transaction, unlock, told);
  return true;
}

const NOT_LOCKED = { lockedAt: null, lockReason: null, unlockAfter: null } as const;

async function tell(
  transaction: Database,
  { id, accountId, now }: LockChange,
  told: {
    readonly kind: 'account_locked' | 'account_unlocked';
    readonly type: 'account.locked' | 'account.unlocked';
    readonly sessionId: string | null;
    readonly reason: LockReason;
  },
): Promise<void> {
  const { kind, type, sessionId, reason } = told;
  const event = { accountId, id, kind, sessionId, at: now };
  await addToldSecurityEvent(transaction, event, { type, about: { reason } });
}
