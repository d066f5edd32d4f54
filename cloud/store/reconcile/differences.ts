import { sql, type Selectable } from 'kysely';

import type { DifferenceClass, GatewayOwner, WaitReason } from '../../domain';
import { pageOf, readCursor, type Page } from '../cursor';
import { inTransaction, type Database } from '../database';
import type { DifferencesTable } from '../schema';

export type DifferenceState = 'open' | 'repaired' | 'dismissed' | 'waiting';
export const UNRESOLVED = ['open', 'waiting'] as const satisfies DifferenceState[];

export type DifferenceRow = Selectable<DifferencesTable>;

/** What became of a difference, and by whom. */
export interface DifferenceChange {
  readonly from: DifferenceState | null;
  readonly to: DifferenceState;
  readonly reason: string;
  /** `system`, or the operator's name. */
  readonly actor: string;
  readonly note: string | null;
  readonly at: Date;
}

const selectDifferences = (db: Database) =>
  db
    .selectFrom('differences')
    .selectAll()
    .select(sql<string>`to_char(day, 'YYYY-MM-DD')`.as('day'));

/** Differences by id. Throws InvalidCursor. */
export async function listDifferences(
  db: Database,
  question: {
    readonly gateway?: GatewayOwner | undefined;
    readonly date?: string | undefined;
    readonly state?: DifferenceState | undefined;
    readonly class?: DifferenceClass | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
  },
): Promise<Page<DifferenceRow>> {
  let rows = selectDifferences(db).orderBy('id');
  if (question.gateway !== undefined) rows = rows.where('gateway', '=', question.gateway);
  if (question.date !== undefined) rows = rows.where(sql`day`, '=', sql`${question.date}::date`);
  if (question.state !== undefined) rows = rows.where('state', '=', question.state);
  if (question.class !== undefined) rows = rows.where('class', '=', question.class);
  if (question.cursor !== undefined) rows = rows.where('id', '>', readCursor(question.cursor));
  return pageOf(await rows.limit(question.limit + 1).execute(), question.limit);
}

/** One difference; inside a transaction with `lock`, held until its end. */
export async function getDifference(
  db: Database,
  differenceId: string,
  options: { readonly lock?: boolean } = {},
): Promise<DifferenceRow | undefined> {
  const row = selectDifferences(db).where('id', '=', differenceId);
  return (options.lock === true ? row.forUpdate() : row).executeTakeFirst();
}

/** All that became of a difference, in the order in which it did. */
export function differenceHistory(db: Database, differenceId: string): Promise<readonly DifferenceChange[]> {
  return db
    .selectFrom('differenceHistory')
    .select(['fromState as from', 'toState as to', 'reason', 'actor', 'note', 'at'])
    .where('differenceId', '=', differenceId)
    .orderBy('id')
    .execute();
}

/** Moves an unresolved difference, with its history. False where it is resolved, or already stands so. */
export function moveDifference(
  db: Database,
  move: {
    readonly differenceId: string;
    readonly to: DifferenceState;
    readonly reason: string;
    readonly actor: string;
    readonly note?: string;
    readonly now: Date;
  },
): Promise<boolean> {
  const { differenceId, to, reason, actor, note = null, now } = move;
  return inTransaction(db, async (transaction) => {
    const known = await getDifference(transaction, differenceId, { lock: true });
    if (known === undefined || !(UNRESOLVED as readonly string[]).includes(known.state)) return false;
    if (known.state === to && known.reason === reason) return false;
    await transaction
      .updateTable('differences')
      .set({ state: to, reason, updatedAt: now })
      .where('id', '=', differenceId)
      .execute();
    await transaction
      .insertInto('differenceHistory')
      .values({ differenceId, fromState: known.state, toState: to, reason, actor, note, at: now })
      .execute();
    return true;
  });
}

/** Leaves open differences to a person, all for one reason. */
export async function leaveWaiting(
  db: Database,
  wait: { readonly differenceIds: readonly string[]; readonly reason: WaitReason; readonly now: Date },
): Promise<void> {
  const { differenceIds, reason, now } = wait;
  await sql`
    with left_open as (
      update differences set state = 'waiting', reason = ${reason}, updated_at = ${now}
        where id = any(${[...differenceIds]}::uuid[]) and state = 'open' returning id
    )
    insert into difference_history (difference_id, from_state, to_state, reason, actor, at)
      select id, 'open', 'waiting', ${reason}, 'system', ${now} from left_open`.execute(db);
}

/** How many differences of a day's bill there are, by class and state. */
export function countDifferences(
  db: Database,
  day: { readonly gateway: GatewayOwner; readonly date: string },
): Promise<
  readonly { readonly class: DifferenceClass; readonly state: DifferenceState; readonly count: number }[]
> {
  return db
    .selectFrom('differences')
    .select((eb) => ['class', 'state', eb.fn.countAll<number>().as('count')])
    .where('gateway', '=', day.gateway)
    .where(sql`day`, '=', sql`${day.date}::date`)
    .groupBy(['class', 'state'])
    .orderBy('class')
    .orderBy('state')
    .execute();
}
