import type { Call, Merchant } from './merchant';

/** alipay.security.risk.verifyidentity.miniapp.confirm: whether the phone recognised a user for a challenge. */
export function confirmIdentity(merchant: Merchant, { biz }: Call): object {
  return merchant.confirmIdentity({
    verifyId: biz.required('verify_id', 128),
    challenge: biz.required('challenge', 512),
    openId: biz.required('open_id', 128),
  });
}
