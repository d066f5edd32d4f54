import {
  GatewayError,
  type PaymentGateway,
  type PaymentInvocation,
  type PaymentReport,
  type RefundReport,
} from '../../../cloud/gateways/port';
import type { FaultName } from '../faults';
import type { Scheduler } from '../scheduler';
import { BookError, type Book, type BookPayment, type BookRefund } from './book';
import { readLetter } from './letters';

export type GatewayCall = 'create' | 'query' | 'close' | 'refund';

export interface Way {
  readonly scheduler: Scheduler;
  /** The clock of the process that asks. */
  readonly nowMs: () => number;
  /** What happens to one call on its way; undefined: nothing. Counts it. */
  readonly fault: (gateway: Book, call: GatewayCall) => FaultName | undefined;
  /** Time that passes while a call is waited for in vain. */
  readonly timeOut: () => void;
  /** Does something a while later, outside every process. */
  readonly later: (work: () => void) => void;
}

/** A gateway as one process sees it: its book, at the other end of a network that loses things both ways. */
export function createModelGateway(book: Book, way: Way): PaymentGateway {
  const unknown = (code: string): GatewayError => new GatewayError(book.name, 'unknown', code, code);

  async function call<Result>(kind: GatewayCall, effect: () => Result): Promise<Result> {
    const result = await way.scheduler.gate(`${book.name} ${kind}`, async () => {
      const fault = way.fault(book, kind);
      if (fault === 'gateway_5xx') throw unknown('HTTP_500');
      if (fault?.endsWith('before_effect') || fault === 'query_timeout') {
        way.timeOut();
        throw unknown('TIMEOUT');
      }
      if (fault === 'create_arrives_late') {
        way.later(() => tryTo(effect));
        way.timeOut();
        throw unknown('TIMEOUT');
      }
      const done = refusalOf(book, effect);
      if (fault !== undefined) {
        way.timeOut();
        throw unknown('ANSWER_LOST');
      }
      return done;
    });
    // The answer travels: others may act between the effect and its being known.
    await way.scheduler.gate(`${book.name} answers ${kind}`, () => Promise.resolve(undefined));
    return result;
  }

  return {
    name: book.name,
    async createPayment(request) {
      await call('create', () => book.create(request));
      return invocationOf(book, request.outTradeNo, request.payerOpenId);
    },
    queryPayment: (outTradeNo) =>
      call('query', () => paymentReport(book, outTradeNo, book.payments.get(outTradeNo))),
    closePayment: (outTradeNo) => call('close', () => book.close(outTradeNo)),
    refund: (request) => call('refund', () => refundReport(request, book.refund(request))),
    queryRefund: (outTradeNo, outRefundNo) =>
      call('query', () => {
        const refunds = book.payments.get(outTradeNo)?.refunds ?? [];
        return refundReport(
          { outTradeNo, outRefundNo },
          refunds.find((refund) => refund.outRefundNo === outRefundNo),
        );
      }),
    // Payouts and bills are no part of these worlds.
    payOut: () => Promise.reject(new GatewayError(book.name, 'misconfigured', 'OFF', 'no payouts')),
    queryPayout: () => Promise.reject(new GatewayError(book.name, 'misconfigured', 'OFF', 'no payouts')),
    fetchBill: () => {
      throw new GatewayError(book.name, 'misconfigured', 'OFF', 'no bills');
    },
    parseNotification: (raw) => Promise.resolve().then(() => readLetter(book.name, raw, way.nowMs())),
    accepted: { status: 200, contentType: 'text/plain', body: 'success' },
    rejected: (status) => ({ status, contentType: 'text/plain', body: 'fail' }),
  };
}

function refusalOf<Result>(book: Book, effect: () => Result): Result {
  try {
    return effect();
  } catch (error) {
    if (!(error instanceof BookError)) throw error;
    throw new GatewayError(book.name, error.refusal, error.code, error.code);
  }
}

function tryTo(effect: () => unknown): void {
  try {
    effect();
  } catch (error) {
    // Refused when it came at last, and nobody is left to be told.
    if (!(error instanceof BookError)) throw error;
  }
}

const paymentReport = (book: Book, outTradeNo: string, payment: BookPayment | undefined): PaymentReport => {
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

const refundReport = (
  { outTradeNo, outRefundNo }: { readonly outTradeNo: string; readonly outRefundNo: string },
  refund: BookRefund | undefined,
): RefundReport => ({
  outTradeNo,
  outRefundNo,
  state: refund?.state ?? 'not_found',
  refundFen: refund?.refundFen,
});

function invocationOf(book: Book, outTradeNo: string, payer: string | undefined): PaymentInvocation {
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
