import { sql } from 'kysely';

import type { Database } from '../database';

/** Notes that a day's bill is being reconciled. */
export async function startRun(
  db: Database,
  run: {
    readonly id: string;
    readonly gateway: string;
    readonly date: string;
    readonly executed: boolean;
    readonly now: Date;
  },
): Promise<void> {
  const { id, gateway, date, executed, now } = run;
  await sql`
    insert into recon_runs (id, gateway, day, executed, started_at)
      values (${id}, ${gateway}, ${date}::date, ${executed}, ${now})`.execute(db);
}

/** Notes what a run found and did. */
export async function finishRun(
  db: Database,
  run: {
    readonly id: string;
    readonly billRows: number;
    readonly matched: number;
    readonly repaired: number;
    readonly feesBooked: number;
    readonly unresolved: number;
    readonly now: Date;
  },
): Promise<void> {
  const { id, now, ...figures } = run;
  await db
    .updateTable('reconRuns')
    .set({ ...figures, finishedAt: now })
    .where('id', '=', id)
    .execute();
}

export interface RunRow {
  readonly executed: boolean;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** The last run of a day's bill that was to repair. */
export function lastExecution(
  db: Database,
  day: { readonly gateway: string; readonly date: string },
): Promise<RunRow | undefined> {
  return db
    .selectFrom('reconRuns')
    .select(['executed', 'startedAt', 'finishedAt'])
    .where('gateway', '=', day.gateway)
    .where(sql`day`, '=', sql`${day.date}::date`)
    .where('executed', '=', true)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}
