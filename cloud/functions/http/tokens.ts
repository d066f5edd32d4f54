import { createHmac } from 'node:crypto';

import { sign, verify } from 'hono/jwt';

import { BoundedMap } from '../../domain/bounded-map';

export type TokenVerdict<Claims> =
  | { readonly outcome: 'valid'; readonly claims: Claims }
  | { readonly outcome: 'expired' }
  | { readonly outcome: 'invalid' };

/** Signs and checks one kind of token, so that a token of another kind is never taken for it. */
export interface TokenKind<Claims extends object> {
  sign(claims: Claims): Promise<{ readonly token: string; readonly expiresAt: Date }>;
  verify(token: string): Promise<TokenVerdict<Claims>>;
}

/** Genuine tokens that a process remembers: whoever pays shows the same one some ten times. */
const REMEMBERED_MAX = 5_000;

/**
 * JWT HS256 with its own key and audience per kind. The clock is ours, so that expiry can be tested.
 * What `verify` answers as claims is what `sign` was given: only this process's secret makes a valid signature.
 */
export function tokenKind<Claims extends object>(options: {
  readonly secret: string;
  readonly audience: string;
  readonly lifetimeMs: number;
  readonly now: () => Date;
}): TokenKind<Claims> {
  const { audience, lifetimeMs, now } = options;
  const keyBytes = new Uint8Array(createHmac('sha256', options.secret).update(audience).digest());
  const key = crypto.subtle.importKey('raw', keyBytes, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
    'verify',
  ]);
  const genuine = new BoundedMap<{ readonly claims: Claims; readonly expiresAtMs: number }>(REMEMBERED_MAX);

  async function read(token: string) {
    try {
      const { aud, iat, exp, ...claims } = await verify(token, await key, {
        alg: 'HS256',
        aud: audience,
        exp: false,
        iat: false,
        nbf: false,
      });
      if (typeof exp !== 'number' || typeof iat !== 'number' || aud !== audience) return undefined;
      return { claims: claims as Claims, expiresAtMs: exp * 1000 };
    } catch {
      return undefined;
    }
  }

  return {
    async sign(claims) {
      const issuedAtSeconds = Math.floor(now().getTime() / 1000);
      const expiresAtSeconds = issuedAtSeconds + Math.floor(lifetimeMs / 1000);
      const payload = { ...claims, aud: audience, iat: issuedAtSeconds, exp: expiresAtSeconds };
      return { token: await sign(payload, await key, 'HS256'), expiresAt: new Date(expiresAtSeconds * 1000) };
    },
    async verify(token) {
      const known = genuine.get(token) ?? (await read(token));
      if (known === undefined) return { outcome: 'invalid' };
      genuine.take(token, () => known);
      if (now().getTime() >= known.expiresAtMs) return { outcome: 'expired' };
      return { outcome: 'valid', claims: known.claims };
    },
  };
}
