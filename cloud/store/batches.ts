import { sql, type RawBuilder } from 'kysely';

import { inTransaction, type Database } from './database';

/** Rows read at a time: all that is held of them in memory. */
const BATCH = 5_000;

/**
 * Hands over whatever a query finds, in its order and in batches, so that memory does not grow with it. One snapshot of the
 * database, so a long read sees no row twice.
 */
export async function readInBatches<Row>(
  db: Database,
  rows: RawBuilder<Row>,
  take: (rows: readonly Row[]) => Promise<void>,
): Promise<void> {
  await inTransaction(db, async (transaction) => {
    // Sorting a long period takes longer than a statement usually may.
    await sql`set local statement_timeout = 0`.execute(transaction);
    await sql`declare past no scroll cursor for ${rows}`.execute(transaction);
    for (;;) {
      const batch = await sql<Row>`fetch ${sql.lit(BATCH)} from past`.execute(transaction);
      await take(batch.rows);
      if (batch.rows.length < BATCH) break;
    }
    await sql`close past`.execute(transaction);
  });
}
