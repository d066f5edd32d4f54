import * as feeRules from '../../store/fees';
import { rehearse, TooManyOrders } from '../rehearsal/run';
import type { Job } from './items';

/** A worker that says nothing for so long is taken for dead, in ms. */
const LEASE_MS = 120_000;

/** Runs the oldest rehearsal of fee rules that waits. */
export const rehearseFeeRules: Job = async (deps) => {
  const { db } = deps;
  const report = { claimed: 0, orders: 0, failed: 0 };
  const rehearsal = await feeRules.claimRehearsal(db, { now: deps.now(), leaseMs: LEASE_MS });
  if (rehearsal === undefined) return report;
  report.claimed = 1;
  const { id: rehearsalId, ruleSetId, contentHash, fromAt: from, toAt: to, asOf } = rehearsal;
  const set = await feeRules.getFeeRuleSet(db, ruleSetId);
  if (set?.contentHash !== contentHash) {
    report.failed = 1;
    await feeRules.finishRehearsal(db, { rehearsalId, failure: 'rules_changed', now: deps.now() });
    return report;
  }
  try {
    const result = await rehearse(db, { set, from, to, asOf }, async (ordersDone, ordersTotal) => {
      report.orders = ordersDone;
      const leasedUntil = new Date(deps.now().getTime() + LEASE_MS);
      await feeRules.recordRehearsalProgress(db, { rehearsalId, ordersTotal, ordersDone, leasedUntil });
    });
    await feeRules.finishRehearsal(db, {
      rehearsalId,
      report: result,
      ordersDone: report.orders,
      now: deps.now(),
    });
  } catch (error) {
    if (!(error instanceof TooManyOrders)) throw error;
    report.failed = 1;
    await feeRules.finishRehearsal(db, { rehearsalId, failure: 'too_many_orders', now: deps.now() });
  }
  return report;
};
