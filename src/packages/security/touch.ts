import type { BiometricProof } from '../../../cloud/contract/types';
import { api } from '../../client';
import { host } from '../../host';
import { t } from '../../i18n';

/** The phone did not recognise its owner, or was not let. */
export class NotRecognised extends Error {
  constructor(readonly why: 'cancelled' | 'failed' | 'frozen' | 'unavailable') {
    super(`not recognised: ${why}`);
  }
}

/**
 * Has the phone recognise its owner for a challenge. Rejects with `NotRecognised`, or with `ApiError` where there is nothing
 * to sign.
 */
export async function touch(challengeId: string): Promise<BiometricProof> {
  const support = await host.biometricSupport();
  if (support === 'unavailable' || support === 'not_enrolled') throw new NotRecognised('unavailable');
  const { nonce } = await api.biometricNonce(challengeId);
  const recognised = await host.recognise(support, nonce, t('security.biometric.enter'));
  if (recognised.outcome !== 'recognised') throw new NotRecognised(recognised.outcome);
  return recognised.proof;
}
