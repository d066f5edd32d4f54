import { sql, type RawBuilder } from 'kysely';

import { leafText, type Leaf } from '../domain';
import type { Database } from './database';

/** A posting with what its leaf says of it. */
export interface LeafRow {
  readonly postingId: string;
  readonly leaf: Leaf;
  /** The last row of the order's history that the leaf tells of; 0 where it tells of none. */
  readonly historyTo: number;
  readonly createdAt: Date;
  readonly xid: string;
}

interface Selected {
  readonly id: string;
  readonly kind: string;
  readonly orderId: string | null;
  readonly attemptId: string | null;
  readonly createdAt: Date;
  readonly xid: string;
  readonly historyTo: number;
  readonly entries: Leaf['entries'] | null;
  readonly history: Leaf['history'] | null;
}

/** Instants in JSON as `toISOString` has them, to the millisecond, which is all that is ever stored. */
const iso = (column: string): RawBuilder<string> =>
  sql`to_char(${sql.raw(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * The postings that `from` selects (as `posting`, with `sealed.history_to` where they are sealed already; null before),
 * each with its entries and its order's history.
 */
export async function selectLeaves(db: Database, from: RawBuilder<unknown>): Promise<readonly LeafRow[]> {
  const { rows } = await sql<Selected>`
    select posting.id, kind, posting.order_id, posting.attempt_id, posting.created_at, posting.xid::text,
        coalesce(happened.history_to, 0) as history_to, booked.entries, happened.history
      from ${from}
      left join lateral (
        select json_agg(json_build_array(account, unit, amount)) as entries
          from unnest(posting.accounts, posting.units, posting.amounts) as line (account, unit, amount)
      ) as booked on true
      left join lateral (
        select max(id) as history_to, json_agg(json_build_array(
            subject, subject_id, from_state, to_state, reason, actor, ${iso('at')}) order by id) as history
          from history where history.order_id = posting.order_id and id <= coalesce(sealed.history_to, id)
      ) as happened on true
      order by posting.xid, posting.id`.execute(db);
  return rows.map(({ id, kind, orderId, attemptId, createdAt, xid, historyTo, entries, history }) => ({
    postingId: id,
    createdAt,
    xid,
    historyTo,
    leaf: {
      postingId: id,
      kind,
      orderId,
      attemptId,
      at: createdAt.toISOString(),
      entries: entries ?? [],
      history: history ?? [],
    },
  }));
}

/** The bytes that a leaf's hash is taken of. */
export const leafBytes = (leaf: Leaf): Uint8Array => Buffer.from(leafText(leaf));
