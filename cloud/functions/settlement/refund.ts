import type { ReportedRefund } from '../../domain';
import { GatewayError, type RefundReport } from '../../gateways/port';
import { recordRefundReport, type RecordedRefund, type RefundRow } from '../../store';
import type { Dependencies } from '../dependencies';
import { errorFields } from '../http/log';
import { attemptIdOf, outTradeNoOf } from './trade-number';

type Parts = Pick<Dependencies, 'db' | 'gateways' | 'now' | 'log'>;

/** Words for the payer, shown by the gateway, where nobody gave any. */
const SURPLUS_WORDS = '重复付款退回';

/** Records what a gateway reported of a refund; a refund that is none of ours is logged and left. */
export async function applyRefundReport(deps: Parts, report: RefundReport): Promise<void> {
  const refundId = attemptIdOf(report.outRefundNo);
  if (refundId === undefined) {
    deps.log('error', 'report_of_unknown_refund', { outRefundNo: report.outRefundNo });
    return;
  }
  await record(deps, refundId, report.state, report.refundFen);
}

async function record(
  deps: Parts,
  refundId: string,
  reported: ReportedRefund,
  reportedFen: number | undefined,
): Promise<RecordedRefund> {
  const recorded = await recordRefundReport(deps.db, { refundId, reported, reportedFen, now: deps.now() });
  if (recorded.outcome === 'unknown') deps.log('error', 'report_of_unknown_refund', { refundId });
  if (recorded.outcome === 'recorded' && recorded.state === 'needs_review') {
    deps.log('error', 'refund_needs_review', { refundId, reason: recorded.reason });
  }
  return recorded;
}

/** Asks the gateway how a refund stands. Throws GatewayError. */
export async function askForRefund(deps: Parts, refund: RefundRow): Promise<RefundReport> {
  const gateway = await deps.gateways.get(refund.gateway);
  return gateway.queryRefund(outTradeNoOf(refund.attemptId), outTradeNoOf(refund.id));
}

/**
 * Brings a refund on: asks about one that the gateway took, sends any other. The number is the same every time, so that
 * sending again never refunds twice. `review`: a person is needed; `open`: it is tried again later.
 */
export async function sendRefund(deps: Parts, refund: RefundRow): Promise<'done' | 'open' | 'review'> {
  // What is nothing to the gateway only gives points back: no gateway is asked.
  if (refund.refundFen === 0) return outcomeOf(await record(deps, refund.id, 'succeeded', 0));
  try {
    const report =
      refund.state === 'processing' ? await askForRefund(deps, refund) : await send(deps, refund);
    return outcomeOf(await record(deps, refund.id, report.state, report.refundFen));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    deps.log(error.kind === 'unknown' ? 'warn' : 'error', 'refund_not_sent', {
      refundId: refund.id,
      kind: error.kind,
      gatewayCode: error.gatewayCode,
      ...errorFields(error),
    });
    // Whether an unanswered refund was taken is found out by the next try, which carries the same number.
    if (error.kind === 'unknown') return 'open';
    return outcomeOf(await record(deps, refund.id, 'refused', undefined));
  }
}

async function send(deps: Parts, refund: RefundRow): Promise<RefundReport> {
  const gateway = await deps.gateways.get(refund.gateway);
  return gateway.refund({
    outRefundNo: outTradeNoOf(refund.id),
    outTradeNo: outTradeNoOf(refund.attemptId),
    refundFen: refund.refundFen,
    totalFen: refund.totalFen,
    reason: refund.note === '' ? SURPLUS_WORDS : refund.note,
  });
}

function outcomeOf(recorded: RecordedRefund): 'done' | 'open' | 'review' {
  if (recorded.outcome !== 'recorded') return recorded.outcome === 'ended' ? 'done' : 'open';
  if (recorded.state === 'succeeded') return 'done';
  return recorded.state === 'needs_review' ? 'review' : 'open';
}
