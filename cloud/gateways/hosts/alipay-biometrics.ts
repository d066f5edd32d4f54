import * as z from 'zod';

import type { Client } from '../alipay/client';
import { unbelievable } from '../alipay/errors';
import { GatewayError } from '../port';
import { BiometricRejected, type HostBiometrics } from './biometrics';

const METHOD = 'alipay.security.risk.verifyidentity.miniapp.confirm';

const answerSchema = z.object({ verify_result: z.union([z.boolean(), z.enum(['true', 'false'])]) });

/** Alipay's IFAA: what `my.startIfaaAuthentication` gives, confirmed by Alipay, which alone knows the key. */
export function createAlipayBiometrics(client: Pick<Client, 'call'>): HostBiometrics {
  return {
    async confirm(proof, { openId, nonce }) {
      if (proof.host !== 'alipay') throw new BiometricRejected('it is of another host');
      const bizContent = { verify_id: proof.verifyId, challenge: nonce, open_id: openId };
      const body = await client.call(METHOD, { bizContent }).catch((error: unknown) => {
        if (!(error instanceof GatewayError) || error.kind !== 'refused') throw error;
        throw new BiometricRejected('Alipay refuses it', { cause: error });
      });
      const answer = answerSchema.safeParse(body);
      if (!answer.success) throw unbelievable('NO_VERIFY_RESULT', 'the answer does not say whether it holds');
      if (String(answer.data.verify_result) !== 'true')
        throw new BiometricRejected('Alipay does not confirm it');
      return { keyId: null, counter: null };
    },
  };
}
