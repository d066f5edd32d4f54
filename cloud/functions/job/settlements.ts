import { cutOffDay, dayOf, endsSoon, formatDay, MAINLAND_CHINA } from '../../domain';
import {
  claimDuePayouts,
  closeSettlement,
  merchantsToSettle,
  preparePayouts,
  settlementsToPay,
} from '../../store';
import * as promotions from '../../store/promotions';
import { advancePayout } from '../payout/advance';
import { forEach, type Job } from './items';

const BATCH = 50;

/**
 * Makes the batch of every merchant whose money is due: what was booked before the last working day began. Throws
 * CalendarError for a year whose holidays are not known; nothing is settled then.
 */
export const closeSettlements: Job = async (deps) => {
  const today = dayOf(deps.now());
  const cutOff = formatDay(cutOffDay(MAINLAND_CHINA, today));
  const merchants = await merchantsToSettle(deps.db, { cutOffDay: cutOff, limit: BATCH });
  const report = { considered: merchants.length, closed: 0, carriedOver: 0, failed: 0 };
  await forEach(deps, 'close-settlements', merchants, report, async (merchantId) => {
    const id = deps.newId();
    const outcome = await closeSettlement(deps.db, { id, merchantId, cutOffDay: cutOff, now: deps.now() });
    if (outcome === 'closed') {
      report.closed += 1;
      deps.log('info', 'settlement_closed', { settlementId: id, merchantId, cutOffDay: cutOff });
    }
    if (outcome === 'carried_over') report.carriedOver += 1;
  });
  if (report.closed > 0 && endsSoon(MAINLAND_CHINA, today)) {
    deps.log('warn', 'settlement_calendar_ends', { today: formatDay(today) });
  }
  return report;
};

/** Makes the payouts of closed batches and of cashback whose time has come, sends them, and asks about those whose end is not known. */
export const sendPayouts: Job = async (deps) => {
  const { gateways } = deps.settings.payouts;
  const report = { prepared: 0, claimed: 0, ended: 0, open: 0, failed: 0 };
  const closed = await settlementsToPay(deps.db, { gateways, limit: BATCH });
  await forEach(deps, 'send-payouts', closed, report, async (settlementId) => {
    report.prepared += await preparePayouts(deps.db, { settlementId, newId: deps.newId, now: deps.now() });
  });
  const cashbacks = await promotions.cashbacksToPay(deps.db, { gateways, now: deps.now(), limit: BATCH });
  await forEach(deps, 'send-payouts', cashbacks, report, async (cashbackId) => {
    const preparation = { cashbackId, newId: deps.newId, now: deps.now() };
    if (await promotions.prepareCashbackPayout(deps.db, preparation)) report.prepared += 1;
  });
  // Also with payouts turned off: what was sent before must come to its end.
  const claimed = await claimDuePayouts(deps.db, { limit: BATCH, now: deps.now() });
  report.claimed = claimed.length;
  await forEach(deps, 'send-payouts', claimed, report, async (payout) => {
    report[await advancePayout(deps, payout)] += 1;
  });
  return report;
};
