import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

import type { LedgerSigner } from '../../store';

/** What comes before the 32 bytes of an Ed25519 public key in its SPKI form (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** The 32 bytes of a public key. */
const rawKey = (key: KeyObject): Uint8Array =>
  key.export({ type: 'spki', format: 'der' }).subarray(SPKI_PREFIX.length);

/** Signs the heads of the ledger with an Ed25519 private key (PKCS#8 PEM). */
export function ledgerSigner(pem: string): LedgerSigner {
  const key = createPrivateKey(pem);
  return {
    publicKey: rawKey(createPublicKey(key)),
    sign: (bytes) => sign(null, bytes, key),
  };
}

/** Whether an Ed25519 signature fits; false for a key that is none. */
export function isLedgerSignature(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== 32) return false;
  const key = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, publicKey]),
    format: 'der',
    type: 'spki',
  });
  return verify(null, bytes, key, signature);
}
