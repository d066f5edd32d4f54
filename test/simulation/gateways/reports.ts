import type {
  PaymentInvocation,
  PaymentReport,
  PayoutReport,
  RefundReport,
} from '../../../cloud/gateways/port';
import type { Book } from './book';
import type { BookPayment, BookRefund } from './kept';
import type { BookPayout } from './payouts';

/** A payment as the gateway tells it. */
export const paymentReport = (
  book: Book,
  outTradeNo: string,
  payment: BookPayment | undefined,
): PaymentReport => {
  if (payment === undefined) {
    return {
      outTradeNo,
      state: 'not_found',
      transactionId: undefined,
      totalFen: undefined,
      succeededAt: undefined,
    };
  }
  const state = book.stateOf(payment);
  return {
    outTradeNo,
    state: state === 'paid' ? (payment.refunds.length > 0 ? 'refunded' : 'succeeded') : state,
    transactionId: payment.transactionId,
    totalFen: payment.totalFen,
    succeededAt: payment.paidAtMs === undefined ? undefined : new Date(payment.paidAtMs),
  };
};

/** A refund as the gateway tells it. */
export const refundReport = (
  { outTradeNo, outRefundNo }: { readonly outTradeNo: string; readonly outRefundNo: string },
  refund: BookRefund | undefined,
): RefundReport => ({
  outTradeNo,
  outRefundNo,
  state: refund?.state ?? 'not_found',
  refundFen: refund?.refundFen,
});

/** A payout as the gateway tells it; one that it does not know without anything but its number. */
export const payoutReport = (
  payout:
    | Pick<BookPayout, 'outBillNo' | 'amountFen' | 'billNumber' | 'state'>
    | { readonly outBillNo: string; readonly state: 'not_found' },
): PayoutReport => {
  const { outBillNo, state } = payout;
  if (state === 'not_found' || !('billNumber' in payout)) {
    return {
      outBillNo,
      state: 'not_found',
      billNumber: undefined,
      amountFen: undefined,
      confirmation: undefined,
      reason: undefined,
    };
  }
  return {
    outBillNo,
    state,
    billNumber: payout.billNumber,
    amountFen: payout.amountFen,
    confirmation: state === 'awaiting_payee' ? `package of ${outBillNo}` : undefined,
    reason: state === 'failed' || state === 'returned' ? 'PAYEE' : undefined,
  };
};

/** What opens the payment window, or a code. */
export function invocationOf(book: Book, outTradeNo: string, payer: string | undefined): PaymentInvocation {
  // Short, as it is drawn for every answer; nobody scans it.
  if (payer === undefined) return { kind: 'code', codeUrl: book.name };
  if (book.name === 'alipay') return { kind: 'alipay', tradeNO: outTradeNo };
  return {
    kind: 'wechat',
    timeStamp: '0',
    nonceStr: outTradeNo,
    package: `prepay_id=${outTradeNo}`,
    signType: 'RSA',
    paySign: outTradeNo,
  };
}
