import { formatBeijingTime } from '../beijing-time';
import { Refusal } from './errors';
import { type Parameters } from './wire';

const TOKEN_LIFE_S = 1_296_000;
const REFRESH_TOKEN_LIFE_S = 2_592_000;

export interface AppUser {
  readonly openId: string;
  readonly unionId: string;
}

export interface OauthOptions {
  readonly now: () => Date;
  readonly newToken: () => string;
  /** Spends a one-time authorization code; undefined for one that is unknown, spent or too old. */
  readonly redeem: (code: string) => AppUser | undefined;
}

function refuse(subCode: string, text: string): Refusal {
  return new Refusal('40002', subCode, text, 'error');
}

/** alipay.system.oauth.token: its parameters stand at the top level, and success carries no `code`. */
export function createOauth(options: OauthOptions): (parameters: Parameters) => object {
  const refreshTokens = new Map<string, { user: AppUser; expiresAt: Date }>();
  const spent = new Set<string>();

  const grant = (user: AppUser): object => {
    const now = options.now();
    const refreshToken = options.newToken();
    refreshTokens.set(refreshToken, {
      user,
      expiresAt: new Date(now.getTime() + REFRESH_TOKEN_LIFE_S * 1000),
    });
    return {
      access_token: options.newToken(),
      auth_start: formatBeijingTime(now),
      expires_in: TOKEN_LIFE_S,
      open_id: user.openId,
      re_expires_in: REFRESH_TOKEN_LIFE_S,
      refresh_token: refreshToken,
      union_id: user.unionId,
    };
  };

  const refresh = (token: string): object => {
    const known = refreshTokens.get(token);
    if (spent.has(token)) throw refuse('isv.refreshed-token-invalid', '刷新令牌已被使用');
    if (known === undefined) throw refuse('isv.refresh-token-invalid', '刷新令牌refresh_token无效');
    if (known.expiresAt <= options.now()) throw refuse('isv.refresh-token-time-out', '刷新令牌已过期');
    refreshTokens.delete(token);
    spent.add(token);
    return grant(known.user);
  };

  return (parameters) => {
    if (parameters.grant_type === 'refresh_token') return refresh(parameters.refresh_token ?? '');
    if (parameters.grant_type !== 'authorization_code') {
      throw refuse('isv.grant-type-invalid', '授权类型grant_type无效');
    }
    const user = options.redeem(parameters.code ?? '');
    if (user === undefined) throw refuse('isv.code-invalid', '授权码code无效');
    return grant(user);
  };
}
