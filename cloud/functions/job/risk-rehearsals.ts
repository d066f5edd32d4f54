import { RISK_REHEARSAL_EVENTS_MAX } from '../../contract/limits';
import { BookRehearsal, keptBook, type BookRehearsalReport } from '../../domain/risk';
import * as risk from '../../store/risk';
import type { Dependencies } from '../dependencies';
import type { Job } from './items';

/** A worker that says nothing for so long is taken for dead, in ms. */
const LEASE_MS = 120_000;
/** How long before the days that are asked about events are taken note of, so that accounts have a past, in ms. */
const PAST_MS = 30 * 86_400_000;

/** Runs the oldest rehearsal of a book that waits: over past events, beside the book in force. */
export const rehearseRiskBook: Job = async (deps) => {
  const { db } = deps;
  const report = { claimed: 0, events: 0, failed: 0 };
  const rehearsal = await risk.claimBookRehearsal(db, { now: deps.now(), leaseMs: LEASE_MS });
  if (rehearsal === undefined) return report;
  report.claimed = 1;
  const rehearsalId = rehearsal.id;
  const book = await risk.getRiskBook(db, rehearsal.bookId);
  const since = new Date(rehearsal.fromAt.getTime() - PAST_MS);
  const period = { since, from: rehearsal.fromAt, to: rehearsal.toAt };
  const most = RISK_REHEARSAL_EVENTS_MAX;
  const eventsTotal = await risk.countPastEvents(db, { from: since, to: period.to }, most);
  const changed = book?.contentHash !== rehearsal.contentHash;
  if (book === undefined || changed || eventsTotal > most) {
    report.failed = 1;
    const failure = eventsTotal > most && !changed ? 'too_many_events' : 'book_changed';
    await risk.finishBookRehearsal(db, { rehearsalId, failure, now: deps.now() });
    return report;
  }
  const result = await run(deps, book, period, async (eventsDone) => {
    report.events = eventsDone;
    const leasedUntil = new Date(deps.now().getTime() + LEASE_MS);
    await risk.recordBookRehearsalProgress(db, { rehearsalId, eventsTotal, eventsDone, leasedUntil });
  });
  await risk.finishBookRehearsal(db, { rehearsalId, report: result, now: deps.now() });
  return report;
};

async function run(
  deps: Dependencies,
  { version, content }: risk.RiskBookRow,
  period: { readonly since: Date; readonly from: Date; readonly to: Date },
  progress: (events: number) => Promise<void>,
): Promise<BookRehearsalReport> {
  const inForce = await deps.risk.at(deps.now());
  const lists = await risk.readLists(deps.db);
  const rehearsal = new BookRehearsal({ inForce, other: keptBook(version, content), lists });
  let done = 0;
  await progress(done);
  await risk.readPastEvents(deps.db, period, async (events) => {
    for (const event of events) rehearsal.add(event);
    done += events.length;
    await progress(done);
  });
  return rehearsal.report();
}
