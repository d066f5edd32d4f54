import { createHash } from 'node:crypto';

import type { Credentials } from '../sandbox';

export type VerificationMode = 'public_key' | 'certificate';

export interface EnvironmentOptions {
  readonly databaseUrl: string;
  /** Origin under which the functions are reached. */
  readonly publicBaseUrl: string;
  readonly sessionSecret: string;
  readonly jobSecret: string;
  /** `name:secret`, with commas between; made from the session secret where left out, which only a test may. */
  readonly identityKeys?: string | undefined;
  /** Token of the operator `alice`, and of `bob`, who confirms what she does. */
  readonly operatorTokens?: { readonly alice: string; readonly bob: string } | undefined;
  /** A master key of the vault and the key of its index, 32 bytes each as base64. */
  readonly vaultKeys?: { readonly master: string; readonly index: string } | undefined;
  /** Ed25519 private key, PEM. */
  readonly ledgerSigningKey?: string | undefined;
  readonly wechatpayMode?: VerificationMode | undefined;
  /** Certificate mode where Alipay pays out, which it does in no other. */
  readonly alipayMode?: VerificationMode | undefined;
  /** None by default: a person pays. */
  readonly payoutGateways?: readonly ('wechatpay' | 'alipay')[] | undefined;
}

/** The sandbox shows any template; these are the ones that its merchant applied for. */
export const SANDBOX_TEMPLATES = {
  weapp: {
    paid: 'sandbox-paid thing1=merchant amount2=amount time3=time character_string4=order',
    refunded: 'sandbox-refunded phrase1=event thing2=merchant amount3=amount',
    locked: 'sandbox-locked phrase1=event time2=time',
  },
  alipay: {
    paid: 'sandbox-paid keyword1=merchant keyword2=amount keyword3=time keyword4=order',
    refunded: 'sandbox-refunded keyword1=event keyword2=merchant keyword3=amount',
    locked: 'sandbox-locked keyword1=event keyword2=time',
  },
} as const;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The functions' environment variables for the sandbox's merchant. */
export function sandboxEnvironment(
  credentials: Credentials,
  options: EnvironmentOptions,
): Record<string, string> {
  const { wechat, wechatpay, alipay, sms } = credentials;
  const { payoutGateways = [] } = options;
  const alipayMode = options.alipayMode ?? (payoutGateways.includes('alipay') ? 'certificate' : 'public_key');
  return {
    TZ: 'Asia/Shanghai',
    DATABASE_URL: options.databaseUrl,
    PUBLIC_BASE_URL: options.publicBaseUrl,
    SESSION_SECRET: options.sessionSecret,
    JOB_SECRET: options.jobSecret,
    IDENTITY_KEYS: options.identityKeys ?? `k1:${sha256(options.sessionSecret)}`,
    OPERATORS: Object.entries(options.operatorTokens ?? {})
      .map(([name, token]) => `${name}:${sha256(token)}`)
      .join(','),
    VAULT_KEYS: options.vaultKeys === undefined ? '' : `local-1:${options.vaultKeys.master}`,
    VAULT_INDEX_KEY: options.vaultKeys?.index ?? '',
    LEDGER_SIGNING_KEY: options.ledgerSigningKey ?? '',
    WECHAT_APP_ID: wechat.appId,
    WECHAT_APP_SECRET: wechat.appSecret,
    WECHAT_API_BASE_URL: wechat.apiBaseUrl,
    WECHAT_TEMPLATE_PAID: SANDBOX_TEMPLATES.weapp.paid,
    WECHAT_TEMPLATE_REFUNDED: SANDBOX_TEMPLATES.weapp.refunded,
    WECHAT_TEMPLATE_LOCKED: SANDBOX_TEMPLATES.weapp.locked,
    WECHAT_SHIPPING: 'on',
    ALIPAY_TEMPLATE_PAID: SANDBOX_TEMPLATES.alipay.paid,
    ALIPAY_TEMPLATE_REFUNDED: SANDBOX_TEMPLATES.alipay.refunded,
    ALIPAY_TEMPLATE_LOCKED: SANDBOX_TEMPLATES.alipay.locked,
    WECHATPAY_MCH_ID: wechatpay.mchId,
    WECHATPAY_MCH_SERIAL: wechatpay.mchSerial,
    WECHATPAY_MCH_PRIVATE_KEY: wechatpay.mchPrivateKey,
    WECHATPAY_APIV3_KEY: wechatpay.apiV3Key,
    WECHATPAY_BASE_URL: wechatpay.baseUrl,
    ...(options.wechatpayMode !== 'certificate' && {
      WECHATPAY_PUBLIC_KEY_ID: wechatpay.publicKeyId,
      WECHATPAY_PUBLIC_KEY: wechatpay.publicKey,
    }),
    ALIPAY_APP_ID: alipay.appId,
    ALIPAY_APP_PRIVATE_KEY: alipay.appPrivateKey,
    ALIPAY_SELLER_ID: alipay.sellerId,
    ALIPAY_BASE_URL: alipay.baseUrl,
    ALIPAY_CONTENT_KEY: alipay.contentKey,
    TENCENT_SMS_SECRET_ID: sms.secretId,
    TENCENT_SMS_SECRET_KEY: sms.secretKey,
    TENCENT_SMS_APP_ID: sms.sdkAppId,
    TENCENT_SMS_SIGN_NAME: sms.signName,
    TENCENT_SMS_TEMPLATE_CODE: sms.templates.code,
    TENCENT_SMS_TEMPLATE_LOCKED: sms.templates.locked,
    TENCENT_SMS_BASE_URL: sms.baseUrl,
    ...(alipayMode === 'certificate'
      ? {
          ALIPAY_APP_CERT: alipay.appCert,
          ALIPAY_PUBLIC_CERT: alipay.alipayPublicCert,
          ALIPAY_ROOT_CERT: alipay.alipayRootCert,
        }
      : { ALIPAY_PUBLIC_KEY: alipay.alipayPublicKey }),
    PAYOUT_GATEWAYS: payoutGateways.join(','),
    WECHATPAY_TRANSFER_SCENE_ID: '1005',
    WECHATPAY_TRANSFER_REPORT_INFOS: '岗位类型=收款商家;报酬说明=商户结算款',
  };
}
