import type { Selectable } from 'kysely';

import type { Database } from '../database';
import type { AnyRehearsalReport, RehearsalKind, RehearsalsTable } from './tables';

/** A run of a draft over the past: waiting for a worker (with how far it is), done with its report, or failed. */
export type RehearsalRow = Selectable<RehearsalsTable>;

/**
 * Asks for a run of a version, as it is now, over what was from (inclusive) to (exclusive). Who asked for it is told in
 * the trail of the version by the caller, in the same transaction.
 */
export function requestRehearsal(
  db: Database,
  request: {
    readonly id: string;
    readonly kind: RehearsalKind;
    readonly versionId: string;
    readonly contentHash: string;
    readonly from: Date;
    readonly to: Date;
    readonly asOf: Date | null;
    readonly operator: string;
    readonly now: Date;
  },
): Promise<RehearsalRow> {
  const { from, to, operator, now, ...columns } = request;
  return db
    .insertInto('rehearsals')
    .values({
      ...columns,
      fromAt: from,
      toAt: to,
      state: 'waiting',
      requestedBy: operator,
      createdAt: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Rehearsals of some versions, newest first; the last twenty. */
export function rehearsalsOf(db: Database, versionIds: readonly string[]): Promise<readonly RehearsalRow[]> {
  return db
    .selectFrom('rehearsals')
    .selectAll()
    .where('versionId', 'in', [...versionIds])
    .orderBy('id', 'desc')
    .limit(20)
    .execute();
}

/** One rehearsal of one of some versions; undefined where none of them has one of that id. */
export function getRehearsal(
  db: Database,
  { versionIds, rehearsalId }: { readonly versionIds: readonly string[]; readonly rehearsalId: string },
): Promise<RehearsalRow | undefined> {
  return db
    .selectFrom('rehearsals')
    .selectAll()
    .where('id', '=', rehearsalId)
    .where('versionId', 'in', [...versionIds])
    .executeTakeFirst();
}

/** Whether a version, as it is, was run over the past. */
export async function isRehearsed(
  db: Database,
  version: { readonly id: string; readonly contentHash: string },
): Promise<boolean> {
  const done = await db
    .selectFrom('rehearsals')
    .select('id')
    .where('versionId', '=', version.id)
    .where('contentHash', '=', version.contentHash)
    .where('state', '=', 'done')
    .limit(1)
    .executeTakeFirst();
  return done !== undefined;
}

/** Takes the oldest rehearsal that waits, for `leaseMs`; undefined where none does. */
export function claimRehearsal(
  db: Database,
  claim: { readonly now: Date; readonly leaseMs: number },
): Promise<RehearsalRow | undefined> {
  return db
    .updateTable('rehearsals')
    .set({ leasedUntil: new Date(claim.now.getTime() + claim.leaseMs) })
    .where('id', '=', (eb) =>
      eb
        .selectFrom('rehearsals')
        .select('id')
        .where('state', '=', 'waiting')
        .where((or) => or.or([or('leasedUntil', 'is', null), or('leasedUntil', '<=', claim.now)]))
        .orderBy('id')
        .limit(1)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .executeTakeFirst();
}

/** Says how far a rehearsal is, and keeps it from other workers until `leasedUntil`. */
export async function recordRehearsalProgress(
  db: Database,
  progress: {
    readonly rehearsalId: string;
    readonly total: number;
    readonly done: number;
    readonly leasedUntil: Date;
  },
): Promise<void> {
  const { rehearsalId, ...columns } = progress;
  await db
    .updateTable('rehearsals')
    .set(columns)
    .where('id', '=', rehearsalId)
    .where('state', '=', 'waiting')
    .execute();
}

/** Ends a rehearsal with its report, or with why it could not be made. */
export async function finishRehearsal(
  db: Database,
  end: { readonly rehearsalId: string; readonly now: Date } & (
    { readonly report: AnyRehearsalReport; readonly done: number } | { readonly failure: string }
  ),
): Promise<void> {
  await db
    .updateTable('rehearsals')
    .set({
      finishedAt: end.now,
      ...('report' in end
        ? { state: 'done' as const, report: JSON.stringify(end.report), done: end.done }
        : { state: 'failed' as const, failure: end.failure }),
    })
    .where('id', '=', end.rehearsalId)
    .where('state', '=', 'waiting')
    .execute();
}
