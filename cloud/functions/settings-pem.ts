import { createPrivateKey, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';

/** A PEM as it was meant: with literal `\n` made line ends, or decoded where the whole PEM came as base64. */
function pemText(value: string): string {
  const text = value.trim().replaceAll('\\n', '\n');
  if (text.includes('-----BEGIN')) return text;
  const decoded = Buffer.from(text, 'base64').toString('utf8');
  return decoded.includes('-----BEGIN') ? decoded.trim() : text;
}

function firstReadable(attempts: readonly (() => KeyObject)[]): KeyObject | undefined {
  for (const attempt of attempts) {
    try {
      return attempt();
    } catch {
      // The next form is tried; the caller reports where none fits.
    }
  }
  return undefined;
}

/** An RSA private key as PKCS#8 PEM, read from PEM or from the bare base64 that Alipay's key tool writes; or undefined. */
export function readPrivateKey(value: string): string | undefined {
  const text = pemText(value);
  const der = Buffer.from(text, 'base64');
  const key = firstReadable([
    () => createPrivateKey(text),
    () => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
    () => createPrivateKey({ key: der, format: 'der', type: 'pkcs1' }),
  ]);
  return key?.asymmetricKeyType === 'rsa'
    ? key.export({ type: 'pkcs8', format: 'pem' }).toString()
    : undefined;
}

/** An RSA public key as SPKI PEM, read from PEM or from bare base64; or undefined. */
export function readPublicKey(value: string): string | undefined {
  const text = pemText(value);
  const der = Buffer.from(text, 'base64');
  const key = firstReadable([
    () => createPublicKey(text),
    () => createPublicKey({ key: der, format: 'der', type: 'spki' }),
  ]);
  return key?.asymmetricKeyType === 'rsa'
    ? key.export({ type: 'spki', format: 'pem' }).toString()
    : undefined;
}

/** An Ed25519 private key as PKCS#8 PEM, read from PEM; or undefined. */
export function readSigningKey(value: string): string | undefined {
  const key = firstReadable([() => createPrivateKey(pemText(value))]);
  return key?.asymmetricKeyType === 'ed25519'
    ? key.export({ type: 'pkcs8', format: 'pem' }).toString()
    : undefined;
}

/** One or more X.509 certificates as PEM; undefined where the text is no certificate. */
export function readCertificate(value: string): string | undefined {
  const text = pemText(value);
  try {
    return text.includes('-----BEGIN CERTIFICATE') && new X509Certificate(text).serialNumber
      ? text
      : undefined;
  } catch {
    return undefined;
  }
}
