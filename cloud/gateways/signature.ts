import { sign, verify, type KeyObject } from 'node:crypto';

/** SHA256withRSA (PKCS#1 v1.5) over the text's UTF-8 bytes, as base64. */
export const signSha256 = (text: string, privateKey: KeyObject): string =>
  sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64');

/**
 * Whether a base64 SHA256withRSA signature holds. Only the one canonical way to write it is taken: Node's decoder skips
 * characters that are not base64, so that an altered signature could otherwise still hold.
 */
export function verifySha256(text: string, signature: string, publicKey: KeyObject): boolean {
  const bytes = Buffer.from(signature, 'base64');
  return bytes.toString('base64') === signature && verify('RSA-SHA256', Buffer.from(text), publicKey, bytes);
}
