import { GatewayError, type RefundReport } from '../../gateways/port';
import { recordRefund, type RefundRow } from '../../store';
import type { Dependencies } from '../dependencies';
import { errorFields } from '../http/log';
import { attemptIdOf, outTradeNoOf } from './trade-number';

type Parts = Pick<Dependencies, 'db' | 'gateways' | 'now' | 'log'>;

/** How a gateway's word for a refund is kept. One it does not know is asked for again. */
const STATES = {
  processing: 'processing',
  succeeded: 'succeeded',
  closed: 'failed',
  abnormal: 'failed',
  not_found: 'processing',
} as const satisfies Record<RefundReport['state'], string>;

/** Records what a gateway reported of a refund; a refund that is none of ours is logged and left. */
export async function applyRefundReport(deps: Parts, report: RefundReport): Promise<void> {
  const refundId = attemptIdOf(report.outRefundNo);
  const known =
    refundId !== undefined &&
    (await recordRefund(deps.db, { refundId, state: STATES[report.state], now: deps.now() }));
  if (!known) deps.log('error', 'report_of_unknown_refund', { outRefundNo: report.outRefundNo });
}

/** Sends back money that no order wanted. The same number every time, so that asking again never refunds twice. */
export async function sendRefund(deps: Parts, refund: RefundRow): Promise<'done' | 'open'> {
  try {
    const gateway = await deps.gateways.get(refund.gateway);
    const report = await gateway.refund({
      outRefundNo: outTradeNoOf(refund.id),
      outTradeNo: outTradeNoOf(refund.attemptId),
      refundFen: refund.refundFen,
      totalFen: refund.totalFen,
      reason: '重复付款退回',
    });
    await applyRefundReport(deps, report);
    if (STATES[report.state] === 'failed') {
      deps.log('error', 'refund_failed', { refundId: refund.id, state: report.state });
    }
    return STATES[report.state] === 'processing' ? 'open' : 'done';
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    deps.log(error.kind === 'unknown' ? 'warn' : 'error', 'refund_not_sent', {
      refundId: refund.id,
      gatewayCode: error.gatewayCode,
      ...errorFields(error),
    });
    return 'open';
  }
}
