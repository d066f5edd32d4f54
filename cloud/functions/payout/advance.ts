import { decidePayout, isPayoutOpen } from '../../domain';
import { GatewayError, type PayoutPayee, type PayoutReport, type PayoutRequest } from '../../gateways/port';
import {
  getSettlement,
  getSettlementTerms,
  recordPayoutRefusal,
  recordPayoutSending,
  recordPayoutStands,
  type PayoutRow,
} from '../../store';
import type { Dependencies } from '../dependencies';
import { errorFields } from '../http/log';
import { applyPayoutReport, outBillNoOf } from './report';

type Parts = Pick<Dependencies, 'db' | 'gateways' | 'now' | 'log'>;

/** What became of a payout that was looked at: `ended` for good or for bad, `open`: its gateway has not said yet. */
export type Advanced = 'ended' | 'open';

/**
 * Takes a payout one step on. What was never sent is sent; of what was, its gateway is asked, under the same number, and
 * only what the gateway has not heard of after a while is sent again.
 */
export async function advancePayout(deps: Parts, payout: PayoutRow): Promise<Advanced> {
  try {
    if (payout.state === 'requested') return await send(deps, payout);
    const gateway = await deps.gateways.get(gatewayOf(payout));
    const report = await gateway.queryPayout(outBillNoOf(payout.id));
    if (!isPayoutOpen(payout.state)) return await checkReturn(deps, payout, report);
    const now = deps.now();
    const decision = decidePayout({
      reported: report.state,
      sentAt: payout.sentAt ?? now,
      now,
      refused: payout.refusal !== null,
    });
    if (decision.act === 'wait') return 'open';
    if (decision.act === 'record') {
      const advanced = await apply(deps, { ...report, state: decision.state }, 'query');
      if (lacksConfirmation(payout, report)) await askForConfirmation(deps, payout);
      return advanced;
    }
    return (await maySend(deps, payout)) ? await send(deps, payout) : 'open';
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    deps.log('warn', 'payout_query_failed', { payoutId: payout.id, ...errorFields(error) });
    return 'open';
  }
}

/** Whether a payout may be sent again: a merchant's while nobody holds it back, a user's cashback always. */
async function maySend(deps: Parts, { settlementId, merchantId }: PayoutRow): Promise<boolean> {
  if (settlementId === null) return true;
  return (await getSettlementTerms(deps.db, merchantId))?.holdReason === null;
}

/** Sends a payout; the intent is recorded before, so that whatever happens now is settled by a query. */
async function send(deps: Parts, payout: PayoutRow): Promise<Advanced> {
  const request = await requestOf(deps, payout);
  const gateway = await deps.gateways.get(gatewayOf(payout));
  if (!(await recordPayoutSending(deps.db, { payoutId: payout.id, now: deps.now() }))) return 'ended';
  let report: PayoutReport;
  try {
    report = await gateway.payOut(request);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    if (error.kind === 'refused') {
      await recordPayoutRefusal(deps.db, { payoutId: payout.id, refusal: error.gatewayCode });
    }
    deps.log(error.kind === 'unknown' ? 'warn' : 'error', 'payout_not_sent', {
      payoutId: payout.id,
      kind: error.kind,
      gatewayCode: error.gatewayCode,
      ...errorFields(error),
    });
    return 'open';
  }
  return apply(deps, report, 'answer');
}

/** The payee can confirm only with what came in the answer to the request, which a query does not repeat. */
const lacksConfirmation = (payout: PayoutRow, report: PayoutReport): boolean =>
  report.state === 'awaiting_payee' && payout.confirmation === null && report.confirmation === undefined;

/** Makes the gateway answer the request again, which it has taken: under the same number nothing is paid twice. */
async function askForConfirmation(deps: Parts, payout: PayoutRow): Promise<void> {
  const gateway = await deps.gateways.get(gatewayOf(payout));
  const request = await requestOf(deps, payout);
  await applyPayoutReport(deps, await gateway.payOut(request), 'answer');
}

/** What a gateway is asked for: the same in every try. */
async function requestOf(deps: Parts, payout: PayoutRow): Promise<PayoutRequest> {
  const { id, settlementId, amountFen } = payout;
  const settlement = settlementId === null ? undefined : await getSettlement(deps.db, settlementId);
  return {
    outBillNo: outBillNoOf(id),
    amountFen,
    payee: payeeOf(payout),
    remark: settlement === undefined ? '活动返现' : `${settlement.cutOffDay} 结算`,
  };
}

async function apply(deps: Parts, report: PayoutReport, source: 'query' | 'answer'): Promise<Advanced> {
  await applyPayoutReport(deps, report, source);
  return report.state === 'processing' || report.state === 'awaiting_payee' ? 'open' : 'ended';
}

async function checkReturn(deps: Parts, payout: PayoutRow, report: PayoutReport): Promise<Advanced> {
  if (report.state === 'paid') await recordPayoutStands(deps.db, { payout, now: deps.now() });
  else await applyPayoutReport(deps, report, 'query');
  return 'ended';
}

function gatewayOf({ id, source }: PayoutRow): 'wechatpay' | 'alipay' {
  if (source === 'bank') throw new Error(`payout ${id} was made by hand`);
  return source;
}

function payeeOf({ id, payeeKind, payeeId, payeeName }: PayoutRow): PayoutPayee {
  if (payeeId === null) throw new Error(`payout ${id} has no payee`);
  if (payeeKind === 'logon_id') return { kind: 'logon_id', id: payeeId, name: payeeName ?? '' };
  return { kind: 'open_id', id: payeeId, name: payeeName ?? undefined };
}
