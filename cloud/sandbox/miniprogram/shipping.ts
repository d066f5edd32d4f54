import * as z from 'zod';

import type { HostInbox } from '../host-inbox';
import type { Transaction } from '../wechatpay/book';
import { failure, OK } from './answers';

const bodySchema = z.strictObject({
  order_key: z.discriminatedUnion('order_number_type', [
    z.strictObject({ order_number_type: z.literal(1), mchid: z.string(), out_trade_no: z.string() }),
    z.strictObject({ order_number_type: z.literal(2), transaction_id: z.string() }),
  ]),
  logistics_type: z.int().min(1).max(4),
  delivery_mode: z.int(),
  is_all_delivered: z.boolean().optional(),
  shipping_list: z.array(
    z.object({
      item_desc: z.string().min(1).max(120),
      tracking_no: z.string().optional(),
      express_company: z.string().optional(),
    }),
  ),
  upload_time: z.string(),
  payer: z.strictObject({ openid: z.string() }),
});
const UPLOAD_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}(Z|[+-]\d{2}:\d{2})$/;
const EXPRESS = 1;
/** An order may be shipped, and shipped anew once. */
const UPLOADS_MAX = 2;

export interface ShippingOptions {
  readonly mchId: string;
  readonly inbox: HostInbox;
  readonly find: (key: {
    readonly outTradeNo?: string;
    readonly transactionId?: string;
  }) => Transaction | undefined;
}

/** `upload_shipping_info`, for payments of the sandbox's WeChat Pay. */
export function uploadShipping(body: unknown, { mchId, inbox, find }: ShippingOptions): object {
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? '');
    return failure(field === 'shipping_list' ? 10060005 : 47001, `data format error: ${field}`);
  }
  const { order_key: key, delivery_mode: mode, shipping_list: list, payer } = parsed.data;
  if (mode !== 1 && mode !== 2) return failure(268485224, 'invalid delivery_mode');
  if (!UPLOAD_TIME.test(parsed.data.upload_time)) return failure(268485216, 'invalid upload_time');
  if (mode === 1 && list.length !== 1) return failure(268485228, 'unified delivery takes one item');
  const [item] = list;
  if (item === undefined) return failure(10060005, 'shipping_list is empty');
  if (parsed.data.logistics_type === EXPRESS && item.tracking_no === undefined) {
    return failure(10060006, 'tracking_no is missing');
  }
  if (key.order_number_type === 1 && key.mchid !== mchId) return failure(10060001, 'no such order');
  const transaction = find(
    key.order_number_type === 1 ? { outTradeNo: key.out_trade_no } : { transactionId: key.transaction_id },
  );
  if (transaction?.paidAt === undefined) return failure(10060001, 'no such order');
  if (transaction.payerOpenId !== payer.openid) return failure(10060031, 'openid does not match');
  if (transaction.state === 'REFUND') return failure(10060004, 'the order cannot be shipped');
  const { outTradeNo } = transaction.terms;
  const known = inbox.shipment(outTradeNo);
  if (known !== undefined && known.itemDescription === item.item_desc) return failure(10060023, 'unchanged');
  if (known !== undefined && known.uploads >= UPLOADS_MAX) return failure(10060003, 're-ship used up');
  inbox.ship({ outTradeNo, openId: payer.openid, itemDescription: item.item_desc });
  return OK;
}
