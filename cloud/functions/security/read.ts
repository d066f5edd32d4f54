import type { Factor, Host, Security } from '../../contract/types';
import { getAccountLock, getAuthenticator, getPhone, getPin, recoveryCodesLeft } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';
import { ApiError } from '../http/problem';
import { securityAnswer } from './answers';

/** How the caller's security stands. */
export async function readSecurity(deps: Dependencies, { accountId, host }: Caller): Promise<Security> {
  const [pin, lock, authenticator, codesLeft, phone] = await Promise.all([
    getPin(deps.db, accountId),
    getAccountLock(deps.db, accountId),
    getAuthenticator(deps.db, accountId),
    recoveryCodesLeft(deps.db, accountId),
    getPhone(deps.db, accountId),
  ]);
  if (lock === undefined) throw new ApiError('unauthenticated');
  return securityAnswer({
    pin,
    lock,
    authenticator: { set: authenticator?.confirmedAt != null, recoveryCodesLeft: codesLeft },
    phone: { row: phone, available: tellsPhone(deps, host), sends: deps.sms !== undefined },
    policy: deps.settings.identity.stepUp,
    now: deps.now(),
  });
}

/** The factors that the caller can be asked for. */
export async function ownedFactors(
  deps: Pick<Dependencies, 'db' | 'sms' | 'vault' | 'now'>,
  { accountId }: Caller,
): Promise<ReadonlySet<Factor>> {
  const owned = new Set<Factor>();
  const [pin, authenticator, phone] = await Promise.all([
    getPin(deps.db, accountId),
    getAuthenticator(deps.db, accountId),
    getPhone(deps.db, accountId),
  ]);
  if (pin !== undefined) owned.add('pin');
  if (authenticator?.confirmedAt != null) owned.add('totp');
  const sendsCodes = deps.sms !== undefined && deps.vault !== undefined;
  if (sendsCodes && phone !== undefined && phone.codesFrom <= deps.now()) owned.add('sms');
  return owned;
}

/** Whether a host can be asked for its user's phone number, and there is a place to keep it. */
const tellsPhone = ({ settings, vault }: Dependencies, host: Host): boolean =>
  vault !== undefined && (host === 'weapp' || settings.alipayContentKey !== undefined);
