import { sql } from 'kysely';

import { accountId, fen, gatewayFeePosting } from '../../domain';
import type { Database } from '../database';
import type { BillDay } from './match';

/**
 * Books the gateway's fee of every line of `compared` that agrees, as `gatewayFeePosting` of the domain does, under an id
 * that follows from the payment's or refund's: a fee is booked once however often its bill is read. Answers how many.
 */
export async function bookFees(db: Database, { gateway, now }: BillDay): Promise<number> {
  // The accounts are the domain's; the amounts are the bill's.
  const [expense, clearing] = gatewayFeePosting(gateway, fen(1)).entries;
  if (expense === undefined || clearing === undefined) throw new Error('a fee has two entries');
  const { rows } = await sql<{ booked: number }>`
    with due as materialized (
      select derived_id('gateway_fee:' || subject || ':' || our_id) as id, order_id, attempt_id, bill_fee_fen as fee_fen
        from compared where class is null and bill_state = 'succeeded' and bill_fee_fen <> 0 and our_fee_fen is null
    ), booked as (
      insert into postings (id, kind, order_id, attempt_id, created_at, accounts, units, amounts)
        select id, 'gateway_fee', order_id, attempt_id, ${now},
            array[${accountId(expense.account)}, ${accountId(clearing.account)}], array['FEN', 'FEN'],
            array[fee_fen, -fee_fen]
          from due
        -- What was repaired since the bill was compared is booked already; another amount shows when the bill is read again.
        on conflict (id) do nothing
        returning id
    )
    select count(*) as booked from booked`.execute(db);
  return rows[0]?.booked ?? 0;
}
