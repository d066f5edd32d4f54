import { sql } from 'kysely';

import { accountId } from '../domain';
import type { Database } from './database';

/**
 * Locks a merchant against everyone else who takes from what it is owed. Orders of the merchant are still made and paid
 * meanwhile: a payment only adds. False where there is no such merchant.
 */
export async function lockMerchant(transaction: Database, merchantId: string): Promise<boolean> {
  const { rows } = await sql`
    select from merchants where id = ${merchantId} for no key update`.execute(transaction);
  return rows.length > 0;
}

/**
 * What a merchant is owed and no batch has taken yet, in fen. Until the transaction ends nobody else takes from it, so
 * whoever does (a batch, a refund) compares with this first and never takes more: the account then stays at or above
 * zero. A transaction that locks an order as well locks the order first. Undefined where there is no such merchant.
 */
export async function lockMerchantFunds(
  transaction: Database,
  merchantId: string,
): Promise<number | undefined> {
  if (!(await lockMerchant(transaction, merchantId))) return undefined;
  // A statement of its own: what was committed while this one waited for the lock must be seen.
  const { rows } = await sql<{ fundsFen: number }>`
    select coalesce(-sum(amount), 0)::bigint as funds_fen from entries
      where account = ${accountId({ kind: 'merchant_payable', owner: merchantId })}
        and account like 'merchant_payable:%'`.execute(transaction);
  return rows[0]?.fundsFen ?? 0;
}
