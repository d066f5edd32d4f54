import { tokenSchema } from '../alipay/answers';
import type { Client } from '../alipay/client';
import { hasCode, unbelievable } from '../alipay/errors';
import { LoginCodeRejected, type HostLogin } from '../port';

/** Alipay's login: `my.getAuthCode` with `auth_base`, exchanged by alipay.system.oauth.token. The token itself is not kept. */
export function createAlipayLogin(client: Pick<Client, 'call'>): HostLogin {
  return {
    async exchange(code) {
      const body = await client
        .call('alipay.system.oauth.token', { grantType: 'authorization_code', code })
        .catch((error: unknown) => {
          if (!hasCode(error, 'isv.code-invalid')) throw error;
          throw new LoginCodeRejected('Alipay does not take this code', { cause: error });
        });
      const token = tokenSchema.safeParse(body);
      // An app that is not in open id mode answers with `user_id` alone.
      if (!token.success) throw unbelievable('NO_OPEN_ID', 'the answer names nobody');
      return { openId: token.data.open_id, unionId: token.data.union_id };
    },
  };
}
