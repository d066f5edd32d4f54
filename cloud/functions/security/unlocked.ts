import type { MiddlewareHandler } from 'hono';

import type { LockReason } from '../../domain/identity';
import { getAccountLock } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import type { Env } from '../http/environment';
import { ApiError } from '../http/problem';

/**
 * Keeps a signed-in caller whose account is locked away from what would outlast the lock: cards, PIN, factors, phone. Throws
 * `account_locked`.
 */
export function unlocked(deps: Pick<Dependencies, 'db'>): MiddlewareHandler<Env> {
  return refuseLocked(deps, ['user', 'risk', 'operator']);
}

/**
 * As `unlocked`, but whoever locked the account themselves may: without any factor they could never unlock it again. Throws
 * `account_locked`.
 */
export function unlockedByOthers(deps: Pick<Dependencies, 'db'>): MiddlewareHandler<Env> {
  return refuseLocked(deps, ['risk', 'operator']);
}

function refuseLocked(
  deps: Pick<Dependencies, 'db'>,
  reasons: readonly LockReason[],
): MiddlewareHandler<Env> {
  return async (c, next) => {
    const lock = await getAccountLock(deps.db, c.get('caller').accountId);
    if (lock?.lockReason != null && reasons.includes(lock.lockReason)) throw new ApiError('account_locked');
    await next();
  };
}
