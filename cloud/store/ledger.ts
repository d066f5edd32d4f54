import { sql } from 'kysely';

import type { Database } from './database';
import { INVARIANTS } from './invariants';

export interface LedgerReport {
  readonly entries: number;
  /** What is wrong, in words; empty where every invariant holds. */
  readonly violations: readonly string[];
}

/** Violations of one invariant that are named; one is enough to look. */
const NAMED_MAX = 100;

export interface VerifyOptions {
  /** How long one invariant may take, in ms; 0 for as long as it needs. */
  readonly timeoutMs?: number;
  /** Told of each invariant before it is checked. */
  readonly onInvariant?: (name: string) => void;
}

/**
 * Checks every invariant over everything that was ever stored. The work is the database's, which sorts and sums on disk
 * what does not fit its memory; this process holds at most a hundred violations of each.
 */
export async function verifyLedger(db: Database, options: VerifyOptions = {}): Promise<LedgerReport> {
  const { timeoutMs = 0, onInvariant } = options;
  return db.transaction().execute(async (transaction) => {
    // One view of the data for all, so that a payment in the middle of it all is no violation.
    await sql`set transaction isolation level repeatable read, read only`.execute(transaction);
    await sql`select set_config('statement_timeout', ${String(timeoutMs)}, true)`.execute(transaction);
    const violations: string[] = [];
    for (const { name, violations: query } of INVARIANTS) {
      onInvariant?.(name);
      const { rows } = await sql<{ violation: string }>`
        select violation from (${query}) as found limit ${NAMED_MAX}`.execute(transaction);
      violations.push(...rows.map((row) => row.violation));
    }
    const { entries } = await transaction
      .selectFrom('entries')
      .select((eb) => eb.fn.countAll<number>().as('entries'))
      .executeTakeFirstOrThrow();
    return { entries, violations };
  });
}
