import { createDecipheriv, X509Certificate, type KeyObject } from 'node:crypto';

import * as z from 'zod';

import { GatewayError } from '../port';

export type KeysBySerial = ReadonlyMap<string, KeyObject>;

/** Platform certificates are to be fetched again at least this often, in ms. */
const CACHE_MS = 12 * 3_600_000;
/** An unknown serial number, which anybody can send, makes us ask at most this often, in ms. */
const ASK_AGAIN_MS = 60_000;
const TAG_BYTES = 16;

export interface Sealed {
  readonly ciphertext: string;
  readonly nonce: string;
  readonly associated_data?: string | undefined;
}

/** Opens AEAD_AES_256_GCM with the APIv3 key: base64 of the ciphertext with its 16-byte tag behind. Throws where it was altered. */
export function openSealed(apiV3Key: string, { ciphertext, nonce, associated_data = '' }: Sealed): string {
  const sealed = Buffer.from(ciphertext, 'base64');
  if (sealed.length < TAG_BYTES) throw new Error('shorter than its tag');
  const decipher = createDecipheriv('aes-256-gcm', apiV3Key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(associated_data));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]).toString('utf8');
}

const certificatesSchema = z.object({
  data: z.array(
    z.object({
      serial_no: z.string(),
      encrypt_certificate: z.object({
        ciphertext: z.string(),
        nonce: z.string(),
        associated_data: z.string().optional(),
      }),
    }),
  ),
});

/**
 * The keys of the platform certificates in an answer of `/v3/certificates`, those out of date left out. That the APIv3
 * key opens them is what makes them WeChat Pay's. Throws where one cannot be opened or read.
 */
export function readCertificates(body: string, apiV3Key: string, now: Date): KeysBySerial {
  const { data } = certificatesSchema.parse(JSON.parse(body));
  const certificates = data.map(({ serial_no, encrypt_certificate }) => ({
    serial: serial_no,
    certificate: new X509Certificate(openSealed(apiV3Key, encrypt_certificate)),
  }));
  return new Map(
    certificates
      .filter(({ certificate }) => new Date(certificate.validTo) > now)
      .map(({ serial, certificate }) => [serial, certificate.publicKey]),
  );
}

export interface PlatformKeysOptions {
  /** The WeChat Pay public key by its id; empty in platform-certificate mode. */
  readonly fixed: KeysBySerial;
  /** Fetches the platform certificates. */
  readonly download: () => Promise<KeysBySerial>;
  readonly now: () => Date;
}

/**
 * Whom we believe, by the value of `Wechatpay-Serial`. In platform-certificate mode everything is downloaded; in
 * public-key mode only while a merchant is moved from one to the other, when WeChat Pay signs with either.
 */
export class PlatformKeys {
  private keys: KeysBySerial;
  private downloadedAtMs: number | undefined;
  private askedAtMs = Number.NEGATIVE_INFINITY;
  private underWay: Promise<void> | undefined;

  constructor(private readonly options: PlatformKeysOptions) {
    this.keys = options.fixed;
  }

  /** All keys believed now; the same object until they change. Throws GatewayError where there are none to be had. */
  async trusted(): Promise<KeysBySerial> {
    if (this.options.fixed.size === 0 && this.isDue()) {
      await this.download().catch((error: unknown) => {
        // Certificates outlive the cache by far: the old ones serve until an answer comes again.
        if (this.keys.size === 0) throw error;
      });
    }
    return this.keys;
  }

  /**
   * The key that what only WeChat Pay may read is encrypted with: the WeChat Pay public key, or that of the newest
   * platform certificate. Throws GatewayError where there are none to be had.
   */
  async forEncryption(): Promise<{ readonly serial: string; readonly key: KeyObject } | undefined> {
    const [newest] = [...this.options.fixed, ...[...(await this.trusted())].reverse()];
    return newest && { serial: newest[0], key: newest[1] };
  }

  /** The key of a serial number; an unknown one is looked for once more. */
  async find(serial: string): Promise<KeyObject | undefined> {
    const known = (await this.trusted()).get(serial);
    if (known !== undefined) return known;
    try {
      return (await this.renew()) ? this.keys.get(serial) : undefined;
    } catch (error) {
      // Merchants who never had platform certificates are refused them: then there is no other key to find.
      const refused = error instanceof GatewayError && error.kind !== 'unknown';
      if (refused && this.options.fixed.size > 0) return undefined;
      throw error;
    }
  }

  /** Fetches the certificates anew, at most once a minute. False where it was not yet time. */
  async renew(): Promise<boolean> {
    if (this.ageMs(this.askedAtMs) < ASK_AGAIN_MS) return false;
    await this.download();
    return true;
  }

  private isDue(): boolean {
    if (this.downloadedAtMs === undefined) return true;
    return this.ageMs(this.downloadedAtMs) > CACHE_MS && this.ageMs(this.askedAtMs) >= ASK_AGAIN_MS;
  }

  private ageMs(sinceMs: number): number {
    return this.options.now().getTime() - sinceMs;
  }

  private download(): Promise<void> {
    this.underWay ??= this.replace().finally(() => {
      this.underWay = undefined;
    });
    return this.underWay;
  }

  private async replace(): Promise<void> {
    this.askedAtMs = this.options.now().getTime();
    const downloaded = await this.options.download();
    this.keys = new Map([...downloaded, ...this.options.fixed]);
    this.downloadedAtMs = this.askedAtMs;
  }
}
