import { sql } from 'kysely';

import { TIER_YEAR_MS } from '../../domain';
import { run, type Database } from '../database';

/** Where a user's points stand. */
export interface PointsStanding {
  /** To be spent now. */
  readonly available: number;
  /** Taken back by refunds and missing: the next points pay it. */
  readonly owed: number;
  /** Released within the last year, less what was taken back: makes the tier. */
  readonly yearly: number;
}

const STANDING = `
  select
    coalesce((select sum(points) from points_lots
      where account_id = $1 and state = 'available' and expires_at > $2), 0)::bigint as available,
    coalesce((select owed from points_accounts where account_id = $1), 0)::bigint as owed,
    coalesce((select sum(earned - taken) from points_lots
      where account_id = $1 and released_at > $3), 0)::bigint as yearly`;

/** One statement, since every quote asks. */
export async function pointsStanding(
  db: Database,
  { accountId, now }: { readonly accountId: string; readonly now: Date },
): Promise<PointsStanding> {
  const yearAgo = new Date(now.getTime() - TIER_YEAR_MS);
  const [row] = await run<PointsStanding>(db, STANDING, [accountId, now, yearAgo]);
  if (row === undefined) throw new Error('sums of nothing are a row');
  return row;
}

/** Points that are pending: what the ledger says, as lots are made a moment after their payment. */
export async function pendingPointsOf(db: Database, accountId: string): Promise<number> {
  const { rows } = await sql<{ points: number }>`
    select coalesce(-sum(amount), 0)::bigint as points from entries
      where account_id = ${accountId} and account = ${`points_pending:${accountId}`}`.execute(db);
  return rows[0]?.points ?? 0;
}

/** The points that expire next: how many, and when the first of them do; undefined where none do by then. */
export async function expiringPoints(
  db: Database,
  question: { readonly accountId: string; readonly now: Date; readonly by: Date },
): Promise<{ readonly points: number; readonly firstAt: Date } | undefined> {
  const { rows } = await sql<{ points: number; firstAt: Date | null }>`
    select coalesce(sum(points), 0)::bigint as points, min(expires_at) as first_at from points_lots
      where account_id = ${question.accountId} and state = 'available'
        and expires_at > ${question.now} and expires_at <= ${question.by}`.execute(db);
  const [row] = rows;
  return row?.firstAt == null ? undefined : { points: row.points, firstAt: row.firstAt };
}
