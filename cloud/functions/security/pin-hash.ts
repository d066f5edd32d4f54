import { createHmac, hkdfSync, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

import type { IdentityKey } from '../settings-identity';

const derive = promisify<Buffer, Buffer, number, object, Buffer>(scrypt);

/**
 * OWASP's password storage cheat sheet: scrypt with N = 2^14, r = 8, p = 5 (16 MiB) stands beside Argon2id of 19 MiB. It is
 * node's own and runs outside the event loop. Six digits fall to any hash in hours once it is known; what protects them is
 * the key of the HMAC below, which is not in the database.
 */
const SCHEME = 's1';
const COST = { N: 2 ** 14, r: 8, p: 5, maxmem: 64 * 1024 * 1024 };
const HASH_BYTES = 32;
const SALT_BYTES = 16;

export interface PinVerdict {
  readonly right: boolean;
  /** Whether it was hashed under an older key or other parameters. */
  readonly outdated: boolean;
}

export interface PinHasher {
  /** `key$scheme$salt$hash`. */
  hash(accountId: string, pin: string): Promise<string>;
  /** Takes the same time for a right PIN and a wrong one. Throws where the hash's key is no longer configured. */
  verify(accountId: string, pin: string, hash: string): Promise<PinVerdict>;
}

/** Hashes PINs with a salt each, under a key outside the database. */
export function pinHasher(
  keys: readonly IdentityKey[],
  randomBytes: (length: number) => Uint8Array,
): PinHasher {
  const peppers = new Map(
    keys.map(({ id, secret }) => [
      id,
      Buffer.from(hkdfSync('sha256', secret, '', 'tpwallet/pin-pepper', 32)),
    ]),
  );
  const current = keys[0]?.id ?? '';

  async function digest(keyId: string, accountId: string, pin: string, salt: Buffer): Promise<Buffer> {
    const pepper = peppers.get(keyId);
    if (pepper === undefined) throw new Error(`the identity key ${keyId} is not configured`);
    const keyed = createHmac('sha256', pepper).update(`${accountId}\n${pin}`).digest();
    return derive(keyed, salt, HASH_BYTES, COST);
  }

  return {
    async hash(accountId, pin) {
      const salt = Buffer.from(randomBytes(SALT_BYTES));
      const hash = await digest(current, accountId, pin, salt);
      return [current, SCHEME, salt.toString('base64url'), hash.toString('base64url')].join('$');
    },
    async verify(accountId, pin, hash) {
      const [keyId = '', scheme, salt = '', expected = ''] = hash.split('$');
      const found = await digest(keyId, accountId, pin, Buffer.from(salt, 'base64url'));
      const right = timingSafeEqual(found, Buffer.from(expected, 'base64url'));
      return { right, outdated: keyId !== current || scheme !== SCHEME };
    },
  };
}
