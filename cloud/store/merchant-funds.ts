import { sql } from 'kysely';

import type { Database } from './database';

/**
 * Keeps everyone else who takes from what a merchant is owed waiting until the transaction ends. Whoever also locks an
 * order locks that first. Payments only add and do not wait.
 */
export async function lockMerchantFunds(db: Database, merchantId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`merchant_payable:${merchantId}`}, 0))`.execute(
    db,
  );
}

/**
 * What a merchant is owed beyond what refunds under way will take, in fen: what may be refunded or paid out. Holds for
 * as long as `lockMerchantFunds` is held.
 */
export async function merchantFunds(db: Database, merchantId: string): Promise<number> {
  const { rows } = await sql<{ fen: number }>`
    select (
      coalesce((select -sum(amount) from entries
        where merchant_id = ${merchantId} and unit = 'FEN' and account = ${`merchant_payable:${merchantId}`}), 0)
      - coalesce((select sum(amount_fen) from refunds
        where merchant_id = ${merchantId} and kind = 'order' and state <> 'succeeded'), 0)
    )::bigint as fen`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('the sum of nothing is a row');
  return row.fen;
}
