import { sql } from 'kysely';

import { InvalidCursor, type Page } from '../cursor';
import type { Database } from '../database';

/** What changed a user's points, and why. */
export interface PointsStatementLine {
  readonly id: string;
  readonly kind: string;
  /** The order that it belongs to; null for points that expired. */
  readonly orderId: string | null;
  readonly merchantName: string | null;
  /** What came to or left the points to be spent, and those pending. */
  readonly available: number;
  readonly pending: number;
  readonly at: Date;
}

const cursorOf = (line: { readonly id: string; readonly at: Date }): string =>
  Buffer.from(`${line.at.getTime()}:${line.id}`, 'latin1').toString('base64url');

function readCursor(cursor: string): { readonly at: Date; readonly id: string } {
  const match = /^(\d{1,15}):([0-9a-f-]{36})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'));
  if (match === null) throw new InvalidCursor('the cursor names no line');
  return { at: new Date(Number(match[1])), id: match[2] ?? '' };
}

/**
 * The postings that moved an account's points, newest first, as the ledger has them: those of accounts that were joined into it
 * too, which stay filed as they were written, but not the moving itself, which changed nothing for their user. Throws
 * InvalidCursor.
 */
export async function pointsStatement(
  db: Database,
  question: { readonly accountId: string; readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<PointsStatementLine>> {
  const { accountId, cursor, limit } = question;
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const { rows } = await sql<PointsStatementLine>`
    select postings.id, postings.kind, orders.id as order_id, merchants.name as merchant_name,
        moved.available, moved.pending, postings.created_at as at
      from postings
        left join orders on orders.id = postings.order_id
        left join merchants on merchants.id = orders.merchant_id
        cross join lateral (
          select coalesce(-sum(amount) filter (where account = 'user_points:' || postings.account_id), 0)::bigint as available,
              coalesce(-sum(amount) filter (where account = 'points_pending:' || postings.account_id), 0)::bigint as pending
            from unnest(accounts, amounts) as line (account, amount)
        ) as moved
      where postings.account_id = any (array(
          select ${accountId}::uuid union all select id from accounts where joined_into = ${accountId}))
        and postings.kind <> 'points_moved' ${
          after === undefined
            ? sql``
            : sql`and (postings.created_at, postings.id) < (${after.at}::timestamptz, ${after.id}::uuid)`
        }
      order by postings.created_at desc, postings.id desc limit ${limit + 1}`.execute(db);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
