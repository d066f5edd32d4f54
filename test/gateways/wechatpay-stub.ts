import { createCipheriv, randomBytes, sign, webcrypto } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createWeChatPay, type WeChatPayOptions } from '../../cloud/gateways/wechatpay';
import type { RawNotification } from '../../cloud/gateways/port';
import { newPemPair } from './keys';

/** One answer of the stub. Signed properly unless it says otherwise. */
export interface Answer {
  readonly status?: number;
  readonly body?: object | string;
  readonly unsigned?: boolean;
  readonly serial?: string;
  /** Where a redirect leads. */
  readonly location?: string;
  readonly signedAtMs?: number;
  /** Changes the body after it was signed. */
  readonly tamper?: (body: string) => string;
}

export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Platform {
  readonly serial: string;
  readonly publicKeyPem: string;
  readonly privateKeyPem: string;
}

export const API_V3_KEY = 'test-only-APIv3-key-32-characters'.slice(0, 32);
export const MCH_ID = '1900000001';
export const APP_ID = 'wxtest0000000001';
export const PUBLIC_KEY_ID = 'PUB_KEY_ID_0119000000012026112300000000000001';

export const NO = '0190f5fe74b27c0f8a4b4f3d2e1c0b0a';

const merchant = newPemPair();

/** A paid transaction as WeChat Pay tells it. */
export const transaction = (terms: object = {}) => ({
  appid: APP_ID,
  mchid: MCH_ID,
  out_trade_no: NO,
  trade_state: 'SUCCESS',
  transaction_id: '4200000001',
  success_time: '2026-11-23T20:10:00+08:00',
  amount: { total: 1234 },
  ...terms,
});
export const refusalOf = (status: number, code: string) => ({ status, body: { code, message: '说明' } });

export function newPlatform(serial: string): Platform {
  const { publicKey, privateKey } = newPemPair();
  return { serial, publicKeyPem: publicKey, privateKeyPem: privateKey };
}

/** The seal of APIv3: AES-256-GCM, the tag behind the ciphertext. */
export function seal(text: string, associatedData: string, key = API_V3_KEY) {
  const nonce = randomBytes(6).toString('hex');
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(associatedData));
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: sealed.toString('base64'),
    nonce,
    associated_data: associatedData,
  };
}

export function signedHeaders(platform: Platform, body: string, atMs = Date.now(), serial = platform.serial) {
  const timestamp = String(Math.floor(atMs / 1000));
  const nonce = randomBytes(16).toString('hex');
  const text = `${timestamp}\n${nonce}\n${body}\n`;
  return {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': serial,
    'wechatpay-signature': sign('RSA-SHA256', Buffer.from(text), platform.privateKeyPem).toString('base64'),
  };
}

/** A self-signed certificate of a platform key. */
export async function certificateOf(
  platform: Platform,
  validToMs = Date.now() + 86_400_000,
): Promise<string> {
  const x509 = await import('@peculiar/x509');
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const der = (text: string) => Buffer.from(text.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey('pkcs8', der(platform.privateKeyPem), algorithm, false, ['sign']),
    webcrypto.subtle.importKey('spki', der(platform.publicKeyPem), algorithm, true, ['verify']),
  ]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: platform.serial,
    name: 'CN=Test platform certificate',
    notBefore: new Date(Date.now() - 10 * 86_400_000),
    notAfter: new Date(validToMs),
    signingAlgorithm: algorithm,
    keys: { privateKey, publicKey },
  });
  return certificate.toString('pem');
}

/** The answer of /v3/certificates with these platforms' certificates. */
export const certificatesAnswer = (...platforms: readonly Platform[]) =>
  certificatesUntil(undefined, ...platforms);

export async function certificatesUntil(
  validToMs: number | undefined,
  ...platforms: readonly Platform[]
): Promise<Answer> {
  const data = await Promise.all(
    platforms.map(async (platform) => ({
      serial_no: platform.serial,
      encrypt_certificate: seal(await certificateOf(platform, validToMs), 'certificate'),
    })),
  );
  return { body: { data } };
}

/** A server that answers what the test tells it to, signed by the given platform key. */
export async function startStub(platform: Platform) {
  const asked: Asked[] = [];
  const answers = new Map<string, Answer[]>();
  const state = { signer: platform };
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const url = request.url ?? '';
      asked.push({ method: request.method ?? '', url, headers: request.headers, body });
      const [, queue = []] = [...answers].find(([path]) => url.split('?')[0] === path) ?? [];
      const answer = queue.length > 1 ? queue.shift() : queue[0];
      if (answer === undefined) return void request.socket.destroy();
      const text = typeof answer.body === 'object' ? JSON.stringify(answer.body) : (answer.body ?? '');
      const headers = answer.unsigned
        ? {}
        : signedHeaders(state.signer, text, answer.signedAtMs, answer.serial);
      response.writeHead(answer.status ?? 200, {
        'content-type': 'application/json',
        ...(answer.location && { location: answer.location }),
        ...headers,
      });
      response.end(answer.tamper ? answer.tamper(text) : text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Answers for a path, one after the other; the last one stays. */
    on: (path: string, ...list: readonly Answer[]) => void answers.set(path, [...list]),
    /** From now on answers are signed by another platform key. */
    signBy: (signer: Platform) => void (state.signer = signer),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The adapter under test, talking to a stub. */
export function adapterFor(baseUrl: string, options: Partial<WeChatPayOptions> = {}) {
  return createWeChatPay({
    appId: APP_ID,
    mchId: MCH_ID,
    mchSerial: '5F1C72E2AAAA',
    mchPrivateKey: merchant.privateKey,
    apiV3Key: API_V3_KEY,
    baseUrl,
    publicKey: undefined,
    notifyUrl: 'https://example.com/v1/notify/wechatpay',
    timeoutMs: 1_000,
    now: () => new Date(),
    randomBytes,
    ...options,
  });
}

export const merchantPublicKey = merchant.publicKey;

/** A notification as WeChat Pay sends it. */
export function notificationOf(
  platform: Platform,
  eventType: string,
  content: object | string,
  options: { atMs?: number; apiV3Key?: string } = {},
): RawNotification & { readonly headers: Record<string, string> } {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const body = JSON.stringify({
    id: 'EV-2026112300000001',
    create_time: new Date().toISOString(),
    resource_type: 'encrypt-resource',
    event_type: eventType,
    summary: '通知',
    resource: {
      original_type: eventType.startsWith('REFUND') ? 'refund' : 'transaction',
      ...seal(text, eventType.startsWith('REFUND') ? 'refund' : 'transaction', options.apiV3Key),
    },
  });
  return { headers: signedHeaders(platform, body, options.atMs), body };
}
