import { GatewayError, type BillRow, type PaymentGateway } from '../../../cloud/gateways/port';
import type { FaultName } from '../faults';
import type { Scheduler } from '../scheduler';
import type { Book } from './book';
import { BookError } from './kept';
import { readLetter } from './letters';
import { invocationOf, paymentReport, payoutReport, refundReport } from './reports';

export type GatewayCall = 'create' | 'query' | 'close' | 'refund' | 'payout' | 'bill';

export interface Way {
  readonly scheduler: Scheduler;
  /** The clock of the process that asks. */
  readonly nowMs: () => number;
  /**
   * What happens to one call on its way; undefined: nothing. Counts it. `known`: the gateway has taken a request of that
   * number, and will not refuse it now.
   */
  readonly fault: (gateway: Book, call: GatewayCall, known: boolean) => FaultName | undefined;
  /** Time that passes while a call is waited for in vain. */
  readonly timeOut: () => void;
  /** Does something a while later, outside every process. */
  readonly later: (work: () => void) => void;
  /** An account that is to be paid takes no money. */
  readonly onRefusedPayout: () => void;
}

/** Faults that are the gateway's own word. */
export const REFUSALS: Partial<
  Record<FaultName, { readonly kind: 'refused' | 'unfunded'; readonly code: string }>
> = {
  refund_refused: { kind: 'refused', code: 'NOT_ALLOWED' },
  payout_unfunded: { kind: 'unfunded', code: 'NOT_ENOUGH' },
  bill_not_ready: { kind: 'refused', code: 'BILL_NOT_READY' },
};

/** A gateway as one process sees it: its book, at the other end of a network that loses things both ways. */
export function createModelGateway(book: Book, way: Way): PaymentGateway {
  const unknown = (code: string): GatewayError => new GatewayError(book.name, 'unknown', code, code);

  async function call<Result>(
    kind: GatewayCall,
    effect: () => Result,
    isKnown: () => boolean = () => false,
  ): Promise<Result> {
    const result = await way.scheduler.gate(`${book.name} ${kind}`, async () => {
      const fault = way.fault(book, kind, isKnown());
      if (fault === 'gateway_5xx') throw unknown('HTTP_500');
      if (fault?.endsWith('before_effect') || fault === 'query_timeout') {
        way.timeOut();
        throw unknown('TIMEOUT');
      }
      const refusal = fault && REFUSALS[fault];
      if (refusal !== undefined) throw new GatewayError(book.name, refusal.kind, refusal.code, refusal.code);
      if (fault === 'bill_damaged') throw unknown('BILL_DAMAGED');
      if (fault?.endsWith('arrives_late') === true) {
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
    refund: (request) =>
      call(
        'refund',
        () => refundReport(request, book.refund(request)),
        () => book.refundOf(request.outRefundNo) !== undefined,
      ),
    queryRefund: (outTradeNo, outRefundNo) =>
      call('query', () => refundReport({ outTradeNo, outRefundNo }, book.refundOf(outRefundNo)?.refund)),
    payOut: ({ outBillNo, amountFen, payee }) =>
      call(
        'payout',
        () => {
          const refused = book.payouts.closed.has(payee.id) && !book.payouts.payouts.has(outBillNo);
          if (refused) way.onRefusedPayout();
          return payoutReport(book.payouts.payOut({ outBillNo, amountFen, payee: payee.id }));
        },
        () => book.payouts.payouts.has(outBillNo),
      ),
    queryPayout: (outBillNo) =>
      call('query', () =>
        payoutReport(book.payouts.payouts.get(outBillNo) ?? { outBillNo, state: 'not_found' }),
      ),
    async *fetchBill(request): AsyncGenerator<BillRow> {
      yield* await call('bill', () => book.bills.fetch(request));
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
