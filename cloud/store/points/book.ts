import type { Lot, PointsBook } from '../../domain';
import type { Database } from '../database';

/**
 * The points of an account, which nobody else changes until the transaction ends: its lots that have not ended, and those
 * named. Whoever also locks an order locks that first.
 */
export async function lockBook(
  db: Database,
  accountId: string,
  ended: readonly string[] = [],
): Promise<PointsBook> {
  await db
    .insertInto('pointsAccounts')
    .values({ accountId })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { owed } = await db
    .selectFrom('pointsAccounts')
    .select('owed')
    .where('accountId', '=', accountId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  // Read after the lock is held: what was read while waiting may have changed.
  const rows = await db
    .selectFrom('pointsLots')
    .select(['id', 'state', 'points', 'expiresAt'])
    .where('accountId', '=', accountId)
    .where((eb) =>
      eb.or([eb('state', '<>', 'ended'), ...(ended.length > 0 ? [eb('id', 'in', [...ended])] : [])]),
    )
    .execute();
  const lots = rows.map(({ expiresAt, ...lot }): Lot => ({ ...lot, expiresAtMs: expiresAt.getTime() }));
  return { lots, owed };
}

/** Writes what changed of an account's points since its book was locked; new lots are added by whoever makes them. */
export async function saveBook(
  db: Database,
  accountId: string,
  before: PointsBook,
  after: PointsBook,
): Promise<void> {
  const known = new Map(before.lots.map((lot) => [lot.id, lot]));
  for (const { id, points, state } of after.lots) {
    const lot = known.get(id);
    if (lot === undefined || (lot.points === points && lot.state === state)) continue;
    await db.updateTable('pointsLots').set({ points, state }).where('id', '=', id).execute();
  }
  if (after.owed !== before.owed) {
    await db
      .updateTable('pointsAccounts')
      .set({ owed: after.owed })
      .where('accountId', '=', accountId)
      .execute();
  }
}
