import { decideReport } from '../../domain';
import { GatewayError, type PaymentReport } from '../../gateways/port';
import {
  closeOrder,
  openAttempts,
  recordAttemptState,
  type AttemptRow,
  type RecordedPayment,
  type ReportedSuccess,
} from '../../store';
import type { Dependencies } from '../dependencies';
import { errorFields } from '../http/log';
import { outTradeNoOf } from './trade-number';

type Parts = Pick<Dependencies, 'db' | 'payments' | 'gateways' | 'now' | 'log'>;

/** What became of an attempt: `paid` whatever the order made of the money, `ended` without money, `open`: nobody knows yet. */
export type Settled = 'paid' | 'ended' | 'open';

/** Records what a gateway reported of an attempt: the one way in which an attempt comes to its end. */
export async function applyReport(
  deps: Parts,
  attempt: Pick<AttemptRow, 'id' | 'gateway' | 'orderExpiresAt'>,
  report: PaymentReport,
  source: 'notification' | 'query',
): Promise<Settled> {
  const now = deps.now();
  const move = decideReport({ reported: report.state, expiresAt: attempt.orderExpiresAt, now });
  if (move === 'wait') return 'open';
  if (move !== 'succeeded') {
    await recordAttemptState(deps.db, {
      attemptId: attempt.id,
      to: move,
      reason: `gateway_${report.state}`,
      actor: 'gateway',
      now,
    });
    return 'ended';
  }
  const outcome = await recordSuccess(deps, attempt, report, { source });
  return outcome === 'amount_mismatch' ? 'open' : 'paid';
}

/**
 * Records a success that a gateway reported of an attempt, with the notification that brought it where one did. Throws
 * GatewayError where the report does not say what was paid.
 */
export async function recordSuccess(
  deps: Pick<Parts, 'payments' | 'now' | 'log'>,
  attempt: Pick<AttemptRow, 'id' | 'gateway'>,
  { transactionId, totalFen, succeededAt }: PaymentReport,
  came: Pick<ReportedSuccess, 'source' | 'notification'>,
): Promise<RecordedPayment> {
  if (transactionId === undefined || totalFen === undefined) {
    throw new GatewayError(attempt.gateway, 'unknown', 'INCOMPLETE', 'a success without number or amount');
  }
  const now = deps.now();
  const { outcome } = await deps.payments.record({
    attemptId: attempt.id,
    transactionId,
    totalFen,
    succeededAt: succeededAt ?? now,
    now,
    ...came,
  });
  if (outcome !== 'applied' && outcome !== 'already_applied') {
    // Money that no order wants, or of the wrong amount, or of no attempt: a person must be able to find it.
    deps.log('warn', 'payment_not_applied', {
      attemptId: attempt.id,
      outcome,
      reportedTotalFen: totalFen,
      source: came.source,
    });
  }
  return outcome;
}

/** Asks the gateway how an attempt stands and records the answer. A gateway that does not answer leaves it `open`. */
export async function settleByQuery(deps: Parts, attempt: AttemptRow): Promise<Settled> {
  try {
    const gateway = await deps.gateways.get(attempt.gateway);
    const report = await gateway.queryPayment(outTradeNoOf(attempt.id));
    return await applyReport(deps, attempt, report, 'query');
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    deps.log('warn', 'payment_query_failed', { attemptId: attempt.id, ...errorFields(error) });
    return 'open';
  }
}

/** Ends an attempt at its gateway, so that nobody can pay it any more; `paid` where somebody has. */
export async function endAttempt(deps: Parts, attempt: AttemptRow): Promise<Settled> {
  try {
    const gateway = await deps.gateways.get(attempt.gateway);
    await gateway.closePayment(outTradeNoOf(attempt.id));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.kind === 'already_paid') return settleByQuery(deps, attempt);
    if (error.kind !== 'closed') {
      deps.log('warn', 'payment_close_failed', { attemptId: attempt.id, ...errorFields(error) });
      return 'open';
    }
  }
  await recordAttemptState(deps.db, {
    attemptId: attempt.id,
    to: 'closed',
    reason: 'closed_at_gateway',
    actor: 'system',
    now: deps.now(),
  });
  return 'ended';
}

/**
 * Closes an order once none of its attempts can be paid any more. `paid` where one was, `open` where a gateway did not
 * say: the order then stays as it is and is tried again.
 */
export async function closeSafely(
  deps: Parts,
  orderId: string,
  close: { readonly reason: 'cancelled_by_user' | 'expired'; readonly actor: 'user' | 'system' },
): Promise<'closed' | 'already_closed' | 'paid' | 'open'> {
  for (const attempt of await openAttempts(deps.db, orderId)) {
    const settled = await endAttempt(deps, attempt);
    if (settled === 'open') return 'open';
  }
  const { outcome } = await closeOrder(deps.db, { orderId, ...close, now: deps.now() });
  return outcome === 'not_found' ? 'already_closed' : outcome;
}
