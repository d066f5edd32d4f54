import { sql, type Selectable } from 'kysely';

import type { BookRehearsalReport } from '../../domain/risk';
import { inTransaction, type Database } from '../database';
import { addRiskAudit } from './audit';
import type { RiskBookRehearsalsTable } from './tables';

/** A run of a book over past days: waiting for a worker (with how far it is), done with its report, or failed. */
export type RiskBookRehearsalRow = Selectable<RiskBookRehearsalsTable>;

/** Asks for a run of a book, as it is now, over the events from (inclusive) to (exclusive). */
export function requestBookRehearsal(
  db: Database,
  request: {
    readonly id: string;
    readonly book: { readonly id: string; readonly contentHash: string };
    readonly from: Date;
    readonly to: Date;
    readonly operator: string;
    readonly now: Date;
  },
): Promise<RiskBookRehearsalRow> {
  const { id, book, from, to, operator, now } = request;
  return inTransaction(db, async (transaction) => {
    const rehearsal = await transaction
      .insertInto('riskBookRehearsals')
      .values({
        id,
        bookId: book.id,
        contentHash: book.contentHash,
        fromAt: from,
        toAt: to,
        state: 'waiting',
        requestedBy: operator,
        createdAt: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await addRiskAudit(transaction, {
      subject: `book:${book.id}`,
      action: 'rehearsal_requested',
      actor: `operator:${operator}`,
      note: `${from.toISOString()}/${to.toISOString()}`,
      contentHash: book.contentHash,
      at: now,
    });
    return rehearsal;
  });
}

/** A book's rehearsals, newest first; the last twenty. */
export const bookRehearsalsOf = (db: Database, bookId: string): Promise<readonly RiskBookRehearsalRow[]> =>
  db
    .selectFrom('riskBookRehearsals')
    .selectAll()
    .where('bookId', '=', bookId)
    .orderBy('id', 'desc')
    .limit(20)
    .execute();

/** One rehearsal of a book; undefined where the book has none of that id. */
export const getBookRehearsal = (
  db: Database,
  { bookId, rehearsalId }: { readonly bookId: string; readonly rehearsalId: string },
): Promise<RiskBookRehearsalRow | undefined> =>
  db
    .selectFrom('riskBookRehearsals')
    .selectAll()
    .where('id', '=', rehearsalId)
    .where('bookId', '=', bookId)
    .executeTakeFirst();

/** Whether a book, as it is, was run over past days. */
export async function isRehearsed(
  db: Database,
  book: { readonly id: string; readonly contentHash: string },
): Promise<boolean> {
  const done = await db
    .selectFrom('riskBookRehearsals')
    .select('id')
    .where('bookId', '=', book.id)
    .where('contentHash', '=', book.contentHash)
    .where('state', '=', 'done')
    .limit(1)
    .executeTakeFirst();
  return done !== undefined;
}

/** Takes the oldest rehearsal that waits, for `leaseMs`; undefined where none does. */
export const claimBookRehearsal = (
  db: Database,
  claim: { readonly now: Date; readonly leaseMs: number },
): Promise<RiskBookRehearsalRow | undefined> =>
  db
    .updateTable('riskBookRehearsals')
    .set({ leasedUntil: new Date(claim.now.getTime() + claim.leaseMs) })
    .where('id', '=', (eb) =>
      eb
        .selectFrom('riskBookRehearsals')
        .select('id')
        .where('state', '=', 'waiting')
        .where((or) => or.or([or('leasedUntil', 'is', null), or('leasedUntil', '<=', claim.now)]))
        .orderBy('id')
        .limit(1)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .executeTakeFirst();

/** Says how far a rehearsal is, and that its worker lives. */
export async function recordBookRehearsalProgress(
  db: Database,
  progress: {
    readonly rehearsalId: string;
    readonly eventsTotal: number;
    readonly eventsDone: number;
    readonly leasedUntil: Date;
  },
): Promise<void> {
  const { rehearsalId, ...values } = progress;
  await db
    .updateTable('riskBookRehearsals')
    .set(values)
    .where('id', '=', rehearsalId)
    .where('state', '=', 'waiting')
    .execute();
}

/** Ends a rehearsal with its report or with why there is none. */
export async function finishBookRehearsal(
  db: Database,
  end: { readonly rehearsalId: string; readonly now: Date } & (
    { readonly report: BookRehearsalReport } | { readonly failure: string }
  ),
): Promise<void> {
  const result =
    'report' in end
      ? { state: 'done' as const, report: JSON.stringify(end.report), eventsDone: sql<number>`events_total` }
      : { state: 'failed' as const, failure: end.failure };
  await db
    .updateTable('riskBookRehearsals')
    .set({ ...result, finishedAt: end.now, leasedUntil: null })
    .where('id', '=', end.rehearsalId)
    .where('state', '=', 'waiting')
    .execute();
}
