import { createHash, randomBytes } from 'node:crypto';

export type Host = 'weapp' | 'alipay';

/** A person with both hosts on the phone. */
export interface User {
  readonly name: string;
  /** As on the identity card, which payouts are checked against. */
  readonly realName: string;
  /** What the person signs in to Alipay with. */
  readonly email: string;
  readonly weapp: { readonly openId: string; readonly unionId: string };
  readonly alipay: { readonly openId: string; readonly unionId: string; readonly logonId: string };
  /** Digits without a country code; empty for somebody without one. */
  phone: string;
  wrongPasswords: number;
}

const PASSWORD = '123456';
const WRONG_PASSWORDS_MAX = 5;
const CODE_LIFETIME_MS = 5 * 60_000;

export type PasswordVerdict = { readonly ok: true } | { readonly ok: false; readonly attemptsLeft: number };

/** Named users, made when first heard of. Their ids depend on name and app alone, so that a restart keeps them. */
export class Users {
  private readonly byName = new Map<string, User>();
  private readonly byOpenId = new Map<string, User>();
  private readonly byEmail = new Map<string, User>();
  private readonly codes = new Map<string, { host: Host; user: User; expiresAt: number }>();

  constructor(
    private readonly options: {
      readonly wechatAppId: string;
      readonly alipayAppId: string;
      readonly now: () => Date;
    },
  ) {}

  named(name: string): User {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const { wechatAppId, alipayAppId } = this.options;
    const id = (scope: string): string =>
      createHash('sha256').update(`${scope}\n${name}`).digest('base64url');
    const user: User = {
      name,
      realName: `沙箱${name}`,
      email: `${name}@sandbox.com`,
      weapp: { openId: `o${id(wechatAppId).slice(0, 27)}`, unionId: `u${id('wechat').slice(0, 27)}` },
      alipay: {
        openId: `0${id(alipayAppId)}`,
        unionId: `u${id('alipay')}`,
        logonId: `${name.slice(0, 3)}***@sandbox.com`,
      },
      phone: `13${BigInt(`0x${createHash('sha256').update(`phone\n${name}`).digest('hex')}`)
        .toString()
        .slice(-9)}`,
      wrongPasswords: 0,
    };
    this.byName.set(name, user);
    this.byEmail.set(user.email, user);
    this.byOpenId.set(user.weapp.openId, user);
    this.byOpenId.set(user.alipay.openId, user);
    return user;
  }

  withOpenId(openId: string): User | undefined {
    return this.byOpenId.get(openId);
  }

  withEmail(email: string): User | undefined {
    return this.byEmail.get(email);
  }

  /** A one-time code, as `wx.login` and `my.getAuthCode` give it. */
  newLoginCode(host: Host, name: string): string {
    const code = randomBytes(16).toString('hex');
    const expiresAt = this.options.now().getTime() + CODE_LIFETIME_MS;
    this.codes.set(code, { host, user: this.named(name), expiresAt });
    return code;
  }

  /** Spends a code. `used` for one that was spent before. */
  redeem(host: Host, code: string): User | 'unknown' | 'used' {
    const known = this.codes.get(code);
    if (known === undefined || known.host !== host) return 'unknown';
    const expired = known.expiresAt <= this.options.now().getTime();
    if (known.expiresAt === 0) return 'used';
    known.expiresAt = 0;
    return expired ? 'unknown' : known.user;
  }

  /** Checks the payment password; after five wrong ones in a row nothing is right any more. */
  checkPassword(user: User, password: string): PasswordVerdict {
    if (user.wrongPasswords < WRONG_PASSWORDS_MAX && password === PASSWORD) {
      user.wrongPasswords = 0;
      return { ok: true };
    }
    user.wrongPasswords = Math.min(user.wrongPasswords + 1, WRONG_PASSWORDS_MAX);
    return { ok: false, attemptsLeft: WRONG_PASSWORDS_MAX - user.wrongPasswords };
  }
}
