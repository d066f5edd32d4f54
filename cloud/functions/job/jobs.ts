import type { JobName } from '../../contract/types';
import {
  claimDueRefunds,
  claimExpiredOrders,
  claimOutbox,
  claimUnresolvedAttempts,
  lastBlock,
  sealBlock,
  verifyBlocks,
  verifyLedger,
} from '../../store';
import { deliver } from '../delivery';
import type { Dependencies } from '../dependencies';
import { isLedgerSignature, ledgerSigner } from '../ledger/key';
import { sendRefund } from '../settlement/refund';
import { closeSafely, settleByQuery } from '../settlement/settle';
import { forEach, type Job, type JobReport } from './items';
import { closeSettlements, sendPayouts } from './settlements';
import { settlePoints } from './points';
import { reconcileYesterday } from './reconcile';
import { freePromotionBudgets } from './promotions';
import { deleteAccounts, makeExports } from './personal';
import { runRehearsals } from './rehearsals';
import { rewrapVaultKeys } from './vault';
import { rollUpRisk } from './risk';

export type { JobReport } from './items';

/** Longer than the slowest item; after it another worker may take the item up, in ms. */
const LEASE_MS = 60_000;
/** An attempt younger than this is still being paid: the notification will come, in ms. */
const UNRESOLVED_AFTER_MS = 20_000;
const BATCH = 50;

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

/** So few at a time that they are done before the first pause of a refund, which is its lease. */
const REFUNDS_AT_ONCE = 2;

const sendRequestedRefunds: Job = async (deps) => {
  const report = { claimed: 0, done: 0, open: 0, review: 0, failed: 0 };
  while (report.claimed < BATCH) {
    const claimed = await claimDueRefunds(deps.db, { limit: REFUNDS_AT_ONCE, now: deps.now() });
    report.claimed += claimed.length;
    await forEach(deps, 'send-requested-refunds', claimed, report, async (refund) => {
      report[await sendRefund(deps, refund)] += 1;
    });
    if (claimed.length < REFUNDS_AT_ONCE) break;
  }
  return report;
};

/** So few at a time that the slowest of hosts is done with them within their lease. */
const EVENTS_AT_ONCE = 5;
const EVENTS_LEASE_MS = 180_000;

const publishEvents: Job = async (deps) => {
  const report = { claimed: 0, published: 0, failed: 0, dead: 0 };
  while (report.claimed < BATCH) {
    const lease = { limit: EVENTS_AT_ONCE, now: deps.now(), leaseMs: EVENTS_LEASE_MS };
    const claimed = await claimOutbox(deps.db, lease);
    report.claimed += claimed.length;
    for (const event of claimed) report[await deliver(deps, event)] += 1;
    if (claimed.length < EVENTS_AT_ONCE) break;
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
  'close-settlements': closeSettlements,
  'send-payouts': sendPayouts,
  'publish-events': publishEvents,
  'seal-ledger': sealLedger,
  'check-ledger': checkLedger,
  'reconcile-yesterday': reconcileYesterday,
  'run-rehearsals': runRehearsals,
  'free-promotion-budgets': freePromotionBudgets,
  'rewrap-vault-keys': rewrapVaultKeys,
  'settle-points': settlePoints,
  'roll-up-risk': rollUpRisk,
  'make-exports': makeExports,
  'delete-accounts': deleteAccounts,
} as const satisfies Record<JobName, Job>;

export const JOB_NAMES = Object.keys(JOBS) as readonly JobName[];

/** Runs one job once. */
export const runJob = (deps: Dependencies, name: JobName): Promise<JobReport> => JOBS[name](deps);
