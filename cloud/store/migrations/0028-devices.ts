import { sql, type Kysely } from 'kysely';

/** What people know a device by, in the list of those they are signed in on. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Null for sessions of before; what is no longer known is not made up.
  await sql`
    alter table sessions
      add column device_name text,
      add column network text,
      add column last_seen_at timestamptz`.execute(db);
}
