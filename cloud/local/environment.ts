import { createHash } from 'node:crypto';

import type { Credentials } from '../sandbox';

export type VerificationMode = 'public_key' | 'certificate';

export interface EnvironmentOptions {
  readonly databaseUrl: string;
  /** Origin under which the functions are reached. */
  readonly publicBaseUrl: string;
  readonly sessionSecret: string;
  readonly jobSecret: string;
  /** Token of the operator `alice`, and of `bob`, who confirms what she does. */
  readonly operatorTokens?: { readonly alice: string; readonly bob: string } | undefined;
  /** Ed25519 private key, PEM. */
  readonly ledgerSigningKey?: string | undefined;
  readonly wechatpayMode?: VerificationMode | undefined;
  readonly alipayMode?: VerificationMode | undefined;
}

/** The functions' environment variables for the sandbox's merchant. */
export function sandboxEnvironment(
  credentials: Credentials,
  options: EnvironmentOptions,
): Record<string, string> {
  const { wechat, wechatpay, alipay } = credentials;
  return {
    TZ: 'Asia/Shanghai',
    DATABASE_URL: options.databaseUrl,
    PUBLIC_BASE_URL: options.publicBaseUrl,
    SESSION_SECRET: options.sessionSecret,
    JOB_SECRET: options.jobSecret,
    OPERATORS: Object.entries(options.operatorTokens ?? {})
      .map(([name, token]) => `${name}:${createHash('sha256').update(token).digest('hex')}`)
      .join(','),
    LEDGER_SIGNING_KEY: options.ledgerSigningKey ?? '',
    WECHAT_APP_ID: wechat.appId,
    WECHAT_APP_SECRET: wechat.appSecret,
    WECHAT_API_BASE_URL: wechat.apiBaseUrl,
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
    ...(options.alipayMode === 'certificate'
      ? {
          ALIPAY_APP_CERT: alipay.appCert,
          ALIPAY_PUBLIC_CERT: alipay.alipayPublicCert,
          ALIPAY_ROOT_CERT: alipay.alipayRootCert,
        }
      : { ALIPAY_PUBLIC_KEY: alipay.alipayPublicKey }),
  };
}
