import type { BiometricProof } from '../../contract/types';
import { BIOMETRIC_TRIES_MAX } from '../../domain/identity';
import { BiometricRejected, type ConfirmedProof } from '../../gateways/hosts/biometrics';
import * as store from '../../store/identity';
import { getLogin } from '../../store/logins';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';
import { errorFields } from '../http/log';
import { ApiError } from '../http/problem';
import { noteEvent } from './events';

/** A proof, and the challenge that it is to be for. */
export interface BiometricAnswer {
  readonly challengeId: string;
  readonly proof: BiometricProof;
}

/**
 * Checks a proof by the biometrics of the caller's device, which works once. The try is counted before the proof is looked at;
 * after too many the PIN must be entered. Throws ApiError `biometric_nonce_expired`, `biometric_not_set`, `biometric_stopped`,
 * `biometric_rejected` with the tries left, or `gateway_unavailable`.
 */
export async function checkBiometric(
  deps: Dependencies,
  caller: Caller,
  answer: BiometricAnswer,
): Promise<void> {
  const nonce = await takeNonce(deps, caller, answer.challengeId);
  const claimed = await store.claimBiometricTry(deps.db, caller);
  if (claimed === undefined) throw await offOrStopped(deps, caller);
  const confirmed = await confirm(deps, caller, answer.proof, nonce).catch(async (error: unknown) => {
    // Nobody looked at it: an outage of the host uses up no tries.
    await store.returnBiometricTry(deps.db, caller);
    throw error;
  });
  const { accountId, sessionId } = caller;
  const right =
    confirmed !== undefined && (await store.acceptBiometric(deps.db, { accountId, sessionId, ...confirmed }));
  if (right) return;
  await noteEvent(deps, caller, 'biometric_wrong');
  const triesLeft = BIOMETRIC_TRIES_MAX - claimed.tries;
  if (triesLeft === 0) throw new ApiError('biometric_stopped');
  throw new ApiError('biometric_rejected', undefined, { facts: { triesLeft } });
}

/**
 * Has the host confirm the proof of a device that is to be turned on. Throws ApiError `biometric_nonce_expired`,
 * `biometric_rejected` or `gateway_unavailable`.
 */
export async function confirmNewBiometric(
  deps: Dependencies,
  caller: Caller,
  { challengeId, proof }: BiometricAnswer,
): Promise<ConfirmedProof> {
  const nonce = await takeNonce(deps, caller, challengeId);
  const confirmed = await confirm(deps, caller, proof, nonce);
  if (confirmed === undefined) throw new ApiError('biometric_rejected');
  return confirmed;
}

/** What biometrics that cannot be used now are: never turned on here, or stopped. */
export async function offOrStopped(deps: Dependencies, { accountId, sessionId }: Caller): Promise<ApiError> {
  const known = await store.getBiometric(deps.db, { accountId, sessionId });
  return new ApiError(known === undefined ? 'biometric_not_set' : 'biometric_stopped');
}

async function takeNonce(deps: Dependencies, caller: Caller, challengeId: string): Promise<string> {
  const { accountId, sessionId } = caller;
  const asked = { accountId, sessionId, challengeId, now: deps.now() };
  const nonce = await store.takeBiometricNonce(deps.db, asked);
  if (nonce === undefined) throw new ApiError('biometric_nonce_expired');
  return nonce;
}

/** What the host's server makes of a proof; undefined where it does not take it. */
async function confirm(
  deps: Dependencies,
  caller: Caller,
  proof: BiometricProof,
  nonce: string,
): Promise<ConfirmedProof | undefined> {
  const login = await getLogin(deps.db, caller);
  if (login === undefined || proof.host !== caller.host) return undefined;
  try {
    const host = await deps.hosts.biometrics(caller.host);
    return await host.confirm(proof, { openId: login.openId, nonce });
  } catch (error) {
    if (error instanceof BiometricRejected) return undefined;
    deps.log('warn', 'biometric_not_confirmed', { host: caller.host, ...errorFields(error) });
    throw new ApiError('gateway_unavailable', undefined, { cause: error });
  }
}
