import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto';

import type { IdentityKey } from '../settings-identity';

/** RFC 6238 by default: SHA-1, six digits, thirty seconds; what every authenticator app takes. */
const STEP_MS = 30_000;
const SECRET_BYTES = 20;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** A recovery code has 50 bits: five groups of letters and digits that are not taken for one another. */
const RECOVERY_ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';
const RECOVERY_LENGTH = 10;
const RECOVERY_CODES = 10;

/** What is shown once to whoever sets an authenticator up. */
export interface NewSecret {
  /** To be kept. */
  readonly sealed: string;
  /** For an app that reads no codes. */
  readonly base32: string;
  /** `otpauth://…`, for a QR code. */
  readonly uri: string;
}

/** Codes of authenticator apps, and recovery codes. */
export interface OneTimeCodes {
  newSecret(accountId: string, label: string): Promise<NewSecret>;
  /**
   * The step that a code is of, by now or one step ago (RFC 6238, section 5.2, allows one for the time it takes to type;
   * ASVS 6.5.5 would rather have none); undefined where it is of neither.
   */
  stepOf(accountId: string, sealed: string, code: string, now: Date): Promise<number | undefined>;
  newRecoveryCodes(): readonly string[];
  /** What may be kept of a recovery code, by the newest key first. */
  recoveryHashes(accountId: string, code: string): readonly string[];
}

/** Keeps secrets of authenticators under AES-256-GCM, bound to their account, by keys outside the database. */
export function oneTimeCodes(
  keys: readonly IdentityKey[],
  randomBytes: (length: number) => Uint8Array,
): OneTimeCodes {
  const sealingKeys = new Map(
    keys.map(({ id, secret }) => [id, Buffer.from(hkdfSync('sha256', secret, '', 'tpwallet/totp', 32))]),
  );
  const current = keys[0]?.id ?? '';
  const library = () => import('otpauth');

  function seal(accountId: string, secret: Uint8Array): string {
    const key = sealingKeys.get(current) ?? Buffer.alloc(0);
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(accountId));
    const sealed = Buffer.concat([iv, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
    return `${current}$${sealed.toString('base64url')}`;
  }

  function open(accountId: string, text: string): Buffer {
    const [keyId = '', encoded = ''] = text.split('$');
    const key = sealingKeys.get(keyId);
    if (key === undefined) throw new Error(`the identity key ${keyId} is not configured`);
    const sealed = Buffer.from(encoded, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES))
      .setAAD(Buffer.from(accountId))
      .setAuthTag(sealed.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  }

  return {
    async newSecret(accountId, label) {
      const { Secret, TOTP } = await library();
      const bytes = randomBytes(SECRET_BYTES);
      const secret = new Secret({ buffer: Uint8Array.from(bytes).buffer });
      const uri = new TOTP({ issuer: 'TPWallet', label, secret }).toString();
      return { sealed: seal(accountId, bytes), base32: secret.base32, uri };
    },
    async stepOf(accountId, sealed, code, now) {
      const { Secret, TOTP } = await library();
      const secret = new Secret({ buffer: Uint8Array.from(open(accountId, sealed)).buffer });
      const timestamp = now.getTime();
      const delta = TOTP.validate({ token: code, secret, timestamp, window: 1 });
      return delta === null || delta > 0 ? undefined : Math.floor(timestamp / STEP_MS) + delta;
    },
    newRecoveryCodes: () =>
      Array.from({ length: RECOVERY_CODES }, () => {
        let code = '';
        while (code.length < RECOVERY_LENGTH) {
          for (const byte of randomBytes(2 * RECOVERY_LENGTH)) {
            // 248 is eight times the alphabet: the values above would favour some letters.
            if (byte < 248 && code.length < RECOVERY_LENGTH)
              code += RECOVERY_ALPHABET[byte % RECOVERY_ALPHABET.length] ?? '';
          }
        }
        return `${code.slice(0, 5)}-${code.slice(5)}`;
      }),
    recoveryHashes(accountId, code) {
      const plain = code.toLowerCase().replace(/[^a-z0-9]/g, '');
      return [...sealingKeys.values()].map((key) =>
        createHmac('sha256', key).update(`recovery\n${accountId}\n${plain}`).digest('hex'),
      );
    },
  };
}
