import { inTransaction, type Database } from '../database';
import { getAccountLock, lockAccount, unlockByOperator } from '../identity/locks';
import { addCaseHistory } from './case-history';
import { holdCase, newestCase } from './cases';
import { openCase } from './open-case';

/** What an operator does to an account, and why. */
export interface LockChanger {
  readonly accountId: string;
  readonly operator: string;
  readonly note: string;
  /** For the change of the lock. */
  readonly lockId: string;
  readonly now: Date;
}

/**
 * Locks an account for an operator, over a lock of its user or of risk control; whoever locks what an operator locked has what
 * they want. It is put before a person as a case, which its user can appeal against. `account_not_found` where there is none.
 */
export function lockByOperator(
  db: Database,
  change: LockChanger & { readonly newCaseId: string },
): Promise<'done' | 'account_not_found'> {
  const { accountId, operator, note, lockId, newCaseId, now } = change;
  return inTransaction(db, async (transaction) => {
    const before = await getAccountLock(transaction, accountId);
    if (before === undefined) return 'account_not_found';
    if (before.lockReason === 'operator') return 'done';
    // The case first, as everywhere: whoever decides about one takes it before the account.
    const caseId = await openCase(transaction, {
      id: newCaseId,
      account: accountId,
      verdict: 'lock',
      score: 0,
      now,
    });
    const lock = { id: lockId, accountId, reason: 'operator', sessionId: null, now } as const;
    if (await lockAccount(transaction, lock)) {
      const actor = `operator:${operator}`;
      await addCaseHistory(transaction, { caseId, action: 'locked', actor, note, at: now });
    }
    return 'done';
  });
}

/** Lifts a lock for an operator, whoever asked for it. What was found stays to be decided. */
export function liftLockByOperator(
  db: Database,
  change: LockChanger,
): Promise<'done' | 'account_not_found' | 'account_not_locked'> {
  const { accountId, operator, note, lockId, now } = change;
  return inTransaction(db, async (transaction) => {
    if ((await getAccountLock(transaction, accountId)) === undefined) return 'account_not_found';
    // The case first, as everywhere: whoever decides about one takes it before the account.
    const found = await newestCase(transaction, accountId);
    if (found !== undefined) await holdCase(transaction, found.id);
    const unlock = { id: lockId, accountId, reasons: ['user', 'risk', 'operator'], now } as const;
    if (!(await unlockByOperator(transaction, unlock))) return 'account_not_locked';
    if (found !== undefined) {
      const actor = `operator:${operator}`;
      await addCaseHistory(transaction, { caseId: found.id, action: 'unlocked', actor, note, at: now });
    }
    return 'done';
  });
}
