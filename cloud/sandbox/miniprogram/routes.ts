import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import { Hono, type Context } from 'hono';

import type { Fault } from '../faults';
import type { User } from '../users';
import { failure } from './answers';
import { sendMessage } from './messages';
import { uploadShipping, type ShippingOptions } from './shipping';
import type { StableToken } from './token';

export interface MiniProgramOptions extends ShippingOptions {
  readonly appId: string;
  readonly appSecret: string;
  readonly redeem: (code: string) => User | 'unknown' | 'used';
  readonly takeFault: (operation: string) => Fault | undefined;
  readonly now: () => Date;
  readonly token: StableToken;
  readonly isUserKnown: (openId: string) => boolean;
  readonly verifySoter: (body: unknown) => object;
  readonly exchangePhoneCode: (body: unknown) => object;
}

/** WeChat's mini-program server: sign-in, access token, subscribe messages, phone numbers, biometrics, shipping. */
export function miniProgramRoutes(options: MiniProgramOptions): Hono {
  const routes = new Hono();
  const { token } = options;

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
    const { value, expiresInS } = token.get(body.force_refresh === true);
    return c.json({ access_token: value, expires_in: expiresInS });
  });

  /** An API that takes an access token in the query and JSON in the body. */
  const api = (path: string, operation: string, run: (body: unknown) => object): void => {
    routes.post(path, async (c) => {
      const fault = options.takeFault(operation);
      if (fault?.kind === 'http_500') return c.text('Internal Server Error', 500);
      if (fault?.kind === 'delay') await sleep(fault.delayMs);
      if (fault?.kind === 'refuse') return c.json(failure(-1, 'system error'));
      const obstacle = token.obstacle(c.req.query('access_token') ?? '');
      if (obstacle !== undefined) return c.json(failure(obstacle, 'invalid credential'));
      const body: unknown = await c.req.json().catch(() => undefined);
      const answer = run(body);
      if (fault?.kind === 'timeout_after_commit') await sleep(fault.delayMs);
      if (fault?.kind === 'error_after_commit') return c.text('Internal Server Error', 500);
      return c.json(answer);
    });
  };
  const { inbox, isUserKnown } = options;
  api('/cgi-bin/message/subscribe/send', 'subscribe.send', (body) =>
    sendMessage(body, { inbox, isUserKnown, at: options.now() }),
  );
  api('/wxa/business/getuserphonenumber', 'getuserphonenumber', options.exchangePhoneCode);
  api('/cgi-bin/soter/verify_signature', 'soter.verify_signature', options.verifySoter);
  api('/wxa/sec/order/upload_shipping_info', 'upload_shipping_info', (body) => uploadShipping(body, options));

  return routes;
}
