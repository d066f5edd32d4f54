import { sql } from 'kysely';

import type { Database } from './database';

export interface LedgerReport {
  readonly entries: number;
  /** What is wrong, in words; empty where every invariant holds. */
  readonly violations: readonly string[];
}

/** Checks the invariants of the ledger over everything that was ever booked. At most 100 violations are named. */
export async function verifyLedger(db: Database): Promise<LedgerReport> {
  const { rows } = await sql<{ violation: string }>`
    select format('posting %s does not balance in %s: %s', posting_id, unit, sum(amount)) as violation
      from entries group by posting_id, unit having sum(amount) <> 0
    union all
    select format('posting %s has no entries', id) from postings
      where not exists (select from entries where posting_id = postings.id)
    union all
    select format('entries of %s have no posting', posting_id) from entries
      where not exists (select from postings where id = posting_id)
    union all
    select format('order %s is %s without a payment posting', id, state) from orders
      where state in ('paid', 'partially_refunded', 'refunded')
        and not exists (select from postings where order_id = orders.id and kind = 'payment')
    union all
    select format('order %s is %s with a payment posting', id, state) from orders
      where state not in ('paid', 'partially_refunded', 'refunded')
        and exists (select from postings where order_id = orders.id and kind = 'payment')
    union all
    select format('order %s of %s fen was booked with %s', orders.id, total_fen, amount)
      from orders join postings on order_id = orders.id and kind = 'payment'
        join entries on posting_id = postings.id and account like 'gateway_clearing:%' where amount <> total_fen
    union all
    select format('attempt %s succeeded without a posting', id) from attempts
      where state = 'succeeded' and not exists (select from postings where id = attempts.id)
    union all
    select format('refund %s succeeded without a posting', id) from refunds
      where kind = 'surplus' and state = 'succeeded' and not exists (
        select from postings where attempt_id = refunds.attempt_id and kind = 'surplus_refund')
    union all
    select format('%s is below zero: %s', account, -sum(amount)) from entries
      where unit = 'FEN' and (account like 'merchant_payable:%' or account = 'suspense')
      group by account having sum(amount) > 0
    limit 100`.execute(db);
  const { entries } = await db
    .selectFrom('entries')
    .select((eb) => eb.fn.countAll<number>().as('entries'))
    .executeTakeFirstOrThrow();
  return { entries, violations: rows.map((row) => row.violation) };
}
