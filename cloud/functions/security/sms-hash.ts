import { createHmac, hkdfSync } from 'node:crypto';

import { SMS_CODE_DIGITS } from '../../domain/identity';
import type { IdentityKey } from '../settings-identity';

/** Codes that are sent by SMS. */
export interface SmsCodes {
  newCode(): string;
  /** What may be kept of a code, by the newest key first. */
  hashes(accountId: string, challengeId: string, code: string): readonly string[];
}

const CODES = 10 ** SMS_CODE_DIGITS;
const BYTES = 4;

/**
 * Six digits fall to any hash at once: what protects them where they rest is that the keys are outside the database, that they
 * run out within minutes, and that few are looked at.
 */
export function smsCodes(
  keys: readonly IdentityKey[],
  randomBytes: (length: number) => Uint8Array,
): SmsCodes {
  const peppers = keys.map(({ secret }) =>
    Buffer.from(hkdfSync('sha256', secret, '', 'tpwallet/sms-code', 32)),
  );
  return {
    newCode() {
      // The highest multiple of a million below 2^32: what is above would favour some codes.
      const limit = 2 ** (8 * BYTES) - (2 ** (8 * BYTES) % CODES);
      for (;;) {
        const number = Buffer.from(randomBytes(BYTES)).readUInt32BE();
        if (number < limit) return String(number % CODES).padStart(SMS_CODE_DIGITS, '0');
      }
    },
    hashes: (accountId, challengeId, code) =>
      peppers.map((pepper) =>
        createHmac('sha256', pepper).update(`${accountId}\n${challengeId}\n${code}`).digest('hex'),
      ),
  };
}
