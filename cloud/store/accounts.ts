import type { Database } from './database';

export interface AccountRow {
  readonly id: string;
  readonly createdAt: Date;
  readonly deletedAt: Date | null;
}

export async function getAccount(db: Database, accountId: string): Promise<AccountRow | undefined> {
  return db
    .selectFrom('accounts')
    .select(['id', 'createdAt', 'deletedAt'])
    .where('id', '=', accountId)
    .executeTakeFirst();
}

/** Points that a user holds, those that are pending included: the sum of the ledger's entries. */
export async function pointsBalance(db: Database, accountId: string): Promise<number> {
  const { points } = await db
    .selectFrom('entries')
    .select((eb) => eb.fn.coalesce(eb.fn.sum<string>('amount'), eb.lit(0)).as('points'))
    .where('accountId', '=', accountId)
    .where('account', 'in', [`user_points:${accountId}`, `points_pending:${accountId}`])
    .where('unit', '=', 'POINTS')
    .executeTakeFirstOrThrow();
  // A liability grows with negative entries; 0 - x, because -x of zero would be -0.
  return 0 - Number(points);
}

const FOREIGN_KEY_VIOLATION = '23503';

/** Whether something could not be written because its account was joined into another meanwhile (`accounts.live_id`). */
export const isOfGoneAccount = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  error.code === FOREIGN_KEY_VIOLATION &&
  'constraint' in error &&
  String(error.constraint).endsWith('_account_id_fkey');
