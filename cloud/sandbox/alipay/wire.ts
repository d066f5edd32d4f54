import { createSign, createVerify } from 'node:crypto';

/** Parameters of one call, query string and form body merged, values as decoded once. */
export type Parameters = Readonly<Record<string, string>>;

/** Joins `k=v` with `&`, sorted by key in byte order, values raw. */
export function joinSorted(parameters: Parameters, leaveOut: readonly string[], skipEmpty: boolean): string {
  return Object.keys(parameters)
    .filter((key) => !leaveOut.includes(key) && !(skipEmpty && parameters[key] === ''))
    .sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)))
    .map((key) => `${key}=${parameters[key]}`)
    .join('&');
}

/** SHA256withRSA, base64. */
export function signText(text: string, privateKey: string): string {
  return createSign('RSA-SHA256').update(text, 'utf8').sign(privateKey, 'base64');
}

/**
 * Checks a request's RSA2 signature: every parameter but `sign`, `sign_type` included. Official clients differ in
 * whether empty values are part of the text, so both are tried. Answers undefined when it holds, otherwise the text
 * the gateway built, which Alipay repeats in its refusal.
 */
export function findSignatureMismatch(parameters: Parameters, publicKey: string): string | undefined {
  const texts = [joinSorted(parameters, ['sign'], true), joinSorted(parameters, ['sign'], false)];
  const signature = Buffer.from(parameters.sign ?? '', 'base64');
  const holds = texts.some((text) =>
    createVerify('RSA-SHA256').update(text, 'utf8').verify(publicKey, signature),
  );
  return holds ? undefined : texts[0];
}

/** `alipay.trade.query` answers under `alipay_trade_query_response`. */
export function responseRoot(method: string): string {
  return `${method.replaceAll('.', '_')}_response`;
}

/** JSON as Alipay writes it: slashes escaped, which is why clients must verify the raw text. */
function alipayJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('/', '\\/');
}

/** A whole reply. The signature covers exactly the text of the root's value; without a key the reply is unsigned. */
export function renderReply(
  root: string,
  body: object,
  signing:
    { readonly privateKey: string; readonly certSn: string | undefined; readonly spoil: boolean } | undefined,
): string {
  const text = alipayJson(body);
  if (signing === undefined) return `{"${root}":${text}}`;
  const sign = signText(signing.spoil ? `${text} ` : text, signing.privateKey);
  const certificate = signing.certSn === undefined ? '' : `"alipay_cert_sn":"${signing.certSn}",`;
  return `{"${root}":${text},${certificate}"sign":"${sign}"}`;
}

/** Signs a notification: every parameter but `sign` and `sign_type`, empty values left out. Form-encoded. */
export function renderNotification(parameters: Parameters, privateKey: string, spoil: boolean): string {
  const text = joinSorted(parameters, ['sign', 'sign_type'], true);
  const sign = signText(spoil ? `${text} ` : text, privateKey);
  return new URLSearchParams({ ...parameters, sign_type: 'RSA2', sign }).toString();
}
