import { sql } from 'kysely';

import { fen, type FeeCategory, type FeeHost, type PastOrder, type PaymentMethod } from '../../domain';
import type { Database } from '../database';

/** Orders made from `from` (inclusive) to `to` (exclusive). */
interface Period {
  readonly from: Date;
  readonly to: Date;
}

/** Orders read at a time: all that is held of them in memory. */
const BATCH = 5_000;

interface PastOrderRow {
  readonly accountId: string;
  readonly method: PaymentMethod;
  readonly host: FeeHost;
  readonly category: FeeCategory;
  readonly amountFen: number;
  readonly feeFen: number;
  readonly counted: boolean;
  readonly pricedAtMs: number;
  readonly createdAtMs: number;
  readonly closedAtMs: number | null;
}

const PAID = sql`orders.state in ('paid', 'partially_refunded', 'refunded')`;

/** How many orders of a period were paid, counted up to `most + 1`. */
export async function countPaidOrders(db: Database, period: Period, most: number): Promise<number> {
  const { rows } = await sql<{ orders: number }>`
    select count(*) as orders from (
      select from orders where created_at >= ${period.from} and created_at < ${period.to} and ${PAID}
        limit ${most + 1}) as paid`.execute(db);
  return rows[0]?.orders ?? 0;
}

/**
 * Hands over the paid orders of a period one account after the other, each account's in the order in which they were made,
 * in batches. With `alsoFrom` also every order made since then that was not paid or is older than the period, marked as not
 * `counted`: what they used of allowances changes what came after. One snapshot of the database, so a long read sees no
 * order twice.
 */
export async function readPastOrders(
  db: Database,
  period: Period & { readonly alsoFrom?: Date | undefined },
  take: (orders: readonly PastOrder[]) => Promise<void>,
): Promise<void> {
  const { from, to, alsoFrom } = period;
  const since = alsoFrom !== undefined && alsoFrom < from ? alsoFrom : from;
  await db.transaction().execute(async (transaction) => {
    // Sorting a long period takes longer than a statement usually may.
    await sql`set local statement_timeout = 0`.execute(transaction);
    await sql`
      declare past_orders no scroll cursor for
        select orders.account_id, orders.method, accounts.host, merchants.category, amount_fen, fee_fen,
            ${PAID} and orders.created_at >= ${from} as counted,
            coalesce((methods -> 0 ->> 'pricedAtMs')::bigint, ${msOf('orders.created_at')}) as priced_at_ms,
            ${msOf('orders.created_at')} as created_at_ms, ${msOf('orders.closed_at')} as closed_at_ms
          from orders join accounts on accounts.id = orders.account_id
            join merchants on merchants.id = orders.merchant_id
          where orders.created_at >= ${since} and orders.created_at < ${to}
            and (${PAID} or ${alsoFrom !== undefined})
          order by orders.account_id, orders.created_at, orders.id`.execute(transaction);
    for (;;) {
      const { rows } = await sql<PastOrderRow>`fetch ${sql.lit(BATCH)} from past_orders`.execute(transaction);
      await take(rows.map(pastOrder));
      if (rows.length < BATCH) return;
    }
  });
}

const msOf = (column: string) => sql`(extract(epoch from ${sql.ref(column)}) * 1000)::bigint`;

/** Every order today is a payment to a merchant, by a user of the first tier. */
const pastOrder = ({ amountFen, feeFen, ...row }: PastOrderRow): PastOrder => ({
  ...row,
  scene: 'merchant_payment',
  userTier: 'standard',
  amountFen: fen(amountFen),
  feeFen: fen(feeFen),
});
