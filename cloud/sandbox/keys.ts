import 'reflect-metadata';

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  randomBytes,
  randomInt,
  webcrypto,
} from 'node:crypto';
import { promisify } from 'node:util';

import { X509CertificateGenerator } from '@peculiar/x509';

import { issueCertificates, type AlipayCertificates } from './alipay/certificates';

/** Everything secret the sandbox and its one merchant hold. Plain JSON, so that a restart can keep it. */
export interface SandboxKeys {
  readonly wechat: { readonly appId: string; readonly appSecret: string };
  readonly wechatpay: {
    readonly mchId: string;
    readonly mchSerial: string;
    readonly mchPrivateKey: string;
    readonly apiV3Key: string;
    /** The key of the platform certificate, and the one of public-key mode. */
    readonly platformPrivateKey: string;
    readonly platformCertificate: string;
    readonly platformSerial: string;
    readonly publicKeyId: string;
    readonly publicKeyPrivate: string;
  };
  readonly alipay: {
    readonly appId: string;
    readonly sellerId: string;
    readonly appPrivateKey: string;
    readonly alipayPrivateKey: string;
    readonly certificates: AlipayCertificates;
  };
}

const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
const PLATFORM_VALID_MS = 5 * 365 * 86_400_000;
const generate = promisify(generateKeyPair);

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');
const digits = (length: number): string => Array.from({ length }, () => String(randomInt(10))).join('');

async function privateKey(): Promise<string> {
  const pair = await generate('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return pair.privateKey;
}

/** The public half of a private key, PEM. */
export const publicKeyOf = (privateKeyPem: string): string =>
  createPublicKey(privateKeyPem).export({ type: 'spki', format: 'pem' }).toString();

async function platformCertificate(privateKeyPem: string, serial: string, now: Date): Promise<string> {
  const pkcs8 = createPrivateKey(privateKeyPem).export({ type: 'pkcs8', format: 'der' });
  const spki = createPublicKey(privateKeyPem).export({ type: 'spki', format: 'der' });
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial,
    name: 'C=CN, O=Sandbox Pay, OU=Sandbox Pay, CN=Sandbox Pay Platform',
    notBefore: new Date(now.getTime() - 86_400_000),
    notAfter: new Date(now.getTime() + PLATFORM_VALID_MS),
    signingAlgorithm: ALGORITHM,
    keys: {
      privateKey: await webcrypto.subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign']),
      publicKey: await webcrypto.subtle.importKey('spki', spki, ALGORITHM, true, ['verify']),
    },
  });
  return certificate.toString('pem');
}

/** New keys and numbers for a sandbox and its merchant. */
export async function generateKeys(now: Date): Promise<SandboxKeys> {
  const [mch, platform, publicMode, app, alipay] = await Promise.all(
    Array.from({ length: 5 }, () => privateKey()),
  );
  if (!mch || !platform || !publicMode || !app || !alipay) throw new Error('no keys were generated');
  // A leading digit below 8 keeps the number positive as DER writes it, so that readers see it unchanged.
  const platformSerial = `5${hex(20).slice(1)}`.toUpperCase();
  return {
    wechat: { appId: `wx${hex(8)}`, appSecret: hex(16) },
    wechatpay: {
      mchId: `19${digits(8)}`,
      mchSerial: `6${hex(20).slice(1)}`.toUpperCase(),
      mchPrivateKey: mch,
      apiV3Key: hex(16),
      platformPrivateKey: platform,
      platformCertificate: await platformCertificate(platform, platformSerial, now),
      platformSerial,
      publicKeyId: `PUB_KEY_ID_01${digits(26)}`,
      publicKeyPrivate: publicMode,
    },
    alipay: {
      appId: `2021${digits(12)}`,
      sellerId: `2088${digits(12)}`,
      appPrivateKey: app,
      alipayPrivateKey: alipay,
      certificates: await issueCertificates({
        appPrivateKey: app,
        alipayPrivateKey: alipay,
        now,
        newSerial: () => `4${hex(16).slice(1)}`,
      }),
    },
  };
}
