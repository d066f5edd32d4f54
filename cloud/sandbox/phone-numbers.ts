import { createCipheriv, createHash, createSign, randomBytes } from 'node:crypto';

import { Hono } from 'hono';
import { cors } from 'hono/cors';
import * as z from 'zod';

import { withBody } from './control';
import { failure } from './miniprogram/answers';
import type { Host, User, Users } from './users';

const CODE_LIFETIME_MS = 5 * 60_000;
const user = z.string().regex(/^[\w-]{1,32}$/);
const proofSchema = z.strictObject({ host: z.enum(['weapp', 'alipay']), user });
const phoneSchema = z.strictObject({ phone: z.string().regex(/^\d{0,15}$/) });

/** The app's key for the contents of interfaces, as the console hands it out: 16 bytes as base64. */
export const contentKeyOf = (secret: string): string =>
  createHash('sha256').update(`content key\n${secret}`).digest().subarray(0, 16).toString('base64');

interface PhoneOptions {
  readonly users: Users;
  readonly weappAppId: string;
  readonly alipay: { readonly privateKey: string; readonly contentKey: string };
  readonly now: () => Date;
}

/** Phone numbers of the sandbox's people, told as each host tells them. */
export class PhoneNumbers {
  private readonly codes = new Map<string, { readonly user: User; readonly expiresAt: number }>();

  constructor(private readonly options: PhoneOptions) {}

  /** What the host hands to the app once its user agreed: WeChat a code, Alipay the text with its number. */
  proof(host: Host, name: string): string {
    const person = this.options.users.named(name);
    if (host === 'alipay') return this.signed({ code: '10000', msg: 'Success', mobile: person.phone });
    const code = randomBytes(32).toString('hex');
    this.codes.set(code, { user: person, expiresAt: this.options.now().getTime() + CODE_LIFETIME_MS });
    return code;
  }

  /** `getuserphonenumber`: a code works once, within five minutes, for its user alone where one is named. */
  exchange(body: unknown): object {
    const { code, openid } = (body ?? {}) as { readonly code?: unknown; readonly openid?: unknown };
    if (typeof code !== 'string') return failure(47001, 'data format error');
    const known = this.codes.get(code);
    const now = this.options.now().getTime();
    if (known === undefined || known.expiresAt <= now) return failure(40029, 'invalid code');
    if (openid !== undefined && openid !== known.user.weapp.openId) return failure(40003, 'invalid openid');
    this.codes.delete(code);
    return {
      errcode: 0,
      errmsg: 'ok',
      phone_info: {
        phoneNumber: known.user.phone,
        purePhoneNumber: known.user.phone,
        countryCode: '86',
        watermark: { timestamp: Math.floor(now / 1_000), appid: this.options.weappAppId },
      },
    };
  }

  private signed(content: object): string {
    const { privateKey, contentKey } = this.options.alipay;
    const cipher = createCipheriv('aes-128-cbc', Buffer.from(contentKey, 'base64'), Buffer.alloc(16));
    const response = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]).toString(
      'base64',
    );
    const sign = createSign('RSA-SHA256').update(`"${response}"`, 'utf8').sign(privateKey, 'base64');
    return JSON.stringify({ response, sign, sign_type: 'RSA2', encrypt_type: 'AES', charset: 'UTF-8' });
  }
}

/** `/control/phone-proofs` and `/control/users/:name/phone`. */
export function phoneControlRoutes(numbers: PhoneNumbers, users: Users): Hono {
  const routes = new Hono();
  routes.use('/control/phone-proofs', cors());
  routes.post('/control/phone-proofs', (c) =>
    withBody(c, proofSchema, ({ host, user: name }) => c.json({ proof: numbers.proof(host, name) })),
  );
  routes.post('/control/users/:name/phone', (c) =>
    withBody(c, phoneSchema, ({ phone }) => {
      users.named(c.req.param('name')).phone = phone;
      return c.body(null, 204);
    }),
  );
  return routes;
}
