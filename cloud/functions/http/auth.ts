import type { MiddlewareHandler } from 'hono';

import { isSessionActive } from '../../store';
import type { Dependencies } from '../dependencies';
import type { Env } from './environment';
import { ApiError } from './problem';

type Parts = Pick<Dependencies, 'db' | 'tokens' | 'now' | 'limits'>;

/**
 * Lets a request through whose access token is genuine, fresh and of a session that was not revoked. Throws
 * `unauthenticated`, `token_expired` or `rate_limited`.
 */
export function authenticated(deps: Parts): MiddlewareHandler<Env> {
  return async (c, next) => {
    const caller = await readToken(deps, c.req.header('authorization'));
    if (!(await isSessionActive(deps.db, { sessionId: caller.sessionId, now: deps.now() }))) {
      throw new ApiError('unauthenticated');
    }
    c.set('caller', caller);
    await next();
  };
}

/**
 * As `authenticated`, where the handler's own first statement looks at the session (`answerOnce` does) and says so by
 * `sessionSeen`: the paying path has no round trip for it alone. An answer that was given without is withheld.
 */
export function authenticatedByHandler(deps: Parts): MiddlewareHandler<Env> {
  return async (c, next) => {
    c.set('caller', await readToken(deps, c.req.header('authorization')));
    await next();
    if (c.res.ok && !c.get('sessionSeen'))
      throw new Error('a handler answered without looking at the session');
  };
}

async function readToken(deps: Parts, header: string | undefined): Promise<Env['Variables']['caller']> {
  const token = /^Bearer ([\w.~+/=-]{16,4096})$/i.exec(header ?? '')?.[1];
  if (token === undefined) throw new ApiError('unauthenticated');
  const verdict = await deps.tokens.access.verify(token);
  if (verdict.outcome === 'expired') throw new ApiError('token_expired');
  if (verdict.outcome === 'invalid') throw new ApiError('unauthenticated');
  deps.limits.count('account', verdict.claims.accountId);
  return verdict.claims;
}
