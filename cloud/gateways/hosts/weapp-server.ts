import * as z from 'zod';

import { GatewayError, type GatewayErrorKind } from '../port';

export interface WeappServerOptions {
  readonly appId: string;
  readonly appSecret: string;
  readonly apiBaseUrl: string;
  readonly now: () => Date;
  /** How long one call may take, in ms. */
  readonly timeoutMs?: number;
}

/** WeChat's server API of the mini-program. */
export interface WeappServer {
  /**
   * Posts JSON with an access token; the `errcode` of the answer, which is 200 whatever happened. Throws GatewayError
   * `unknown` where no answer came and `misconfigured` where no token is to be had.
   */
  call(path: string, body: object): Promise<number>;
  /** As `call`; the whole answer. */
  ask(path: string, body: object): Promise<WeappAnswer>;
}

/** An answer with whatever it holds besides. */
export type WeappAnswer = Readonly<Record<string, unknown>> & { readonly errcode: number };

const TIMEOUT_MS = 5_000;
/** A token is renewed by WeChat in its last five minutes, in which the old one still works. */
const RENEWED_BEFORE_END_MS = 300_000;
/** The token is unknown, was made invalid, or has run out. */
const TOKEN_REJECTED = [40001, 40014, 42001];
const BUSY = [-1, 45009, 45011];

const tokenSchema = z.union([
  z.object({ access_token: z.string().min(1), expires_in: z.number().positive() }),
  z.object({ errcode: z.int() }),
]);
const answerSchema = z.looseObject({ errcode: z.int() });

export const hostFailure = (kind: GatewayErrorKind, code: number | string, what: string): GatewayError =>
  new GatewayError('wechatpay', kind, String(code), `${what}: ${code}`);

export function createWeappServer(options: WeappServerOptions): WeappServer {
  let held: { readonly token: string; readonly staleAt: number } | undefined;
  let asking: Promise<string> | undefined;

  async function post(path: string, query: string, body: object): Promise<unknown> {
    try {
      const response = await fetch(`${options.apiBaseUrl}${path}${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
      });
      if (!response.ok) throw hostFailure('unknown', `HTTP_${response.status}`, path);
      return await response.json();
    } catch (error) {
      // What fetch throws may name the address, which holds the token: it goes no further.
      throw error instanceof GatewayError ? error : hostFailure('unknown', 'NO_ANSWER', path);
    }
  }

  /** The token in use; asked for by one caller while the others wait. */
  function token(rejected?: string): Promise<string> {
    if (held !== undefined && held.token !== rejected && held.staleAt > options.now().getTime()) {
      return Promise.resolve(held.token);
    }
    asking ??= newToken(rejected).finally(() => {
      asking = undefined;
    });
    return asking;
  }

  async function newToken(rejected: string | undefined): Promise<string> {
    const path = '/cgi-bin/stable_token';
    const request = { grant_type: 'client_credential', appid: options.appId, secret: options.appSecret };
    // A stable token that is refused is the one we would be given again, unless another is asked for.
    const body = rejected === undefined ? request : { ...request, force_refresh: true };
    const answer = tokenSchema.safeParse(await post(path, '', body));
    if (!answer.success) throw hostFailure('unknown', 'ANSWER_MALFORMED', path);
    if ('errcode' in answer.data) {
      const { errcode } = answer.data;
      throw hostFailure(BUSY.includes(errcode) ? 'unknown' : 'misconfigured', errcode, path);
    }
    const lifetimeMs = answer.data.expires_in * 1000;
    const keepMs = Math.max(lifetimeMs - RENEWED_BEFORE_END_MS, lifetimeMs / 2);
    held = { token: answer.data.access_token, staleAt: options.now().getTime() + keepMs };
    return held.token;
  }

  async function callWith(path: string, body: object, accessToken: string): Promise<WeappAnswer> {
    const query = `?${new URLSearchParams({ access_token: accessToken }).toString()}`;
    const answer = answerSchema.safeParse(await post(path, query, body));
    if (!answer.success) throw hostFailure('unknown', 'ANSWER_MALFORMED', path);
    const { errcode } = answer.data;
    if (BUSY.includes(errcode)) throw hostFailure('unknown', errcode, path);
    return answer.data;
  }

  async function ask(path: string, body: object): Promise<WeappAnswer> {
    const first = await token();
    const answer = await callWith(path, body, first);
    if (!TOKEN_REJECTED.includes(answer.errcode)) return answer;
    const again = await callWith(path, body, await token(first));
    if (TOKEN_REJECTED.includes(again.errcode)) throw hostFailure('misconfigured', again.errcode, path);
    return again;
  }

  return { ask, call: async (path, body) => (await ask(path, body)).errcode };
}
