import type { Selectable } from 'kysely';

import type { RehearsalReport } from '../../domain';
import { inTransaction, type Database } from '../database';
import { addFeeAudit, lockFeeRules } from './audit';
import type { FeeRehearsalsTable } from './tables';

/** A run of a set's rules over past orders: waiting for a worker (with how far it is), done with its report, or failed. */
export type FeeRehearsalRow = Selectable<FeeRehearsalsTable>;

/** Asks for a run of a set's rules, as they are now, over the orders made from (inclusive) to (exclusive). */
export function requestRehearsal(
  db: Database,
  request: {
    readonly id: string;
    readonly ruleSetId: string;
    readonly contentHash: string;
    readonly from: Date;
    readonly to: Date;
    readonly asOf: Date | null;
    readonly operator: string;
    readonly now: Date;
  },
): Promise<FeeRehearsalRow> {
  const { id, ruleSetId, contentHash, from, to, asOf, operator, now } = request;
  return inTransaction(db, async (transaction) => {
    await lockFeeRules(transaction);
    const rehearsal = await transaction
      .insertInto('feeRehearsals')
      .values({
        id,
        ruleSetId,
        contentHash,
        fromAt: from,
        toAt: to,
        asOf,
        state: 'waiting',
        requestedBy: operator,
        createdAt: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await addFeeAudit(transaction, {
      ruleSetId,
      action: 'rehearsal_requested',
      actor: `operator:${operator}`,
      note: `${from.toISOString()}/${to.toISOString()}`,
      at: now,
    });
    return rehearsal;
  });
}

/** A set's rehearsals, newest first; the last twenty. */
export function rehearsalsOf(db: Database, ruleSetId: string): Promise<readonly FeeRehearsalRow[]> {
  return db
    .selectFrom('feeRehearsals')
    .selectAll()
    .where('ruleSetId', '=', ruleSetId)
    .orderBy('id', 'desc')
    .limit(20)
    .execute();
}

/** One rehearsal of a set; undefined where the set has none of that id. */
export function getRehearsal(
  db: Database,
  { ruleSetId, rehearsalId }: { readonly ruleSetId: string; readonly rehearsalId: string },
): Promise<FeeRehearsalRow | undefined> {
  return db
    .selectFrom('feeRehearsals')
    .selectAll()
    .where('id', '=', rehearsalId)
    .where('ruleSetId', '=', ruleSetId)
    .executeTakeFirst();
}

/** Whether the rules of a set, as they are, were run over past orders. */
export async function isRehearsed(
  db: Database,
  set: { readonly id: string; readonly contentHash: string },
): Promise<boolean> {
  const done = await db
    .selectFrom('feeRehearsals')
    .select('id')
    .where('ruleSetId', '=', set.id)
    .where('contentHash', '=', set.contentHash)
    .where('state', '=', 'done')
    .limit(1)
    .executeTakeFirst();
  return done !== undefined;
}

/** Takes the oldest rehearsal that waits, for `leaseMs`; undefined where none does. */
export function claimRehearsal(
  db: Database,
  claim: { readonly now: Date; readonly leaseMs: number },
): Promise<FeeRehearsalRow | undefined> {
  return db
    .updateTable('feeRehearsals')
    .set({ leasedUntil: new Date(claim.now.getTime() + claim.leaseMs) })
    .where('id', '=', (eb) =>
      eb
        .selectFrom('feeRehearsals')
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
    readonly ordersTotal: number;
    readonly ordersDone: number;
    readonly leasedUntil: Date;
  },
): Promise<void> {
  const { rehearsalId, ...columns } = progress;
  await db
    .updateTable('feeRehearsals')
    .set(columns)
    .where('id', '=', rehearsalId)
    .where('state', '=', 'waiting')
    .execute();
}

/** Ends a rehearsal with its report, or with why it could not be made. */
export async function finishRehearsal(
  db: Database,
  end: { readonly rehearsalId: string; readonly now: Date } & (
    { readonly report: RehearsalReport; readonly ordersDone: number } | { readonly failure: string }
  ),
): Promise<void> {
  await db
    .updateTable('feeRehearsals')
    .set({
      finishedAt: end.now,
      ...('report' in end
        ? { state: 'done' as const, report: JSON.stringify(end.report), ordersDone: end.ordersDone }
        : { state: 'failed' as const, failure: end.failure }),
    })
    .where('id', '=', end.rehearsalId)
    .where('state', '=', 'waiting')
    .execute();
}
