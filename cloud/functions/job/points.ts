import * as points from '../../store/points';
import { forEach, type Job } from './items';

const BATCH = 200;

/** Gives users the points whose refund window is over, ends those whose time is over, and warns of those that follow. */
export const settlePoints: Job = async (deps) => {
  const due = { now: deps.now(), limit: BATCH };
  const report = { released: 0, expired: 0, warned: 0, failed: 0 };
  await forEach(deps, 'settle-points', await points.lotsToRelease(deps.db, due), report, async (lot) => {
    report.released += await points.releaseLot(deps.db, { ...lot, now: due.now });
  });
  const accounts = await points.accountsWithExpired(deps.db, due);
  await forEach(deps, 'settle-points', accounts, report, async (accountId) => {
    report.expired += await points.expirePoints(deps.db, { accountId, now: due.now });
  });
  const { warnedBeforeMs } = await deps.points.at(due.now);
  const soon = { now: due.now, by: new Date(due.now.getTime() + warnedBeforeMs) };
  const unaware = await points.accountsToWarn(deps.db, { ...soon, limit: BATCH });
  await forEach(deps, 'settle-points', unaware, report, async (accountId) => {
    report.warned += await points.warnOfExpiry(deps.db, { ...soon, accountId });
  });
  return report;
};
