import { decodeURLSafe, encodeURLSafe } from '@stablelib/base64';
import { ChaCha20Poly1305 } from '@stablelib/chacha20poly1305';
import { HKDF } from '@stablelib/hkdf';
import { hash, SHA256 } from '@stablelib/sha256';
import { scalarMultBase, sharedKey } from '@stablelib/x25519';

import type { Sealed, SealingKey } from '../../../cloud/contract/types';

const KEY_BYTES = 32;
const TEXT_BYTES = 64;
const NONCE_BYTES = 12;

/** Texts here are digits and JSON: one byte a character. */
const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * Seals a secret to a key of one use: X25519, HKDF-SHA256, ChaCha20-Poly1305, put together as
 * `cloud/functions/security/README.md` says. `random` are 32 bytes of the device; the server's own are mixed in, so that a
 * device without a secure source is no worse than the line to the server.
 */
export function seal(key: SealingKey, random: Uint8Array, content: Readonly<Record<string, string>>): Sealed {
  const secret = hash(joined(random, decodeURLSafe(padded(key.seed))));
  const device = scalarMultBase(secret);
  const server = decodeURLSafe(padded(key.publicKey));
  const shared = sharedKey(secret, server, true);
  const info = bytesOf(`tpwallet/sealed-box\n${key.keyId}`);
  const cipherKey = new HKDF(SHA256, shared, joined(device, server), info).expand(KEY_BYTES);
  const text = bytesOf(JSON.stringify(content).padEnd(TEXT_BYTES));
  const sealed = new ChaCha20Poly1305(cipherKey).seal(new Uint8Array(NONCE_BYTES), text);
  return { keyId: key.keyId, box: encodeURLSafe(joined(device, sealed)).replace(/=+$/, '') };
}

const padded = (text: string): string => text.padEnd(Math.ceil(text.length / 4) * 4, '=');
