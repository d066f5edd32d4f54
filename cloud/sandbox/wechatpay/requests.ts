import * as z from 'zod';

import type { Terms } from './book';
import { Refusal, wrongParameter } from './errors';

const outTradeNo = z.string().regex(/^[0-9A-Za-z_\-|*]{6,32}$/);
const outRefundNo = z.string().regex(/^[0-9A-Za-z_\-|*@]{1,64}$/);
const fen = z.int().min(1).max(100_000_000);
/** A full public address without a query; http only on this machine, where no certificate can be had. */
export const notifyUrl = z
  .string()
  .max(255)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, hostname, search } = new URL(text);
    const local = protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
    return (protocol === 'https:' || local) && search === '';
  }, 'not a public address');
const text = (bytesMax: number) =>
  z
    .string()
    .min(1)
    .refine((value) => Buffer.byteLength(value) <= bytesMax, `longer than ${bytesMax} bytes`);

const order = {
  appid: z.string(),
  mchid: z.string(),
  description: text(127),
  out_trade_no: outTradeNo,
  time_expire: z.iso.datetime({ offset: true, precision: 0 }).optional(),
  attach: text(128).optional(),
  notify_url: notifyUrl,
  goods_tag: z.string().max(32).optional(),
  amount: z.object({ total: fen, currency: z.literal('CNY').optional() }),
};
const jsapiSchema = z.object({ ...order, payer: z.object({ openid: z.string().min(1).max(128) }) });
const nativeSchema = z.object(order);
const closeSchema = z.object({ mchid: z.string() });
const refundSchema = z.object({
  transaction_id: z.string().optional(),
  out_trade_no: outTradeNo.optional(),
  out_refund_no: outRefundNo,
  reason: text(80).optional(),
  notify_url: notifyUrl.optional(),
  amount: z.object({ refund: fen, total: fen, currency: z.literal('CNY') }),
});

/** A body that fits the schema. Throws Refusal. */
export function read<S extends z.ZodType>(schema: S, body: string): z.output<S> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new Refusal(400, 'PARAM_ERROR', '请求的JSON格式不正确');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw wrongParameter((issue?.path ?? []).join('/'), issue?.message ?? '');
}

export interface Placed {
  readonly appId: string;
  readonly mchId: string;
  readonly terms: Terms;
  readonly expiresAt: Date | undefined;
}

/** The body of a jsapi or native order. Throws Refusal. */
export function readOrder(tradeType: Terms['tradeType'], body: string): Placed {
  const jsapi = tradeType === 'JSAPI' ? read(jsapiSchema, body) : undefined;
  const request = jsapi ?? read(nativeSchema, body);
  return {
    appId: request.appid,
    mchId: request.mchid,
    expiresAt: request.time_expire === undefined ? undefined : new Date(request.time_expire),
    terms: {
      tradeType,
      outTradeNo: request.out_trade_no,
      description: request.description,
      attach: request.attach,
      notifyUrl: request.notify_url,
      totalFen: request.amount.total,
      openId: jsapi?.payer.openid,
    },
  };
}

/** The merchant number in the body of a close. */
export const readClose = (body: string): string => read(closeSchema, body).mchid;

export const readRefund = (body: string) => read(refundSchema, body);
