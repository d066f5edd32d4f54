import { contentKeyOf } from './phone-numbers';
import { applicationOf, type SmsApplication } from './sms/application';
import { publicKeyOf, type SandboxKeys } from './keys';

/** What the sandbox's merchant is handed: enough to point any client at it. Keys and certificates are PEM. */
export interface Credentials {
  readonly wechatpay: {
    readonly mchId: string;
    readonly mchSerial: string;
    readonly mchPrivateKey: string;
    readonly apiV3Key: string;
    readonly publicKeyId: string;
    readonly publicKey: string;
    readonly baseUrl: string;
  };
  readonly wechat: { readonly appId: string; readonly appSecret: string; readonly apiBaseUrl: string };
  readonly alipay: {
    readonly appId: string;
    readonly appPrivateKey: string;
    readonly alipayPublicKey: string;
    readonly sellerId: string;
    readonly baseUrl: string;
    readonly appCert: string;
    readonly alipayPublicCert: string;
    readonly alipayRootCert: string;
    /** Key for the contents of interfaces, 16 bytes as base64. */
    readonly contentKey: string;
  };
  readonly sms: SmsApplication & { readonly baseUrl: string };
}

/** The merchant's part of the keys. `baseUrl` is the sandbox's origin. */
export function credentialsOf(keys: SandboxKeys, baseUrl: string): Credentials {
  const { wechatpay, wechat, alipay } = keys;
  return {
    wechatpay: {
      mchId: wechatpay.mchId,
      mchSerial: wechatpay.mchSerial,
      mchPrivateKey: wechatpay.mchPrivateKey,
      apiV3Key: wechatpay.apiV3Key,
      publicKeyId: wechatpay.publicKeyId,
      publicKey: publicKeyOf(wechatpay.publicKeyPrivate),
      baseUrl,
    },
    wechat: { ...wechat, apiBaseUrl: baseUrl },
    alipay: {
      appId: alipay.appId,
      appPrivateKey: alipay.appPrivateKey,
      alipayPublicKey: publicKeyOf(alipay.alipayPrivateKey),
      sellerId: alipay.sellerId,
      baseUrl,
      ...alipay.certificates,
      contentKey: contentKeyOf(alipay.alipayPrivateKey),
    },
    sms: { ...applicationOf(wechatpay.apiV3Key), baseUrl },
  };
}
