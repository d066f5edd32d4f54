import type { Insertable } from 'kysely';

import type { Actor } from '../domain';
import type { Database } from './database';
import type { Tables } from './schema';

/** One change of state of an order, of one of its attempts or of one of its refunds. */
export interface HistoryRow {
  readonly subject: 'order' | 'attempt' | 'refund';
  readonly subjectId: string;
  readonly from: string | null;
  readonly to: string;
  /** Stable identifier of why. */
  readonly reason: string;
  readonly actor: Actor;
  readonly at: Date;
  /** Which operator it was, and the words given for it; not for the user. */
  readonly operator: string | null;
  readonly note: string | null;
}

/** Adds a change, inside the transaction that makes it. */
export async function addHistory(
  db: Database,
  ...changes: readonly Insertable<Tables['history']>[]
): Promise<void> {
  await db
    .insertInto('history')
    .values([...changes])
    .execute();
}

/** All that happened to an order, its attempts and its refunds, in the order in which it did. */
export function orderHistory(db: Database, orderId: string): Promise<readonly HistoryRow[]> {
  return db
    .selectFrom('history')
    .select([
      'subject',
      'subjectId',
      'fromState as from',
      'toState as to',
      'reason',
      'actor',
      'at',
      'operator',
      'note',
    ])
    .where('orderId', '=', orderId)
    .orderBy('id')
    .execute();
}
