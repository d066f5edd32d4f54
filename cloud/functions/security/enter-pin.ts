import { PIN_TRIES_MAX } from '../../domain/identity';
import * as store from '../../store/identity';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';
import { ApiError } from '../http/problem';
import { judgeWrongPin } from '../risk/judge';
import { noteEvent } from './events';

/**
 * Checks an account's PIN; its hash, where it is right. The try is counted before the PIN is looked at, and judged by risk
 * control where it is wrong. Throws ApiError
 * `pin_not_set`, `pin_wrong` with the tries left, or `pin_locked` with when to try again.
 */
export async function checkPin(deps: Dependencies, caller: Caller, entered: string): Promise<string> {
  const { accountId } = caller;
  const now = deps.now();
  const claimed = await store.claimPinTry(deps.db, { accountId, now });
  if (claimed === undefined) {
    const known = await store.getPin(deps.db, accountId);
    if (known === undefined) throw new ApiError('pin_not_set');
    throw lockedError(known.lockedUntil ?? now);
  }
  const verdict = await deps.identity.pins.verify(accountId, entered, claimed.hash);
  if (!verdict.right) {
    const stopped = claimed.lockedUntil;
    await judgeWrongPin(deps, caller, (db) =>
      noteEvent(deps, caller, stopped === null ? 'pin_wrong' : 'pin_locked', db),
    );
    if (stopped !== null) throw lockedError(stopped);
    throw new ApiError('pin_wrong', undefined, { facts: { triesLeft: PIN_TRIES_MAX - claimed.tries } });
  }
  await store.clearPinTries(deps.db, { accountId, hash: claimed.hash });
  if (!verdict.outdated) return claimed.hash;
  const hash = await deps.identity.pins.hash(accountId, entered);
  await store.rehashPin(deps.db, { accountId, replacedHash: claimed.hash, hash });
  return hash;
}

const lockedError = (until: Date): ApiError =>
  new ApiError('pin_locked', undefined, { facts: { retryAt: until.toISOString() } });
