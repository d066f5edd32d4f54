import { sql, type Kysely } from 'kysely';

/**
 * That a step names its operator if and only if an operator took it is proved by `ledger:verify` from now on: PostgreSQL
 * parses the check of a table anew for every statement, which cost every payment a tenth of its time.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table history drop constraint history_check`.execute(db);
}
