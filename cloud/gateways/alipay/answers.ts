import * as z from 'zod';

import { parseYuan } from '../../domain';
import { parseBeijing } from '../beijing-time';
import type { PaymentReport, PaymentState } from '../port';

export const yuan = z.string().transform((text, context) => {
  const amountFen = parseYuan(text);
  if (amountFen !== undefined) return amountFen;
  context.addIssue({ code: 'custom', message: 'not an amount in yuan' });
  return z.NEVER;
});

const beijing = z.string().transform((text, context) => {
  const instant = parseBeijing(text);
  if (instant !== undefined) return instant;
  context.addIssue({ code: 'custom', message: 'not a time' });
  return z.NEVER;
});

const tradeStatus = z.enum(['WAIT_BUYER_PAY', 'TRADE_CLOSED', 'TRADE_SUCCESS', 'TRADE_FINISHED']);

export const createdSchema = z.object({ out_trade_no: z.string(), trade_no: z.string().min(1) });
export const codeSchema = z.object({ out_trade_no: z.string(), qr_code: z.string().min(1) });

export const tradeSchema = z.object({
  out_trade_no: z.string(),
  trade_no: z.string().min(1),
  trade_status: tradeStatus,
  total_amount: yuan,
  send_pay_date: beijing.optional(),
});

export const refundedSchema = z.object({
  out_trade_no: z.string(),
  fund_change: z.enum(['Y', 'N']).optional(),
});

/** Without `refund_status` Alipay knows of no such refund. */
export const refundSchema = z.object({
  out_trade_no: z.string().optional(),
  out_request_no: z.string().optional(),
  refund_status: z.string().min(1).optional(),
  refund_amount: yuan.optional(),
});

export const tokenSchema = z.object({
  access_token: z.string().min(1),
  open_id: z.string().min(1),
  union_id: z.string().min(1).optional(),
});

/** What is read of a notification of a trade, in which everything is text. */
export const noticeSchema = z.object({
  out_trade_no: z.string().min(1),
  trade_no: z.string().min(1),
  trade_status: tradeStatus,
  total_amount: yuan,
  gmt_payment: beijing.optional(),
  gmt_refund: beijing.optional(),
  /** The refund's own number. */
  out_biz_no: z.string().min(1).optional(),
});

/**
 * Alipay closes a trade that nobody paid in time, and one that was paid and given back wholly: only the time of payment
 * tells them apart.
 */
export function tradeState(status: z.infer<typeof tradeStatus>, paidAt: Date | undefined): PaymentState {
  if (status === 'WAIT_BUYER_PAY') return 'pending';
  if (status === 'TRADE_CLOSED') return paidAt === undefined ? 'closed' : 'refunded';
  return 'succeeded';
}

export function paymentReport(
  trade: Pick<z.infer<typeof tradeSchema>, 'out_trade_no' | 'trade_no' | 'trade_status' | 'total_amount'>,
  paidAt: Date | undefined,
): PaymentReport {
  const state = tradeState(trade.trade_status, paidAt);
  const paid = state === 'succeeded' || state === 'refunded';
  return {
    outTradeNo: trade.out_trade_no,
    state,
    transactionId: paid ? trade.trade_no : undefined,
    totalFen: trade.total_amount,
    succeededAt: paidAt,
  };
}
