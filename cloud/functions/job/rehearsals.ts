import type { FeeRule } from '../../domain';
import { FEE_RULE_SETS } from '../../store/fees';
import * as promotions from '../../store/promotions';
import * as rehearsals from '../../store/rehearsals';
import { getVersion } from '../../store/rules';
import type { Dependencies } from '../dependencies';
import { cashbackHosts } from '../promotion/cashback';
import { rehearse, rehearsePromotion, TooManyOrders } from '../rehearsal/run';
import type { Job } from './items';

/** A worker that says nothing for so long is taken for dead, in ms. */
const LEASE_MS = 120_000;

type Report = Extract<Parameters<typeof rehearsals.finishRehearsal>[1], { ordersDone: number }>['report'];
type Run = (progress: (done: number, total: number) => Promise<void>) => Promise<Report>;

/** How a rehearsal is run; undefined where what it is of is not what it was when it was asked for. */
const RUNS: Readonly<
  Record<
    rehearsals.RehearsalKind,
    (
      deps: Pick<Dependencies, 'db' | 'settings'>,
      rehearsal: rehearsals.RehearsalRow,
    ) => Promise<Run | undefined>
  >
> = {
  async fee_rules({ db }, { versionId, contentHash, fromAt: from, toAt: to, asOf }) {
    const found = await getVersion<FeeRule[]>(db, FEE_RULE_SETS.kind, versionId);
    if (found?.contentHash !== contentHash) return undefined;
    const set = { version: found.version, rules: found.content };
    return (progress) => rehearse(db, { set, from, to, asOf }, progress);
  },
  async promotion({ db, settings }, { versionId, contentHash, fromAt: from, toAt: to }) {
    const version = await promotions.versionOf(db, versionId);
    if (version?.contentHash !== contentHash) return undefined;
    const draft = { ...version, versionId };
    return (progress) =>
      rehearsePromotion(db, { draft, cashbackHosts: cashbackHosts(settings), from, to }, progress);
  },
};

/** Runs the oldest rehearsal that waits. */
export const runRehearsals: Job = async (deps) => {
  const { db } = deps;
  const report = { claimed: 0, orders: 0, failed: 0 };
  const rehearsal = await rehearsals.claimRehearsal(db, { now: deps.now(), leaseMs: LEASE_MS });
  if (rehearsal === undefined) return report;
  report.claimed = 1;
  const { id: rehearsalId } = rehearsal;
  const fail = async (failure: string): Promise<void> => {
    report.failed = 1;
    await rehearsals.finishRehearsal(db, { rehearsalId, failure, now: deps.now() });
  };
  const run = await RUNS[rehearsal.kind](deps, rehearsal);
  if (run === undefined) {
    await fail('rules_changed');
    return report;
  }
  try {
    const result = await run(async (ordersDone, ordersTotal) => {
      report.orders = ordersDone;
      const leasedUntil = new Date(deps.now().getTime() + LEASE_MS);
      await rehearsals.recordRehearsalProgress(db, { rehearsalId, ordersTotal, ordersDone, leasedUntil });
    });
    const ordersDone = report.orders;
    await rehearsals.finishRehearsal(db, { rehearsalId, report: result, ordersDone, now: deps.now() });
  } catch (error) {
    if (!(error instanceof TooManyOrders)) throw error;
    await fail('too_many_orders');
  }
  return report;
};
