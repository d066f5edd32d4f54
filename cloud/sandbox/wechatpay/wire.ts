import {
  createCipheriv,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

import { Refusal, signError } from './errors';

/** What a request brought, its body as it came. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query exactly as on the wire. */
  readonly target: string;
  readonly body: string;
  readonly header: (name: string) => string | undefined;
}

const SCHEME = 'WECHATPAY2-SHA256-RSA2048';
const CLOCK_TOLERANCE_S = 300;

/** The merchant that requests must come from. */
export interface Admission {
  readonly mchId: string;
  readonly mchSerial: string;
  readonly publicKey: KeyObject;
  readonly now: () => Date;
}

/** Checks what every request must carry, its signature above all. Throws Refusal. */
export function admit(request: SignedRequest, admission: Admission): void {
  if (!request.header('user-agent')) throw new Refusal(400, 'PARAM_ERROR', 'Http头缺少User-Agent');
  const accept = request.header('accept') ?? '';
  if (!/application\/json|\*\/\*/.test(accept)) throw new Refusal(400, 'PARAM_ERROR', 'Http头缺少Accept');
  const authorization = request.header('authorization') ?? '';
  const [scheme = '', ...rest] = authorization.split(' ');
  if (scheme !== SCHEME) throw signError('authorization type is not supported');
  const fields = Object.fromEntries(
    [...rest.join(' ').matchAll(/(\w+)="([^"]*)"/g)].map((m) => [m[1], m[2]]),
  );
  const { mchid, serial_no: serial, nonce_str: nonce, timestamp, signature } = fields;
  if (!mchid || !serial || !nonce || !timestamp || !signature) throw signError('authorization is incomplete');
  if (mchid !== admission.mchId) throw new Refusal(400, 'MCH_NOT_EXISTS', '商户号不存在');
  if (serial.toUpperCase() !== admission.mchSerial) throw signError('serial_no is not of this merchant');
  if (!/^[0-9A-Za-z]{1,32}$/.test(nonce)) throw signError('nonce_str is malformed');
  const ageS = Math.abs(admission.now().getTime() / 1000 - Number(timestamp));
  if (!/^\d{10}$/.test(timestamp) || ageS > CLOCK_TOLERANCE_S) throw signError('timestamp is out of range');
  const message = `${request.method}\n${request.target}\n${timestamp}\n${nonce}\n${request.body}\n`;
  const bytes = Buffer.from(signature, 'base64');
  if (!verify('RSA-SHA256', Buffer.from(message), admission.publicKey, bytes)) {
    throw signError('sign not match', {
      method: request.method,
      url: request.target,
      sign_message_length: Buffer.byteLength(message),
      truncated_sign_message: message.slice(0, 64),
    });
  }
}

/** A key that answers and notifications are signed with, by the name merchants know it under. */
export interface Signer {
  readonly serial: string;
  readonly key: KeyObject;
}

export const signerOf = (serial: string, privateKeyPem: string): Signer => ({
  serial,
  key: createPrivateKey(privateKeyPem),
});

/** The headers that sign a body. `spoil` signs another text; `probe` is WeChat Pay's signature test traffic. */
export function signatureHeaders(
  body: string,
  signer: Signer,
  options: { readonly at: Date; readonly spoil?: boolean; readonly probe?: boolean },
): Record<string, string> {
  const timestamp = String(Math.floor(options.at.getTime() / 1000));
  const nonce = randomBytes(16).toString('hex');
  const message = `${timestamp}\n${nonce}\n${body}\n${options.spoil ? ' ' : ''}`;
  const signature = sign('RSA-SHA256', Buffer.from(message), signer.key).toString('base64');
  return {
    'Wechatpay-Timestamp': timestamp,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Signature': options.probe ? `WECHATPAY/SIGNTEST/${signature.slice(0, 300)}` : signature,
    'Wechatpay-Serial': signer.serial,
    'Wechatpay-Signature-Type': SCHEME,
    'Request-ID': `${randomBytes(12).toString('hex').toUpperCase()}-0`,
  };
}

/** AEAD_AES_256_GCM under the APIv3 key. */
export function seal(plaintext: string, associatedData: string, apiV3Key: string) {
  const nonce = randomBytes(6).toString('hex');
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(apiV3Key), Buffer.from(nonce));
  cipher.setAAD(Buffer.from(associatedData));
  const sealed = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return {
    algorithm: 'AEAD_AES_256_GCM',
    nonce,
    associated_data: associatedData,
    ciphertext: sealed.toString('base64'),
  };
}

/** What the payment window checks before it opens: the merchant signed these parameters for this app. */
export function isPaySignGenuine(
  parameters: { timeStamp: string; nonceStr: string; package: string; paySign: string },
  appId: string,
  merchantKey: KeyObject,
): boolean {
  const message = `${appId}\n${parameters.timeStamp}\n${parameters.nonceStr}\n${parameters.package}\n`;
  return verify('RSA-SHA256', Buffer.from(message), merchantKey, Buffer.from(parameters.paySign, 'base64'));
}

export const publicKeyObject = (privateKeyPem: string): KeyObject => createPublicKey(privateKeyPem);
