import { createCipheriv, createDecipheriv } from 'node:crypto';

import type { KeyService } from '../../domain/vault';

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** A data key that does not unwrap: another master key's, another context's, or changed. */
export class KeyNotUnwrapped extends Error {
  override readonly name = 'KeyNotUnwrapped';
}

/**
 * Master keys held by this process: AES-256-GCM with the context and the key's id as associated data. `keys` are 32 bytes each
 * by their ids; `currentKeyId` is one of them. The wrapped form is IV (12 bytes), ciphertext, tag (16 bytes).
 */
export function localKeyService(options: {
  readonly keys: ReadonlyMap<string, Uint8Array>;
  readonly currentKeyId: string;
  readonly randomBytes: (length: number) => Uint8Array;
}): KeyService {
  const { keys, currentKeyId, randomBytes } = options;
  const keyOf = (keyId: string): Uint8Array => {
    const key = keys.get(keyId);
    if (key === undefined) throw new KeyNotUnwrapped(`there is no master key ${keyId}`);
    return key;
  };
  const bound = (keyId: string, context: string): Buffer => Buffer.from(`${keyId}\0${context}`);
  return {
    currentKeyId,
    wrap: async (dataKey, context) => {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', keyOf(currentKeyId), iv);
      cipher.setAAD(bound(currentKeyId, context));
      const bytes = Buffer.concat([iv, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
      return { keyId: currentKeyId, bytes };
    },
    unwrap: async ({ keyId, bytes }, context) => {
      const decipher = createDecipheriv('aes-256-gcm', keyOf(keyId), bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(bound(keyId, context));
      try {
        decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
        return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
      } catch (error) {
        throw new KeyNotUnwrapped('a data key does not unwrap', { cause: error });
      }
    },
  };
}
