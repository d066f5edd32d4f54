import * as z from 'zod';

import type { PaymentReport, PaymentState, RefundReport } from '../port';

const STATES = {
  SUCCESS: 'succeeded',
  // Whatever part was given back: it was paid.
  REFUND: 'refunded',
  NOTPAY: 'pending',
  USERPAYING: 'pending',
  ACCEPT: 'pending',
  CLOSED: 'closed',
  REVOKED: 'closed',
  PAYERROR: 'failed',
} as const satisfies Record<string, PaymentState>;

const REFUND_STATES = {
  PROCESSING: 'processing',
  SUCCESS: 'succeeded',
  CLOSED: 'closed',
  // Some pages of the documentation spell it so.
  CLOSE: 'closed',
  ABNORMAL: 'abnormal',
} as const satisfies Record<string, RefundReport['state']>;

type TradeState = keyof typeof STATES;
type RefundStatus = keyof typeof REFUND_STATES;
const keysOf = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as [K, ...K[]];

const fen = z.int().nonnegative();

export const prepaySchema = z.object({ prepay_id: z.string().min(1) });
export const codeSchema = z.object({ code_url: z.string().min(1) });

/** A transaction, in the answer of a query and sealed in a notification alike. */
export const transactionSchema = z.object({
  appid: z.string(),
  mchid: z.string(),
  out_trade_no: z.string(),
  trade_state: z.enum(keysOf<TradeState>(STATES)),
  transaction_id: z.string().min(1).optional(),
  success_time: z.iso.datetime({ offset: true }).optional(),
  amount: z.object({ total: fen }).optional(),
  payer: z.object({ openid: z.string().min(1).optional() }).optional(),
});

export const refundSchema = z.object({
  out_refund_no: z.string(),
  out_trade_no: z.string(),
  status: z.enum(keysOf<RefundStatus>(REFUND_STATES)),
  amount: z.object({ refund: fen }),
});

/** The same in a notification, where the state has another name. */
export const refundNoticeSchema = refundSchema
  .omit({ status: true })
  .extend({ mchid: z.string(), refund_status: refundSchema.shape.status });

export function paymentReport(transaction: z.infer<typeof transactionSchema>): PaymentReport {
  return {
    outTradeNo: transaction.out_trade_no,
    state: STATES[transaction.trade_state],
    transactionId: transaction.transaction_id,
    totalFen: transaction.amount?.total,
    succeededAt: transaction.success_time === undefined ? undefined : new Date(transaction.success_time),
    payerOpenId: transaction.payer?.openid,
  };
}

export function refundReport(
  refund: Omit<z.infer<typeof refundSchema>, 'status'>,
  status: RefundStatus,
): RefundReport {
  return {
    outRefundNo: refund.out_refund_no,
    outTradeNo: refund.out_trade_no,
    state: REFUND_STATES[status],
    refundFen: refund.amount.refund,
  };
}
