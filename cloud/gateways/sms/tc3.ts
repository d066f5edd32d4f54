import { createHash, createHmac } from 'node:crypto';

const ALGORITHM = 'TC3-HMAC-SHA256';
const TERMINATION = 'tc3_request';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** A POST without a query, to be signed. */
export interface Tc3Request {
  readonly secretId: string;
  readonly secretKey: string;
  /** Name of the product, such as `sms`. */
  readonly service: string;
  /** Headers that are signed, `content-type` and `host` at least, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Seconds since 1970, as in `X-TC-Timestamp`. */
  readonly timestampS: number;
}

/**
 * The `Authorization` header of Tencent Cloud's API 3.0 (signature v3, https://cloud.tencent.com/document/api/382/52073): a
 * canonical request, hashed, signed by a key that is derived from the secret for one UTC day and one product.
 */
export function tc3Authorization(request: Tc3Request): string {
  const { secretId, secretKey, service, headers, body, timestampS } = request;
  const names = Object.keys(headers).sort();
  const canonicalHeaders = names
    .map((name) => `${name}:${(headers[name] ?? '').trim().toLowerCase()}\n`)
    .join('');
  const signedHeaders = names.join(';');
  const canonical = ['POST', '/', '', canonicalHeaders, signedHeaders, sha256(body)].join('\n');
  const date = new Date(timestampS * 1_000).toISOString().slice(0, 10);
  const scope = `${date}/${service}/${TERMINATION}`;
  const toSign = [ALGORITHM, timestampS, scope, sha256(canonical)].join('\n');
  const key = hmac(hmac(hmac(`TC3${secretKey}`, date), service), TERMINATION);
  const signature = hmac(key, toSign).toString('hex');
  return `${ALGORITHM} Credential=${secretId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
}
