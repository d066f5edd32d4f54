import type { Book, Refund, Transaction } from './book';
import { formatTime } from './rfc3339';

const DESCRIPTIONS = {
  NOTPAY: '订单未支付',
  SUCCESS: '支付成功',
  REFUND: '转入退款',
  CLOSED: '订单已关闭',
} as const;

/** A transaction as queries and notifications tell it. Unpaid ones leave most of it out. */
export function describeTransaction(
  transaction: Transaction,
  merchant: { readonly appId: string; readonly mchId: string },
): object {
  const { terms, state, paidAt, payerOpenId } = transaction;
  return {
    appid: merchant.appId,
    mchid: merchant.mchId,
    out_trade_no: terms.outTradeNo,
    trade_state: state,
    trade_state_desc: DESCRIPTIONS[state],
    ...(terms.attach !== undefined && { attach: terms.attach }),
    ...(paidAt === undefined
      ? { amount: { total: terms.totalFen, currency: 'CNY' } }
      : {
          transaction_id: transaction.transactionId,
          trade_type: terms.tradeType,
          bank_type: 'OTHERS',
          success_time: formatTime(paidAt),
          payer: { openid: payerOpenId },
          amount: {
            total: terms.totalFen,
            payer_total: terms.totalFen,
            currency: 'CNY',
            payer_currency: 'CNY',
          },
        }),
  };
}

const refundAmount = (transaction: Transaction, refund: Refund) => ({
  total: transaction.terms.totalFen,
  refund: refund.refundFen,
  payer_total: transaction.terms.totalFen,
  payer_refund: refund.refundFen,
});

/** A refund as its request and its query answer it. */
export function describeRefund(book: Book, transaction: Transaction, refund: Refund): object {
  const done = book.isRefunded(refund);
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    transaction_id: transaction.transactionId,
    out_trade_no: transaction.terms.outTradeNo,
    channel: 'ORIGINAL',
    user_received_account: '支付用户零钱',
    create_time: formatTime(refund.createdAt),
    ...(done && refund.end === 'SUCCESS' && { success_time: formatTime(refund.succeedsAt) }),
    status: done ? refund.end : 'PROCESSING',
    funds_account: 'AVAILABLE',
    amount: {
      ...refundAmount(transaction, refund),
      from: [],
      settlement_refund: refund.refundFen,
      settlement_total: transaction.terms.totalFen,
      discount_refund: 0,
      currency: 'CNY',
      refund_fee: 0,
    },
    promotion_detail: [],
  };
}

/** The same in a notification, where the state has another name and the amounts no currency. */
export function describeRefundNotice(transaction: Transaction, refund: Refund, mchId: string): object {
  return {
    mchid: mchId,
    transaction_id: transaction.transactionId,
    out_trade_no: transaction.terms.outTradeNo,
    refund_id: refund.refundId,
    out_refund_no: refund.outRefundNo,
    refund_status: refund.end,
    ...(refund.end === 'SUCCESS' && { success_time: formatTime(refund.succeedsAt) }),
    user_received_account: '支付用户零钱',
    amount: refundAmount(transaction, refund),
  };
}
