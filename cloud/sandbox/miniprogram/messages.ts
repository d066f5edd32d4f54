import * as z from 'zod';

import type { HostInbox } from '../host-inbox';
import { failure, OK } from './answers';

/** What a value may be, by the letters of its key. */
const VALUES: Readonly<Record<string, RegExp>> = {
  thing: /^[^\p{Cc}]{1,20}$/u,
  number: /^-?\d{1,31}(\.\d+)?$/,
  letter: /^[A-Za-z]{1,32}$/,
  symbol: /^[^\w\s]{1,5}$/u,
  character_string: /^[\x21-\x7e]{1,32}$/,
  time: /^(\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{2}-\d{2}) \d{2}:\d{2}(:\d{2})?$/,
  date: /^(\d{4}年\d{1,2}月\d{1,2}日|\d{4}-\d{2}-\d{2})( \d{2}:\d{2}(:\d{2})?)?$/,
  amount: /^[¥$]?\d{1,10}(\.\d{1,2})?元?$/,
  phone_number: /^[\d-]{1,17}$/,
  car_number: /^.{1,8}$/u,
  name: /^(\p{Script=Han}{1,10}|[A-Za-z ]{1,20})$/u,
  phrase: /^\p{Script=Han}{1,5}$/u,
};

const bodySchema = z.strictObject({
  touser: z.string(),
  template_id: z.string(),
  page: z
    .string()
    .regex(/^[\w/-]+(\?[\w=&%.-]*)?$/)
    .optional(),
  data: z.record(z.string(), z.strictObject({ value: z.string() })),
  miniprogram_state: z.enum(['developer', 'trial', 'formal']).optional(),
  lang: z.enum(['zh_CN', 'en_US', 'zh_HK', 'zh_TW']).optional(),
});

/** `subscribeMessage.send`: refuses what the real one refuses, in its order. */
export function sendMessage(
  body: unknown,
  options: {
    readonly inbox: HostInbox;
    readonly isUserKnown: (openId: string) => boolean;
    readonly at: Date;
  },
): object {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? '');
    return field === 'page' ? failure(41030, 'invalid page') : failure(47001, `data format error: ${field}`);
  }
  const { touser, template_id: templateId, page, data } = parsed.data;
  if (!/^[\w-]{8,64}$/.test(templateId)) return failure(40037, 'invalid template_id');
  if (!options.isUserKnown(touser)) return failure(40003, 'invalid openid');
  for (const [key, { value }] of Object.entries(data)) {
    const pattern = VALUES[/^([a-z_]+)\d{1,2}$/.exec(key)?.[1] ?? ''];
    if (pattern?.test(value) !== true) return failure(47003, `argument invalid! data.${key}.value is empty`);
  }
  if (Object.keys(data).length === 0) return failure(47003, 'argument invalid! data is empty');
  const values = Object.fromEntries(Object.entries(data).map(([key, { value }]) => [key, value]));
  const message = { openId: touser, templateId, page, values, at: options.at.toISOString() };
  const shown = options.inbox.show({ host: 'weapp', ...message });
  return shown
    ? { ...OK, msgid: options.inbox.messages.length }
    : failure(43101, 'user refuse to accept the msg');
}
