import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

import { sha256 } from '../http/canonical';

/** How long a session lives without being refreshed, in ms. */
const REFRESH_LIFETIME_MS = 30 * 24 * 3_600_000;
const ID_BYTES = 16;
const RANDOM_BYTES = 32;
const TAG_BYTES = 32;

export interface RefreshToken {
  readonly token: string;
  /** Only the hash is stored. */
  readonly hash: string;
  readonly expiresAt: Date;
}

/** Refresh tokens, each made for one session. */
export interface RefreshTokens {
  issue(sessionId: string): RefreshToken;
  /**
   * The session that a token was made for; undefined where it is none of ours. A session keeps the hash of its newest token
   * alone: by this, any that came before it is known for what it is, however long ago it was exchanged.
   */
  madeFor(token: string): string | undefined;
}

export function refreshTokens(parts: {
  readonly secret: string;
  readonly now: () => Date;
  readonly randomBytes: (length: number) => Uint8Array;
}): RefreshTokens {
  const key = Buffer.from(hkdfSync('sha256', parts.secret, '', 'tpwallet/refresh-token', 32));
  const tagOf = (body: Buffer): Buffer => createHmac('sha256', key).update(body).digest();
  return {
    issue(sessionId) {
      const body = Buffer.concat([
        Buffer.from(sessionId.replaceAll('-', ''), 'hex'),
        parts.randomBytes(RANDOM_BYTES),
      ]);
      const token = Buffer.concat([body, tagOf(body)]).toString('base64url');
      return { token, hash: sha256(token), expiresAt: new Date(parts.now().getTime() + REFRESH_LIFETIME_MS) };
    },
    madeFor(token) {
      const bytes = Buffer.from(token, 'base64url');
      if (bytes.length !== ID_BYTES + RANDOM_BYTES + TAG_BYTES) return undefined;
      const body = bytes.subarray(0, ID_BYTES + RANDOM_BYTES);
      if (!timingSafeEqual(tagOf(body), bytes.subarray(body.length))) return undefined;
      const digits = body.toString('hex', 0, ID_BYTES);
      return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    },
  };
}
