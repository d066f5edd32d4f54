import { inTransaction } from '../../cloud/store';
import { lockAccount } from '../../cloud/store/identity';
import type { Stack } from './stack';

/** Locks an account as risk control does with what it finds. */
export async function lockByRisk({ db, deps }: Stack, accountId: string): Promise<void> {
  const lock = { id: deps.newId(), accountId, reason: 'risk', sessionId: null, now: deps.now() } as const;
  if (!(await inTransaction(db, (transaction) => lockAccount(transaction, lock))))
    throw new Error('the account is locked already');
}
