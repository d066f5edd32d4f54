import { sql, type Selectable } from 'kysely';

import type { BookContent } from '../../domain/risk';
import type { Database } from '../database';
import type { RiskBookActivationsTable } from './tables';

/** From when on a book is in force, until another is. `bookId` null: the one that comes with the program. */
export type RiskBookActivation = Omit<Selectable<RiskBookActivationsTable>, 'madeAt'>;

/** A book as it judges. */
export interface KeptBook {
  readonly id: string;
  readonly version: number;
  readonly content: BookContent;
}

/** Sets when a book comes into force. The caller holds the lock of books. */
export async function activateBook(
  transaction: Database,
  activation: RiskBookActivation & { readonly now: Date },
): Promise<void> {
  const { id, bookId, liveFrom, now } = activation;
  await transaction.insertInto('riskBookActivations').values({ id, bookId, liveFrom, madeAt: now }).execute();
}

/** Whether a book ever was in force up to now. */
export async function wasInForce(db: Database, bookId: string, now: Date): Promise<boolean> {
  const found = await db
    .selectFrom('riskBookActivations')
    .select('id')
    .where('bookId', '=', bookId)
    .where('liveFrom', '<=', now)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

/** Every time from which a book was or is to be in force, newest first; the last twenty. */
export const activationsOfBook = (db: Database, bookId: string): Promise<readonly RiskBookActivation[]> =>
  db
    .selectFrom('riskBookActivations')
    .select(['id', 'bookId', 'liveFrom'])
    .where('bookId', '=', bookId)
    .orderBy('liveFrom', 'desc')
    .limit(20)
    .execute();

/** The book in force at an instant, those set to follow, and the one in shadow. */
export interface JudgingBooks {
  /** Oldest first. */
  readonly activations: readonly RiskBookActivation[];
  readonly shadowId: string | null;
}

export async function readJudgingBooks(db: Database, now: Date): Promise<JudgingBooks> {
  const { rows } = await sql<
    (RiskBookActivation | { readonly id: null }) & { readonly shadow: string | null }
  >`
    with shadow as (select id from risk_books where shadow_since is not null)
    select activations.*, shadow.id as shadow
      from (select) as always left join shadow on true left join lateral (
        select id, book_id, live_from, made_at from risk_book_activations
          where live_from >= coalesce((
            select max(live_from) from risk_book_activations where live_from <= ${now}), ${now})
      ) as activations on true
      order by live_from, made_at, id`.execute(db);
  return {
    activations: rows.flatMap((row) => (row.id === null ? [] : [row])),
    shadowId: rows[0]?.shadow ?? null,
  };
}

export async function readBooks(db: Database, ids: readonly string[]): Promise<readonly KeptBook[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('riskBooks').select(['id', 'version', 'content']).where('id', 'in', ids).execute();
}
