import { PIN_TRIES_MAX } from '../../domain/identity';
import * as store from '../../store/identity';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';
import { ApiError } from '../http/problem';
import { noteEvent } from './events';

/** Counts a try at a code; the sealed secret. Throws ApiError `authenticator_not_set` or `code_locked`. */
async function claim(deps: Dependencies, { accountId }: Caller, confirmed: boolean) {
  const now = deps.now();
  const claimed = await store.claimCodeTry(deps.db, { accountId, now });
  if (claimed !== undefined && (claimed.confirmedAt !== null || !confirmed)) return claimed;
  const known = await store.getAuthenticator(deps.db, accountId);
  if (known === undefined || known.lockedUntil === null) throw new ApiError('authenticator_not_set');
  throw lockedError(known.lockedUntil);
}

async function wrong(deps: Dependencies, caller: Caller, claimed: store.AuthenticatorRow): Promise<never> {
  await noteEvent(deps, caller, 'code_wrong');
  if (claimed.lockedUntil !== null) throw lockedError(claimed.lockedUntil);
  throw new ApiError('code_wrong', undefined, { facts: { triesLeft: PIN_TRIES_MAX - claimed.tries } });
}

const lockedError = (until: Date): ApiError =>
  new ApiError('code_locked', undefined, { facts: { retryAt: until.toISOString() } });

/**
 * Checks a code of the account's authenticator, which works once. `confirmed`: whether the authenticator must be in use
 * already. Throws ApiError `authenticator_not_set`, `code_wrong` with the tries left, or `code_locked` with when to try again.
 */
export async function checkCode(
  deps: Dependencies,
  caller: Caller,
  code: string,
  confirmed = true,
): Promise<void> {
  const { accountId } = caller;
  const claimed = await claim(deps, caller, confirmed);
  const step = await deps.identity.codes.stepOf(accountId, claimed.secret, code, deps.now());
  const spent = step !== undefined && (await store.spendCode(deps.db, { accountId, step }));
  if (!spent) await wrong(deps, caller, claimed);
}

/** Checks a recovery code, which works once and counts as a try like any other. Throws as `checkCode` does. */
export async function checkRecoveryCode(deps: Dependencies, caller: Caller, code: string): Promise<void> {
  const { accountId } = caller;
  const claimed = await claim(deps, caller, true);
  const hashes = deps.identity.codes.recoveryHashes(accountId, code);
  if (!(await store.spendRecoveryCode(deps.db, { accountId, hashes, now: deps.now() })))
    await wrong(deps, caller, claimed);
  await noteEvent(deps, caller, 'recovery_code_used');
}
