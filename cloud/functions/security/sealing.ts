import {
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';

import type { IdentityKey } from '../settings-identity';

/** DER heads of X25519 keys (RFC 8410): the 32 bytes of the key follow. */
const PRIVATE_HEAD = Buffer.from('302e020100300506032b656e04220420', 'hex');
const PUBLIC_HEAD = Buffer.from('302a300506032b656e032100', 'hex');
const KEY_BYTES = 32;
const TAG_BYTES = 16;
/** Each key seals one box, so the nonce need not differ. */
const NONCE = Buffer.alloc(12);

/** Opens what devices sealed to keys of one use each. */
export interface Sealing {
  /** The public key of a key number, 32 bytes. */
  publicKey(keyId: string): Buffer;
  /** The text in a box; undefined where it was not sealed to this key, or was changed. */
  open(keyId: string, box: Buffer): string | undefined;
}

const publicKeyOf = (bytes: Buffer): KeyObject =>
  createPublicKey({ key: Buffer.concat([PUBLIC_HEAD, bytes]), format: 'der', type: 'spki' });

/**
 * X25519 (RFC 7748), HKDF-SHA256 (RFC 5869) and ChaCha20-Poly1305 (RFC 8439), put together as a sealed box. The private key
 * of each number is derived from a secret outside the database, so that neither a log nor the database opens a box; and
 * since each number is taken once, a box that comes again is worth nothing.
 */
export function sealing(keys: readonly IdentityKey[]): Sealing {
  const secret = Buffer.from(hkdfSync('sha256', keys[0]?.secret ?? '', '', 'tpwallet/sealing', KEY_BYTES));

  function privateKey(keyId: string): KeyObject {
    const bytes = Buffer.from(hkdfSync('sha256', secret, '', `tpwallet/sealing-key\n${keyId}`, KEY_BYTES));
    return createPrivateKey({ key: Buffer.concat([PRIVATE_HEAD, bytes]), format: 'der', type: 'pkcs8' });
  }
  const publicBytes = (key: KeyObject): Buffer =>
    createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(PUBLIC_HEAD.length);

  return {
    publicKey: (keyId) => publicBytes(privateKey(keyId)),
    open(keyId, box) {
      const device = box.subarray(0, KEY_BYTES);
      const sealed = box.subarray(KEY_BYTES, box.length - TAG_BYTES);
      try {
        const own = privateKey(keyId);
        const shared = diffieHellman({ privateKey: own, publicKey: publicKeyOf(device) });
        const salt = Buffer.concat([device, publicBytes(own)]);
        const key = Buffer.from(hkdfSync('sha256', shared, salt, `tpwallet/sealed-box\n${keyId}`, KEY_BYTES));
        const cipher = createDecipheriv('chacha20-poly1305', key, NONCE, { authTagLength: TAG_BYTES });
        cipher.setAuthTag(box.subarray(box.length - TAG_BYTES));
        return Buffer.concat([cipher.update(sealed), cipher.final()]).toString('utf8');
      } catch {
        // A point of small order, or a tag that does not fit.
        return undefined;
      }
    },
  };
}
