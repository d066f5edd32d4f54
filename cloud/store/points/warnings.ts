import { v5 as uuidv5 } from 'uuid';

import { inTransaction, type Database } from '../database';
import { addEvent } from '../outbox';

interface Soon {
  readonly now: Date;
  /** Points that expire up to then are warned of. */
  readonly by: Date;
}

/** Accounts with points that expire soon and of which nobody was told. */
export async function accountsToWarn(
  db: Database,
  { now, by, limit }: Soon & { readonly limit: number },
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('pointsLots')
    .select('accountId')
    .distinct()
    .where('state', '=', 'available')
    .where('warnedAt', 'is', null)
    .where('expiresAt', '>', now)
    .where('expiresAt', '<=', by)
    .limit(limit)
    .execute();
  return rows.map(({ accountId }) => accountId);
}

/** Writes the event that tells a user of all points that expire soon; once for each lot. How many points they are. */
export function warnOfExpiry(
  db: Database,
  { accountId, now, by }: Soon & { readonly accountId: string },
): Promise<number> {
  return inTransaction(db, async (transaction) => {
    const lots = await transaction
      .updateTable('pointsLots')
      .set({ warnedAt: now })
      .where('accountId', '=', accountId)
      .where('state', '=', 'available')
      .where('warnedAt', 'is', null)
      .where('expiresAt', '>', now)
      .where('expiresAt', '<=', by)
      .returning(['id', 'points', 'expiresAt'])
      .execute();
    const first = [...lots].sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime()).at(0);
    if (first === undefined) return 0;
    const points = lots.reduce((sum, lot) => sum + lot.points, 0);
    const type = 'points.expiring';
    const payload = { accountId, points, firstAt: first.expiresAt.toISOString() };
    await addEvent(transaction, { id: uuidv5(type, first.id), type, payload, now });
    return points;
  });
}
