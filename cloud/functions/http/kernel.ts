import { Hono, type Context } from 'hono';
import { cors } from 'hono/cors';
import { HTTPException } from 'hono/http-exception';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { routePath } from 'hono/route';

import { isOfGoneAccount } from '../../store';
import { clientAddress } from './address';
import type { App, Env } from './environment';
import { languageFrom } from './language';
import { errorFields, type Log } from './log';
import { ApiError, problemResponse } from './problem';
import type { RateLimits } from './rate-limits';

export interface KernelParts {
  readonly log: Log;
  readonly now: () => Date;
  readonly newId: () => string;
  /** Whether pages of this origin may call the API from a browser. */
  readonly isOriginAllowed: (origin: string) => boolean;
  readonly limits: RateLimits;
  /** Proxies before us that add to `X-Forwarded-For`. */
  readonly proxyHops: number;
}

/** Called by platforms and by gateways, which come in bursts from few addresses and prove themselves otherwise. */
const UNLIMITED = /^\/(healthz|readyz|v1\/notify\/.*)$/;

const REQUEST_ID = /^[A-Za-z0-9._-]{8,64}$/;

/** What every answer carries. The API serves data to programs; its one page says itself what it may run. */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
} as const;

/**
 * Sets headers before the answer is made: those that are added to a finished one cost making it twice. Where there is a
 * server they are given to it, and an answer that has no others is sent without making an object of headers.
 */
function setHeaders(c: Context<Env>, headers: Readonly<Record<string, string>>): void {
  const outgoing = c.env?.outgoing;
  for (const [name, value] of Object.entries(headers)) {
    if (outgoing === undefined) c.header(name, value);
    else outgoing.setHeader(name, value);
  }
}

/**
 * An empty app that every function is mounted on: request id, language, log line, security headers, CORS, and one place
 * where whatever is thrown becomes a problem document. What is not a known refusal is logged and told as `internal`.
 */
export function createKernel(parts: KernelParts): App {
  const app = new Hono<Env>();

  app.use(async (c, next) => {
    const startedAt = performance.now();
    const given = c.req.header('x-request-id');
    const requestId = given !== undefined && REQUEST_ID.test(given) ? given : parts.newId();
    c.set('requestId', requestId);
    c.set('language', languageFrom(c.req.header('accept-language')));
    c.set('logFields', {});
    setHeaders(c, { 'x-request-id': requestId, ...SECURITY_HEADERS });
    await next();
    const status = c.res.status;
    // The route's pattern is logged and not the path: paths carry codes that open things.
    parts.log(status >= 500 ? 'error' : 'info', 'request', {
      requestId,
      method: c.req.method,
      route: routePath(c, -1),
      status,
      durationMs: Math.round((performance.now() - startedAt) * 10) / 10,
      problem: c.get('problemCode'),
      accountId: c.get('caller')?.accountId,
      ...c.get('logFields'),
    });
  });
  app.use(async (c, next) => {
    const peer = c.env?.incoming?.socket.remoteAddress;
    const address = clientAddress({ peer, forwardedFor: c.req.header('x-forwarded-for') }, parts.proxyHops);
    c.set('clientAddress', address);
    if (address !== undefined && !UNLIMITED.test(c.req.path)) parts.limits.count('address', address);
    await next();
  });
  const forBrowsers = cors({
    origin: (origin) => (parts.isOriginAllowed(origin) ? origin : null),
    allowMethods: ['GET', 'POST', 'DELETE'],
    allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key', 'Accept-Language', 'X-Request-Id'],
    exposeHeaders: ['X-Request-Id', 'Idempotent-Replayed', 'Retry-After'],
    maxAge: 600,
  });
  // Mini-programs and gateways are no browsers and send no origin.
  app.use((c, next) => (c.req.header('origin') === undefined ? next() : forBrowsers(c, next)));
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) => {
        const answer = problemResponse(c, new ApiError('method_not_allowed'));
        answer.headers.set('allow', methods.join(', '));
        return answer;
      },
    }),
  );

  app.notFound((c) => problemResponse(c, new ApiError('not_found')));
  app.onError((error, c) => {
    if (error instanceof ApiError) return problemResponse(c, error);
    // Its account became part of another since the request was let in; whoever signs in again is in that one.
    if (isOfGoneAccount(error))
      return problemResponse(c, new ApiError('unauthenticated', undefined, { cause: error }));
    if (error instanceof HTTPException && error.status === 404)
      return problemResponse(c, new ApiError('not_found'));
    parts.log('error', 'unexpected_error', { requestId: c.get('requestId'), ...errorFields(error) });
    return problemResponse(c, new ApiError('internal', undefined, { cause: error }));
  });
  return app;
}
