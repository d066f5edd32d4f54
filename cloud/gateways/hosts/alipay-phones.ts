import { createDecipheriv, type KeyObject } from 'node:crypto';

import * as z from 'zod';

import { readPhone } from '../../domain/phones';
import { GatewayError } from '../port';
import { verifySha256 } from '../signature';
import { PhoneRejected, type HostPhones } from './phones';

/** What Alipay encrypts for an app is AES-128-CBC with an IV of zeros. */
const IV = Buffer.alloc(16);

const envelopeSchema = z.object({
  response: z.string().min(1),
  sign: z.string().min(1),
  sign_type: z.literal('RSA2').optional(),
});
const contentSchema = z.union([
  z.object({ code: z.literal('10000'), mobile: z.string() }),
  z.object({ code: z.string(), subCode: z.string() }),
]);

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/**
 * Alipay's `my.getPhoneNumber`: what it hands to the app is encrypted by the app's AES key and signed by Alipay over the
 * ciphertext between double quotes. Where the app has no key there, what went wrong comes in the clear, signed as it is.
 */
export function createAlipayPhones(options: {
  /** 16 bytes. */
  readonly aesKey: Uint8Array;
  readonly alipayKey: KeyObject;
}): HostPhones {
  function decrypted(ciphertext: string): string | undefined {
    try {
      const decipher = createDecipheriv('aes-128-cbc', options.aesKey, IV);
      return Buffer.concat([decipher.update(ciphertext, 'base64'), decipher.final()]).toString('utf8');
    } catch {
      return undefined;
    }
  }
  return {
    async read(proof) {
      const envelope = envelopeSchema.safeParse(parsed(proof));
      if (!envelope.success) throw new PhoneRejected('proof');
      const { response, sign } = envelope.data;
      const isPlain = response.startsWith('{');
      const signed = isPlain ? response : `"${response}"`;
      if (!verifySha256(signed, sign, options.alipayKey)) throw new PhoneRejected('proof');
      // Signed by Alipay: what does not open now was encrypted by another key than the one we were given.
      const content = contentSchema.safeParse(parsed((isPlain ? response : decrypted(response)) ?? ''));
      if (!content.success) throw failure('CONTENT_NOT_OPENED');
      if ('subCode' in content.data) throw failure(content.data.subCode);
      const phone = readPhone(content.data.mobile);
      if (phone === undefined) throw new PhoneRejected('unsupported');
      return phone;
    },
  };
}

const failure = (code: string): GatewayError =>
  new GatewayError('alipay', 'misconfigured', code, `my.getPhoneNumber: ${code}`);
