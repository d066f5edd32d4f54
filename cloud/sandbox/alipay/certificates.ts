import 'reflect-metadata';

import { createHash, createPrivateKey, createPublicKey, webcrypto, X509Certificate } from 'node:crypto';

import {
  BasicConstraintsExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
const VALID_MS = 5 * 365 * 24 * 60 * 60 * 1000;
const ROOT_NAME = 'C=CN, O=Sandbox Financial, OU=Certification Authority, CN=Sandbox Root R1';

export interface AlipayCertificates {
  /** PEM of the merchant's app certificate. */
  readonly appCert: string;
  readonly alipayPublicCert: string;
  readonly alipayRootCert: string;
}

/** The public half of a PEM private key, as the certificate generator takes it. */
function importPublicKey(privateKeyPem: string): Promise<webcrypto.CryptoKey> {
  const der = createPublicKey(createPrivateKey(privateKeyPem)).export({ type: 'spki', format: 'der' });
  return webcrypto.subtle.importKey('spki', der, ALGORITHM, true, ['verify']);
}

/**
 * Issues what certificate mode needs (RSA with SHA-256): a root made for the purpose, and under it one certificate
 * for the merchant's app key and one for the key Alipay signs with.
 */
export async function issueCertificates(options: {
  readonly appPrivateKey: string;
  readonly alipayPrivateKey: string;
  readonly now: Date;
  /** 32 hex characters, different on each call. */
  readonly newSerial: () => string;
}): Promise<AlipayCertificates> {
  const notBefore = new Date(options.now.getTime() - 24 * 60 * 60 * 1000);
  const notAfter = new Date(options.now.getTime() + VALID_MS);
  const rootPair = await webcrypto.subtle.generateKey(
    { ...ALGORITHM, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    false,
    ['sign', 'verify'],
  );
  const shared = { notBefore, notAfter, signingAlgorithm: ALGORITHM };
  const root = await X509CertificateGenerator.createSelfSigned({
    ...shared,
    serialNumber: options.newSerial(),
    name: ROOT_NAME,
    keys: rootPair,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const issue = async (subject: string, privateKeyPem: string): Promise<string> => {
    const certificate = await X509CertificateGenerator.create({
      ...shared,
      serialNumber: options.newSerial(),
      subject,
      issuer: ROOT_NAME,
      publicKey: await importPublicKey(privateKeyPem),
      signingKey: rootPair.privateKey,
      extensions: [
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.nonRepudiation, true),
      ],
    });
    return certificate.toString('pem');
  };
  return {
    appCert: await issue('C=CN, O=Sandbox Merchant, OU=App, CN=Sandbox Merchant App', options.appPrivateKey),
    alipayPublicCert: await issue(
      'C=CN, O=Sandbox Alipay, OU=Alipay, CN=Sandbox Alipay',
      options.alipayPrivateKey,
    ),
    alipayRootCert: root.toString('pem'),
  };
}

/**
 * The number by which Alipay names a certificate: MD5 of the issuer's names, last one first, and the serial in
 * decimal. For a bundle of roots, the numbers of all of them joined with `_`.
 */
export function certificateSn(pem: string): string {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks
    .map((block) => {
      const certificate = new X509Certificate(block);
      const issuer = certificate.issuer.split('\n').reverse().join(',');
      return createHash('md5')
        .update(`${issuer}${BigInt(`0x${certificate.serialNumber}`)}`)
        .digest('hex');
    })
    .join('_');
}
