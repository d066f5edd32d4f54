import type { PayoutReport } from '../../gateways/port';
import { recordPayout, type RecordedPayout } from '../../store';
import type { Dependencies } from '../dependencies';
import { attemptIdOf, outTradeNoOf } from '../settlement/trade-number';

type Parts = Pick<Dependencies, 'db' | 'now' | 'log'>;

/** A payout's id as the number its gateway knows it by, and back: letters and digits only, as WeChat Pay wants it. */
export const outBillNoOf = outTradeNoOf;
export const payoutIdOf = attemptIdOf;

/** Records what a gateway reported of a payout: the one way in which one through a gateway comes to its end. */
export async function applyPayoutReport(
  deps: Parts,
  report: PayoutReport,
  source: 'notification' | 'query' | 'answer',
): Promise<RecordedPayout> {
  const payoutId = payoutIdOf(report.outBillNo);
  if (payoutId === undefined || report.state === 'not_found') return 'not_found';
  const { state, billNumber, confirmation, amountFen, reason } = report;
  const recorded = await recordPayout(deps.db, {
    payoutId,
    state,
    billNumber,
    confirmation,
    amountFen,
    reason,
    source,
    now: deps.now(),
  });
  if (recorded === 'amount_mismatch' || recorded === 'contradiction' || recorded === 'not_found') {
    // Money that moved otherwise than we asked: nothing is guessed, a person must look.
    deps.log('error', 'payout_not_applied', { payoutId, outcome: recorded, state, source });
  } else if (recorded === 'recorded' && (state === 'failed' || state === 'returned')) {
    deps.log('error', `payout_${state}`, { payoutId, reason });
  }
  return recorded;
}
