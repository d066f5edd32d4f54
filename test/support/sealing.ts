import { setTimeout as sleep } from 'node:timers/promises';

import { sql } from 'kysely';

import type { Database } from '../../cloud/store';

/**
 * Waits until no running transaction of the server is older than a posting, which is what sealing waits for: tests of
 * other files run on the same server, and theirs count.
 */
export async function untilSealable(db: Database): Promise<void> {
  for (;;) {
    const { rows } = await sql<{ sealable: boolean }>`
      select not exists (select from postings where xid >= pg_snapshot_xmin(pg_current_snapshot())) as sealable`.execute(
      db,
    );
    if (rows[0]?.sealable === true) return;
    await sleep(20);
  }
}
