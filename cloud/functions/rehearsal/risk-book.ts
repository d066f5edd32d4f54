import { RISK_REHEARSAL_EVENTS_MAX } from '../../contract/limits';
import { BookRehearsal, keptBook, type BookRehearsalReport } from '../../domain/risk';
import * as risk from '../../store/risk';
import type { Dependencies } from '../dependencies';
import { CannotRehearse, type Progress } from './run';

/** How long before the days that are asked about events are taken note of, so that accounts have a past, in ms. */
const PAST_MS = 30 * 86_400_000;

/**
 * Runs a book over the events from (inclusive) to (exclusive), beside the book in force, and answers what it would have
 * decided otherwise. Throws CannotRehearse.
 */
export async function rehearseBook(
  deps: Pick<Dependencies, 'db' | 'risk' | 'now'>,
  rehearsal: { readonly book: risk.RiskBookRow; readonly from: Date; readonly to: Date },
  progress: Progress,
): Promise<BookRehearsalReport> {
  const { book, from, to } = rehearsal;
  const since = new Date(from.getTime() - PAST_MS);
  const total = await risk.countPastEvents(deps.db, { from: since, to }, RISK_REHEARSAL_EVENTS_MAX);
  if (total > RISK_REHEARSAL_EVENTS_MAX) throw new CannotRehearse('too_many_events');
  const inForce = await deps.risk.at(deps.now());
  const lists = await risk.readLists(deps.db);
  const run = new BookRehearsal({ inForce, other: keptBook(book.version, book.content), lists });
  let done = 0;
  await progress(done, total);
  await risk.readPastEvents(deps.db, { since, from, to }, async (events) => {
    for (const event of events) run.add(event);
    done += events.length;
    await progress(done, total);
  });
  return run.report();
}
