import type { Language } from '../../contract/errors';
import type { OperatorOrderRefunds, OperatorRefund } from '../../contract/types';
import type { HistoryRow, RefundRow } from '../../store';
import { refundAnswer } from '../order/answers';
import { outTradeNoOf } from '../settlement/trade-number';

/** A refund as operators see it. */
export function operatorRefundAnswer(refund: RefundRow, language: Language): OperatorRefund {
  const { text: _, ...told } = refundAnswer(refund, language);
  return {
    ...told,
    orderId: refund.orderId,
    attemptId: refund.attemptId,
    accountId: refund.accountId,
    gateway: refund.gateway,
    outRefundNo: outTradeNoOf(refund.id),
    requestedBy: refund.requestedBy,
    returnedBy: refund.returnedBy,
    tries: refund.tries,
    failures: refund.failures,
  };
}

/** What happened to the refunds of an order, with who did it and in what words. */
export const operatorRefundEvents = (history: readonly HistoryRow[]): OperatorOrderRefunds['history'] =>
  history
    .filter(({ subject }) => subject === 'refund')
    .map(({ subjectId, from, to, reason, actor, operator, note, at }) => ({
      refundId: subjectId,
      from,
      to,
      reason,
      actor,
      operator,
      note,
      at: at.toISOString(),
    }));
