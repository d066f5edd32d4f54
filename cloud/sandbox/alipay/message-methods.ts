import { Refusal } from './errors';
import type { Call, Merchant } from './merchant';

const PAGE = /^[\w/-]+(\?[\w=&%.-]*)?$/;
const KEY = /^keyword\d{1,2}$/;
const VALUE_LENGTH_MAX = 20;

const refusal = (name: string, message: string): Refusal => new Refusal('40004', name, message);

function readValues(text: string): Record<string, string> {
  const wrong = refusal('DATA_CONTENT_FORMAT_ERROR', '模板内容格式错误');
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw wrong;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw wrong;
  const entries = Object.entries(parsed as Record<string, unknown>);
  if (entries.length === 0) throw refusal('DATA_IS_EMPTY', '模板内容为空');
  return Object.fromEntries(
    entries.map(([key, member]) => {
      const value = (member as { readonly value?: unknown } | null)?.value;
      if (!KEY.test(key) || typeof value !== 'string' || value === '') throw wrong;
      if ([...value].length > VALUE_LENGTH_MAX) throw refusal('USER_KEYWORD_LENGTH_ERROR', '关键字长度超限');
      return [key, value];
    }),
  );
}

/** alipay.open.app.mini.templatemessage.send: shows a notice to a user who subscribed to its template. */
export function sendTemplateMessage(merchant: Merchant, { biz }: Call): object {
  const openId = biz.required('to_open_id', 128);
  const templateId = biz.required('user_template_id', 128);
  const page = biz.required('page', 256);
  const values = readValues(biz.required('data', 2_000));
  if (!/^[\w-]{8,64}$/.test(templateId)) throw refusal('USER_TEMPLATE_ILLEGAL', '模板不合法');
  if (!PAGE.test(page)) throw refusal('PAGE_OVER_LIMIT', '页面不合法');
  if (merchant.findBuyer(openId) === undefined) throw refusal('USER_ID_INVALID', '用户不存在');
  if (!merchant.show({ openId, templateId, page, values })) throw refusal('MSG_UNSUBSCRIBED', '用户未订阅');
  return {};
}
