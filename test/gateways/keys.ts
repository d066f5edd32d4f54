import { generateKeyPairSync } from 'node:crypto';

export interface PemPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** A new RSA-2048 key pair as PEM. */
export function newPemPair(): PemPair {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
