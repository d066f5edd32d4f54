import type { JobName } from '../../contract/types';
import {
  claimExpiredOrders,
  claimOutbox,
  claimRequestedRefunds,
  claimUnresolvedAttempts,
  completeOutbox,
  failOutbox,
  lastBlock,
  sealBlock,
  verifyBlocks,
  verifyLedger,
} from '../../store';
import type { Dependencies } from '../dependencies';
import { errorFields } from '../http/log';
import { isLedgerSignature, ledgerSigner } from '../ledger/key';
import { sendRefund } from '../settlement/refund';
import { closeSafely, settleByQuery } from '../settlement/settle';

/** Counts of what one run of a job did. */
export type JobReport = Readonly<Record<string, number>>;

/** Longer than the slowest item; after it another worker may take the item up, in ms. */
const LEASE_MS = 60_000;
/** An attempt younger than this is still being paid: the notification will come, in ms. */
const UNRESOLVED_AFTER_MS = 20_000;
const BATCH = 50;

type Job = (deps: Dependencies) => Promise<JobReport>;

const closeExpiredOrders: Job = async (deps) => {
  const claimed = await claimExpiredOrders(deps.db, { limit: BATCH, now: deps.now(), leaseMs: LEASE_MS });
  const report = { claimed: claimed.length, closed: 0, paid: 0, open: 0, failed: 0 };
  await forEach(deps, 'close-expired-orders', claimed, report, async (orderId) => {
    const outcome = await closeSafely(deps, orderId, { reason: 'expired', actor: 'system' });
    report[outcome === 'already_closed' ? 'closed' : outcome] += 1;
  });
  return report;
};

const settleUnresolvedAttempts: Job = async (deps) => {
  const claimed = await claimUnresolvedAttempts(deps.db, {
    limit: BATCH,
    now: deps.now(),
    olderThanMs: UNRESOLVED_AFTER_MS,
    leaseMs: LEASE_MS,
  });
  const report = { claimed: claimed.length, paid: 0, ended: 0, open: 0, failed: 0 };
  await forEach(deps, 'settle-unresolved-attempts', claimed, report, async (attempt) => {
    report[await settleByQuery(deps, attempt)] += 1;
  });
  return report;
};

const sendRequestedRefunds: Job = async (deps) => {
  const claimed = await claimRequestedRefunds(deps.db, { limit: BATCH, now: deps.now(), leaseMs: LEASE_MS });
  const report = { claimed: claimed.length, done: 0, open: 0, failed: 0 };
  await forEach(deps, 'send-requested-refunds', claimed, report, async (refund) => {
    report[await sendRefund(deps, refund)] += 1;
  });
  return report;
};

/** Events go to the log under their own names, where the operator's alerts and exports subscribe to them. */
const publishEvents: Job = async (deps) => {
  const claimed = await claimOutbox(deps.db, { limit: BATCH, now: deps.now(), leaseMs: LEASE_MS });
  const report = { claimed: claimed.length, published: 0, failed: 0 };
  for (const event of claimed) {
    try {
      const { orderId, attemptId } = event.payload;
      deps.log('info', event.type, { eventId: event.id, orderId, attemptId });
      await completeOutbox(deps.db, { id: event.id, now: deps.now() });
      report.published += 1;
    } catch (error) {
      report.failed += 1;
      const { id, attempts } = event;
      await failOutbox(deps.db, { id, attempts, error: String(error), now: deps.now() });
    }
  }
  return report;
};

/** Blocks of one run at most; the next goes on. */
const BLOCKS_MAX = 20;

const sealLedger: Job = async (deps) => {
  const report = { blocks: 0, leaves: 0 };
  const { ledgerSigningKey } = deps.settings;
  if (ledgerSigningKey === undefined) return report;
  const signer = ledgerSigner(ledgerSigningKey);
  while (report.blocks < BLOCKS_MAX) {
    const leaves = await sealBlock(deps.db, signer, { now: deps.now() });
    if (leaves === 0) break;
    report.blocks += 1;
    report.leaves += leaves;
  }
  return report;
};

/** What one invariant may take of the database in a job, in ms; `npm run ledger:verify` gives each all it needs. */
const INVARIANT_MS = 2_000;
/** The newest blocks, which a job computes again. */
const BLOCKS_CHECKED = 5;

const checkLedger: Job = async (deps) => {
  const { entries, violations, unchecked } = await verifyLedger(deps.db, { timeoutMs: INVARIANT_MS });
  const { number } = await lastBlock(deps.db);
  const blocks = await verifyBlocks(deps.db, {
    from: Math.max(1, number - BLOCKS_CHECKED + 1),
    isSigned: isLedgerSignature,
  });
  const found = [...violations, ...blocks.violations];
  for (const violation of found) deps.log('error', 'ledger_violation', { violation });
  return { entries, leaves: blocks.leaves, violations: found.length, unchecked: unchecked.length };
};

/** Every job by its name, in the order a full run takes them. Each may run in any number of workers at once. */
export const JOBS = {
  'settle-unresolved-attempts': settleUnresolvedAttempts,
  'close-expired-orders': closeExpiredOrders,
  'send-requested-refunds': sendRequestedRefunds,
  'publish-events': publishEvents,
  'seal-ledger': sealLedger,
  'check-ledger': checkLedger,
} as const satisfies Record<JobName, Job>;

export const JOB_NAMES = Object.keys(JOBS) as readonly JobName[];

/** Runs one job once. */
export const runJob = (deps: Dependencies, name: JobName): Promise<JobReport> => JOBS[name](deps);

/** One item that fails unexpectedly must not keep the others from their turn. */
async function forEach<Item>(
  deps: Dependencies,
  job: JobName,
  items: readonly Item[],
  report: { failed: number },
  work: (item: Item) => Promise<void>,
): Promise<void> {
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      report.failed += 1;
      deps.log('error', 'job_item_failed', { job, ...errorFields(error) });
    }
  }
}
