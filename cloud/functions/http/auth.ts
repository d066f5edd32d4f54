import type { MiddlewareHandler } from 'hono';

import { isSessionActive } from '../../store';
import type { Dependencies } from '../dependencies';
import type { Env } from './environment';
import { ApiError } from './problem';

/**
 * Lets a request through whose access token is genuine, fresh and of a session that was not revoked. Throws
 * `unauthenticated`, `token_expired` or `rate_limited`.
 */
export function authenticated(
  deps: Pick<Dependencies, 'db' | 'tokens' | 'now' | 'limits'>,
): MiddlewareHandler<Env> {
  return async (c, next) => {
    const token = /^Bearer ([\w.~+/=-]{16,4096})$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (token === undefined) throw new ApiError('unauthenticated');
    const verdict = await deps.tokens.access.verify(token);
    if (verdict.outcome === 'expired') throw new ApiError('token_expired');
    if (verdict.outcome === 'invalid') throw new ApiError('unauthenticated');
    const caller = verdict.claims;
    deps.limits.count('account', caller.accountId);
    if (!(await isSessionActive(deps.db, { sessionId: caller.sessionId, now: deps.now() }))) {
      throw new ApiError('unauthenticated');
    }
    c.set('caller', caller);
    await next();
  };
}
