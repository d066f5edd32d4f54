import { GatewayError, type GatewayName } from '../../gateways/port';
import { reconcile } from '../../store';
import type { Dependencies } from '../dependencies';
import { errorFields } from '../http/log';
import { dayBefore } from '../reconciliation/day';
import { reconcileDay } from '../reconciliation/run';

const GATEWAYS: readonly GatewayName[] = ['wechatpay', 'alipay'];
/** Both gateways have made yesterday's bill by half past ten, Beijing time (UTC+8). */
const READY_MINUTE = 10 * 60 + 30;
/** A run that did not end is taken up again after so long, in ms. */
const AGAIN_AFTER_MS = 30 * 60_000;

const minuteOfDay = (instant: Date): number =>
  ((instant.getUTCHours() + 8) % 24) * 60 + instant.getUTCMinutes();

/** Reconciles yesterday's bills once they are made, each gateway's once; what fails is tried again later. */
export async function reconcileYesterday(deps: Dependencies): Promise<Readonly<Record<string, number>>> {
  const report = { due: 0, rows: 0, matched: 0, repaired: 0, differences: 0, failed: 0 };
  const now = deps.now();
  if (minuteOfDay(now) < READY_MINUTE) return report;
  const date = dayBefore(now);
  for (const gateway of GATEWAYS) {
    const last = await reconcile.lastExecution(deps.db, { gateway, date });
    const settled = last !== undefined && last.finishedAt !== null;
    if (settled || (last && now.getTime() - last.startedAt.getTime() < AGAIN_AFTER_MS)) continue;
    report.due += 1;
    try {
      const done = await reconcileDay(deps, { gateway, date, execute: true });
      report.rows += done.rows;
      report.matched += done.matched;
      report.repaired += done.repaired;
      report.differences += done.differences;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      report.failed += 1;
      deps.log('error', 'bill_not_reconciled', { gateway, date, ...errorFields(error) });
    }
  }
  return report;
}
