import type { Factor, Security } from '../../contract/types';
import { getAccountLock, getAuthenticator, getPin, recoveryCodesLeft } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';
import { ApiError } from '../http/problem';
import { securityAnswer } from './answers';

/** How the caller's security stands. */
export async function readSecurity(deps: Dependencies, { accountId }: Caller): Promise<Security> {
  const [pin, lock, authenticator, codesLeft] = await Promise.all([
    getPin(deps.db, accountId),
    getAccountLock(deps.db, accountId),
    getAuthenticator(deps.db, accountId),
    recoveryCodesLeft(deps.db, accountId),
  ]);
  if (lock === undefined) throw new ApiError('unauthenticated');
  return securityAnswer({
    pin,
    lock,
    authenticator: { set: authenticator?.confirmedAt != null, recoveryCodesLeft: codesLeft },
    policy: deps.settings.identity.stepUp,
    now: deps.now(),
  });
}

/** The factors that the caller can be asked for. */
export async function ownedFactors(
  deps: Pick<Dependencies, 'db'>,
  { accountId }: Caller,
): Promise<ReadonlySet<Factor>> {
  const owned = new Set<Factor>();
  const [pin, authenticator] = await Promise.all([
    getPin(deps.db, accountId),
    getAuthenticator(deps.db, accountId),
  ]);
  if (pin !== undefined) owned.add('pin');
  if (authenticator?.confirmedAt != null) owned.add('totp');
  return owned;
}
