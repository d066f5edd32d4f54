import * as z from 'zod';

import { GatewayError, LoginCodeRejected, type GatewayErrorKind, type HostLogin } from '../port';

export interface WeappLoginOptions {
  readonly appId: string;
  readonly appSecret: string;
  readonly apiBaseUrl: string;
  /** How long the exchange may take, in ms. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5_000;
/** Invalid, expired or of another app; already used. */
const CODE_REJECTED = [40029, 40163];
/** App id, secret, or one of them missing. */
const MISCONFIGURED = [40013, 40125, 41002, 41004, 40001];
/** Busy; too many exchanges of one user. */
const UNKNOWN = [-1, 45011];

/** Failures come with status 200 and `errcode`. The session key is not read: nothing here needs it. */
const answerSchema = z.union([
  z.object({ errcode: z.int().refine((code) => code !== 0) }),
  z.object({ openid: z.string().min(1), unionid: z.string().min(1).optional() }),
]);

/** WeChat's login: `wx.login`, exchanged by `/sns/jscode2session`. */
export function createWeappLogin(options: WeappLoginOptions): HostLogin {
  return {
    async exchange(code) {
      const url = new URL(`${options.apiBaseUrl}/sns/jscode2session`);
      url.search = new URLSearchParams({
        appid: options.appId,
        secret: options.appSecret,
        js_code: code,
        grant_type: 'authorization_code',
      }).toString();
      const answer = await read(url, options.timeoutMs ?? TIMEOUT_MS);
      if ('openid' in answer) return { openId: answer.openid, unionId: answer.unionid };
      const { errcode } = answer;
      if (CODE_REJECTED.includes(errcode)) throw new LoginCodeRejected(`jscode2session answered ${errcode}`);
      throw failure(kindOf(errcode), String(errcode));
    },
  };
}

function kindOf(errcode: number): GatewayErrorKind {
  if (MISCONFIGURED.includes(errcode)) return 'misconfigured';
  return UNKNOWN.includes(errcode) ? 'unknown' : 'refused';
}

async function read(url: URL, timeoutMs: number): Promise<z.infer<typeof answerSchema>> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw failure('unknown', `HTTP_${response.status}`);
    return answerSchema.parse(await response.json());
  } catch (error) {
    // What fetch throws may name the address, which holds the secret: it goes no further.
    throw error instanceof GatewayError ? error : failure('unknown', 'NO_ANSWER');
  }
}

const failure = (kind: GatewayErrorKind, code: string): GatewayError =>
  new GatewayError('wechatpay', kind, code, `jscode2session: ${code}`);
