import type { FeeRule } from '../../domain';
import { FEE_RULE_SETS } from '../../store/fees';
import * as promotions from '../../store/promotions';
import * as rehearsals from '../../store/rehearsals';
import { getRiskBook } from '../../store/risk';
import { getVersion } from '../../store/rules';
import type { Dependencies } from '../dependencies';
import { cashbackHosts } from '../promotion/cashback';
import { rehearseBook } from '../rehearsal/risk-book';
import { CannotRehearse, rehearse, rehearsePromotion, type Progress } from '../rehearsal/run';
import type { Job } from './items';

/** A worker that says nothing for so long is taken for dead, in ms. */
const LEASE_MS = 120_000;

/** Runs what a rehearsal is of, unless that is no longer what it was when it was asked for. Throws CannotRehearse. */
type Run = (
  deps: Dependencies,
  rehearsal: rehearsals.RehearsalRow,
  progress: Progress,
) => Promise<rehearsals.AnyRehearsalReport>;

const RUNS: Readonly<Record<rehearsals.RehearsalKind, Run>> = {
  async fee_rules({ db }, { versionId, contentHash, fromAt: from, toAt: to, asOf }, progress) {
    const found = await getVersion<FeeRule[]>(db, FEE_RULE_SETS.kind, versionId);
    if (found?.contentHash !== contentHash) throw new CannotRehearse('rules_changed');
    const set = { version: found.version, rules: found.content };
    return rehearse(db, { set, from, to, asOf }, progress);
  },
  async promotion({ db, settings }, { versionId, contentHash, fromAt: from, toAt: to }, progress) {
    const version = await promotions.versionOf(db, versionId);
    if (version?.contentHash !== contentHash) throw new CannotRehearse('rules_changed');
    const draft = { ...version, versionId };
    return rehearsePromotion(db, { draft, cashbackHosts: cashbackHosts(settings), from, to }, progress);
  },
  async risk_book(deps, { versionId, contentHash, fromAt: from, toAt: to }, progress) {
    const book = await getRiskBook(deps.db, versionId);
    if (book?.contentHash !== contentHash) throw new CannotRehearse('book_changed');
    return rehearseBook(deps, { book, from, to }, progress);
  },
};

/** Runs the oldest rehearsal that waits. */
export const runRehearsals: Job = async (deps) => {
  const { db } = deps;
  const report = { claimed: 0, done: 0, failed: 0 };
  const rehearsal = await rehearsals.claimRehearsal(db, { now: deps.now(), leaseMs: LEASE_MS });
  if (rehearsal === undefined) return report;
  report.claimed = 1;
  const { id: rehearsalId } = rehearsal;
  try {
    const result = await RUNS[rehearsal.kind](deps, rehearsal, async (done, total) => {
      report.done = done;
      const leasedUntil = new Date(deps.now().getTime() + LEASE_MS);
      await rehearsals.recordRehearsalProgress(db, { rehearsalId, total, done, leasedUntil });
    });
    const { done } = report;
    await rehearsals.finishRehearsal(db, { rehearsalId, report: result, done, now: deps.now() });
  } catch (error) {
    if (!(error instanceof CannotRehearse)) throw error;
    report.failed = 1;
    await rehearsals.finishRehearsal(db, { rehearsalId, failure: error.failure, now: deps.now() });
  }
  return report;
};
