import { sql } from 'kysely';

import type { Database } from './database';
import { INVARIANTS, type Invariant } from './invariants';

export interface LedgerReport {
  readonly entries: number;
  /** What is wrong, in words; empty where every invariant holds. */
  readonly violations: readonly string[];
  /** Names of invariants that took longer than they were given, and so are neither confirmed nor refuted. */
  readonly unchecked: readonly string[];
}

export interface VerifyOptions {
  /** How long one invariant may take, in ms; as long as it needs where it is left out. */
  readonly timeoutMs?: number;
  /** Told of each invariant before it is checked. */
  readonly onInvariant?: (name: string) => void;
}

/** Violations of one invariant that are named; one is enough to look. */
const NAMED_MAX = 100;

/** What the database may hold in memory for each sort and join; beyond it works on disk. */
const WORK_MEM = '64MB';

/**
 * Checks every invariant over everything that was ever stored. The work is the database's, which sorts and sums on disk
 * what does not fit its memory; this process holds at most a hundred violations of each.
 */
export function verifyLedger(db: Database, options: VerifyOptions = {}): Promise<LedgerReport> {
  const { timeoutMs = 0, onInvariant } = options;
  return db
    .transaction()
    .setIsolationLevel('repeatable read') // One view of the data: a payment in the middle of it all is no violation.
    .setAccessMode('read only')
    .execute(async (transaction) => {
      await sql`select set_config('work_mem', ${WORK_MEM}, true)`.execute(transaction);
      const violations: string[] = [];
      const unchecked: string[] = [];
      for (const { name, violations: query } of INVARIANTS) {
        onInvariant?.(name);
        const found = await within(transaction, timeoutMs, query);
        if (found === 'timeout') unchecked.push(name);
        else violations.push(...found);
      }
      const { entries } = await countEntries(transaction, timeoutMs);
      return { entries, violations, unchecked };
    });
}

const QUERY_CANCELED = '57014';

/** At most a hundred violations; `timeout` where the database was given too little time to tell. */
async function within(
  db: Database,
  timeoutMs: number,
  query: Invariant['violations'],
): Promise<readonly string[] | 'timeout'> {
  await sql`select set_config('statement_timeout', ${String(timeoutMs)}, true)`.execute(db);
  await sql`savepoint invariant`.execute(db);
  try {
    const { rows } = await sql<{ violation: string }>`
      select violation from (${query}) as found limit ${NAMED_MAX}`.execute(db);
    return rows.map((row) => row.violation);
  } catch (error) {
    const timedOut =
      timeoutMs > 0 && error instanceof Error && 'code' in error && error.code === QUERY_CANCELED;
    if (!timedOut) throw error;
    await sql`rollback to savepoint invariant`.execute(db);
    return 'timeout';
  }
}

/** Exact where there is all the time in the world; otherwise what the database's own statistics say. */
async function countEntries(db: Database, timeoutMs: number): Promise<{ readonly entries: number }> {
  if (timeoutMs === 0) {
    return db
      .selectFrom('entries')
      .select((eb) => eb.fn.countAll<number>().as('entries'))
      .executeTakeFirstOrThrow();
  }
  // The last number of the histogram is how many accounts a posting has on average.
  const { rows } = await sql<{ entries: number }>`
    select round(greatest(reltuples, 0) * coalesce(lengths[cardinality(lengths)], 0))::bigint as entries
      from pg_class left join (
        select elem_count_histogram as lengths from pg_stats
          where schemaname = current_schema() and tablename = 'postings' and attname = 'accounts'
      ) as stats on true
      where oid = 'postings'::regclass`.execute(db);
  return rows[0] ?? { entries: 0 };
}
