import type { Host } from '../contract/types';
import type { Database } from './database';

export interface AccountRow {
  readonly id: string;
  readonly host: Host;
  readonly openId: string;
  readonly createdAt: Date;
  readonly deletedAt: Date | null;
}

const COLUMNS = ['id', 'host', 'openId', 'createdAt', 'deletedAt'] as const;

/** The account of a host's user, made on the first sign-in. `id` is used only then. */
export async function upsertAccount(
  db: Database,
  account: {
    readonly id: string;
    readonly host: Host;
    readonly appId: string;
    readonly openId: string;
    readonly unionId: string | undefined;
    readonly now: Date;
  },
): Promise<AccountRow> {
  const { now, unionId, ...identity } = account;
  return db
    .insertInto('accounts')
    .values({ ...identity, unionId: unionId ?? null, createdAt: now })
    .onConflict((conflict) =>
      conflict
        .columns(['host', 'appId', 'openId'])
        // A host tells the union id only to some apps and only some times: what is known is kept.
        .doUpdateSet((eb) => ({
          unionId: eb.fn.coalesce('excluded.unionId', 'accounts.unionId'),
        })),
    )
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
}

export async function getAccount(db: Database, accountId: string): Promise<AccountRow | undefined> {
  return db.selectFrom('accounts').select(COLUMNS).where('id', '=', accountId).executeTakeFirst();
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
