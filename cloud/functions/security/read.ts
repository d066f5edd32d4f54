import type { Factor, Host, Security } from '../../contract/types';
import { BIOMETRIC_TRIES_MAX } from '../../domain/identity';
import {
  getAccountLock,
  getAuthenticator,
  getBiometric,
  getPhone,
  getPin,
  recoveryCodesLeft,
} from '../../store/identity';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';
import { ApiError } from '../http/problem';
import { securityAnswer } from './answers';

/** How the caller's security stands. */
export async function readSecurity(deps: Dependencies, caller: Caller): Promise<Security> {
  const { accountId, host } = caller;
  const [pin, lock, authenticator, codesLeft, phone, biometric] = await Promise.all([
    getPin(deps.db, accountId),
    getAccountLock(deps.db, accountId),
    getAuthenticator(deps.db, accountId),
    recoveryCodesLeft(deps.db, accountId),
    getPhone(deps.db, accountId),
    getBiometric(deps.db, caller),
  ]);
  if (lock === undefined) throw new ApiError('unauthenticated');
  return securityAnswer({
    pin,
    lock,
    authenticator: { set: authenticator?.confirmedAt != null, recoveryCodesLeft: codesLeft },
    biometric,
    phone: { row: phone, available: tellsPhone(deps, host), sends: deps.sms !== undefined },
    policy: deps.settings.identity.stepUp,
    now: deps.now(),
  });
}

/** The factors that the caller can be asked for, on the device that they are on. */
export async function ownedFactors(
  deps: Pick<Dependencies, 'db' | 'sms' | 'vault' | 'now'>,
  caller: Caller,
): Promise<ReadonlySet<Factor>> {
  const { accountId } = caller;
  const owned = new Set<Factor>();
  const [pin, authenticator, phone, biometric] = await Promise.all([
    getPin(deps.db, accountId),
    getAuthenticator(deps.db, accountId),
    getPhone(deps.db, accountId),
    getBiometric(deps.db, caller),
  ]);
  if (biometric !== undefined && biometric.tries < BIOMETRIC_TRIES_MAX) owned.add('biometric');
  if (pin !== undefined) owned.add('pin');
  if (authenticator?.confirmedAt != null) owned.add('totp');
  const sendsCodes = deps.sms !== undefined && deps.vault !== undefined;
  if (sendsCodes && phone !== undefined && phone.codesFrom <= deps.now()) owned.add('sms');
  return owned;
}

/** Whether a host can be asked for its user's phone number, and there is a place to keep it. */
const tellsPhone = ({ settings, vault }: Dependencies, host: Host): boolean =>
  vault !== undefined && (host === 'weapp' || settings.alipayContentKey !== undefined);
