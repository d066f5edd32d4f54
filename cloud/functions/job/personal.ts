import { EXPORT_LIFETIME_MS } from '../../domain/personal';
import { addSecurityEvent } from '../../store/identity';
import {
  claimDeletions,
  claimExports,
  makeExport,
  removeExpiredExports,
  stepDeletion,
} from '../../store/personal';
import { tellAccount } from '../personal/tell';
import { forEach, type Job } from './items';

/** Few at a time, each within its lease. */
const EXPORTS_AT_ONCE = 2;
const DELETIONS_AT_ONCE = 10;
const LEASE_MS = 180_000;
/** Exports whose parts are taken away in one run. */
const REMOVED_AT_ONCE = 50;

/** Writes the exports that wait, and takes those away whose time is over. */
export const makeExports: Job = async (deps) => {
  const report = { claimed: 0, made: 0, removed: 0, failed: 0 };
  const claimed = await claimExports(deps.db, {
    limit: EXPORTS_AT_ONCE,
    now: deps.now(),
    leaseMs: LEASE_MS,
  });
  report.claimed = claimed.length;
  await forEach(deps, 'make-exports', claimed, report, async ({ accountId, id }) => {
    const now = deps.now();
    const expiresAt = new Date(now.getTime() + EXPORT_LIFETIME_MS);
    await makeExport(deps.db, { accountId, id, expiresAt, now }, async (db) => {
      await tellAccount(deps, db, { accountId, kind: 'export_ready', causeId: id });
      report.made += 1;
    });
  });
  report.removed = await removeExpiredExports(deps.db, { now: deps.now(), limit: REMOVED_AT_ONCE });
  return report;
};

/** Deletes the accounts whose time has come, step by step; what has something open waits for the next turn. */
export const deleteAccounts: Job = async (deps) => {
  const report = { claimed: 0, deleted: 0, waiting: 0, failed: 0 };
  const claimed = await claimDeletions(deps.db, {
    limit: DELETIONS_AT_ONCE,
    now: deps.now(),
    leaseMs: LEASE_MS,
  });
  report.claimed = claimed.length;
  await forEach(deps, 'delete-accounts', claimed, report, async ({ accountId, id }) => {
    for (;;) {
      const step = await stepDeletion(deps.db, { accountId, id, now: deps.now() }, (db) =>
        addSecurityEvent(db, {
          accountId,
          id: deps.newId(),
          kind: 'account_deleted',
          sessionId: null,
          at: deps.now(),
        }),
      );
      if (step === 'stepped') continue;
      if (step === 'done') report.deleted += 1;
      if (step === 'waits') report.waiting += 1;
      return;
    }
  });
  return report;
};
