import { LoginCodeRejected, type HostIdentity } from '../../gateways/port';
import { getLogin } from '../../store/logins';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';
import { errorFields } from '../http/log';
import { ApiError } from '../http/problem';

/**
 * Makes sure that whoever asks is in the host now, as the person the session belongs to: a stolen token is not enough. Throws
 * ApiError `login_code_invalid` or `gateway_unavailable`.
 */
export async function confirmPresence(
  deps: Dependencies,
  caller: Caller,
  code: string,
): Promise<HostIdentity> {
  const login = await deps.logins.get(caller.host);
  const [identity, known] = await Promise.all([
    login.exchange(code).catch((error: unknown) => {
      if (error instanceof LoginCodeRejected)
        throw new ApiError('login_code_invalid', undefined, { cause: error });
      deps.log('warn', 'login_exchange_failed', { host: caller.host, ...errorFields(error) });
      throw new ApiError('gateway_unavailable', undefined, { cause: error });
    }),
    getLogin(deps.db, caller),
  ]);
  if (identity.openId !== known?.openId) throw new ApiError('login_code_invalid');
  return identity;
}
