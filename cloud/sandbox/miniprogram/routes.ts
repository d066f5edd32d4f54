import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { Hono, type Context } from 'hono';

import type { Fault } from '../faults';
import type { User } from '../users';

export interface MiniProgramOptions {
  readonly appId: string;
  readonly appSecret: string;
  readonly redeem: (code: string) => User | 'unknown' | 'used';
  readonly takeFault: (operation: string) => Fault | undefined;
  readonly now: () => Date;
}

const TOKEN_LIFETIME_S = 7_200;
const RENEWED_IN_LAST_S = 300;

/** WeChat answers 200 whatever happened; `errcode` tells. */
const failure = (errcode: number, errmsg: string) => ({
  errcode,
  errmsg: `${errmsg}, rid: ${randomBytes(4).toString('hex')}-sandbox`,
});

/** WeChat's mini-program server: `/sns/jscode2session` and `/cgi-bin/stable_token`. */
export function miniProgramRoutes(options: MiniProgramOptions): Hono {
  const routes = new Hono();
  let token: { readonly value: string; readonly expiresAt: number } | undefined;

  const misbehave = async (c: Context, operation: string): Promise<Response | undefined> => {
    const fault = options.takeFault(operation);
    if (fault?.kind === 'http_500') return c.text('Internal Server Error', 500);
    if (fault !== undefined) await sleep(fault.delayMs);
    return undefined;
  };

  routes.get('/sns/jscode2session', async (c) => {
    const fault = await misbehave(c, 'jscode2session');
    if (fault) return fault;
    const { appid, secret, js_code: code, grant_type: grant } = c.req.query();
    if (!appid) return c.json(failure(41002, 'appid missing'));
    if (!secret) return c.json(failure(41004, 'appsecret missing'));
    if (!code) return c.json(failure(41008, 'missing code'));
    if (appid !== options.appId) return c.json(failure(40013, 'invalid appid'));
    if (secret !== options.appSecret) return c.json(failure(40125, 'invalid appsecret'));
    if (grant !== 'authorization_code') return c.json(failure(40002, 'invalid grant_type'));
    const user = options.redeem(code);
    if (user === 'used') return c.json(failure(40163, 'code been used'));
    if (user === 'unknown') return c.json(failure(40029, 'invalid code'));
    return c.json({
      session_key: randomBytes(16).toString('base64'),
      openid: user.weapp.openId,
      unionid: user.weapp.unionId,
    });
  });

  routes.post('/cgi-bin/stable_token', async (c) => {
    const fault = await misbehave(c, 'stable_token');
    if (fault) return fault;
    const body = (await c.req.json().catch(() => undefined)) as Record<string, unknown> | undefined;
    if (body === undefined) return c.json(failure(47001, 'data format error'));
    if (body.grant_type !== 'client_credential') return c.json(failure(40002, 'invalid grant_type'));
    if (body.appid !== options.appId) return c.json(failure(40013, 'invalid appid'));
    if (body.secret !== options.appSecret) return c.json(failure(40125, 'invalid appsecret'));
    const now = options.now().getTime();
    const fresh = token !== undefined && token.expiresAt - now > RENEWED_IN_LAST_S * 1000;
    if (token === undefined || !fresh || body.force_refresh === true) {
      token = { value: randomBytes(64).toString('base64url'), expiresAt: now + TOKEN_LIFETIME_S * 1000 };
    }
    return c.json({ access_token: token.value, expires_in: Math.floor((token.expiresAt - now) / 1000) });
  });

  return routes;
}
