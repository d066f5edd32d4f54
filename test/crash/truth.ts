import { Book } from '../simulation/gateways/book';
import type { BookPayment } from '../simulation/gateways/kept';
import { control, type Addresses } from '../support/client';

interface WeChatTransaction {
  readonly terms: { readonly outTradeNo: string; readonly totalFen: number };
  readonly expiresAt: string;
  readonly state: string;
  readonly transactionId?: string;
  readonly paidAt?: string;
  readonly refunds: readonly {
    readonly outRefundNo: string;
    readonly refundFen: number;
    readonly succeedsAt: string;
  }[];
}
interface AlipayTrade {
  readonly tradeNo: string;
  readonly terms: { readonly outTradeNo: string; readonly totalFen: number };
  readonly expiresAt: string;
  readonly status: string;
  readonly paidAt?: string;
  readonly refunds: readonly { readonly outRequestNo: string; readonly refundFen: number }[];
}

type Fields = Pick<BookPayment, 'outTradeNo' | 'totalFen' | 'transactionId' | 'refunds'> & {
  readonly expiresAt: string;
  readonly paidAt: string | undefined;
  readonly isClosed: boolean;
};

const payment = ({ expiresAt, paidAt, isClosed, ...fields }: Fields): BookPayment => ({
  ...fields,
  expiresAtMs: Date.parse(expiresAt),
  paidAtMs: paidAt === undefined ? undefined : Date.parse(paidAt),
  // Booked once a bill tells it, and none is matched here.
  feeFen: 0,
  state: paidAt !== undefined ? 'paid' : isClosed ? 'closed' : 'pending',
  late: false,
});

/** What the sandbox knows of every payment, as the auditor of the simulation reads it. */
export async function readBooks(addresses: Addresses): Promise<{ wechatpay: Book; alipay: Book }> {
  const state = await control(addresses, 'state');
  const now = () => Date.now();
  const manners = { takesTime: true, returnsFees: false };
  const books = {
    wechatpay: new Book('wechatpay', now, manners),
    alipay: new Book('alipay', now, { ...manners, takesTime: false }),
  };
  for (const transaction of state.wechatpay as readonly WeChatTransaction[]) {
    const { outTradeNo, totalFen } = transaction.terms;
    const { transactionId, expiresAt, paidAt } = transaction;
    const refunds = transaction.refunds.map(({ outRefundNo, refundFen, succeedsAt }) => ({
      outRefundNo,
      refundFen,
      feeFen: 0,
      takenAtMs: now(),
      state: Date.parse(succeedsAt) <= now() ? ('succeeded' as const) : ('processing' as const),
    }));
    const isClosed = transaction.state === 'CLOSED';
    books.wechatpay.payments.set(
      outTradeNo,
      payment({ outTradeNo, totalFen, transactionId, refunds, expiresAt, paidAt, isClosed }),
    );
  }
  for (const trade of state.alipay as readonly AlipayTrade[]) {
    const { outTradeNo, totalFen } = trade.terms;
    const { tradeNo: transactionId, expiresAt, paidAt } = trade;
    const refunds = trade.refunds.map(({ outRequestNo: outRefundNo, refundFen }) => ({
      outRefundNo,
      refundFen,
      feeFen: 0,
      takenAtMs: now(),
      state: 'succeeded' as const,
    }));
    const isClosed = trade.status === 'TRADE_CLOSED';
    books.alipay.payments.set(
      outTradeNo,
      payment({ outTradeNo, totalFen, transactionId, refunds, expiresAt, paidAt, isClosed }),
    );
  }
  return books;
}
