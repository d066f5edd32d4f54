import { sql } from 'kysely';

import type { Database } from '../database';
import type { BillDay } from './match';

/**
 * Keeps the differences of `compared`. One known already stays as it stands while it says the same; what says something
 * new is open again. Differences of the day that are no longer found are settled, and so are payments and refunds
 * once missed in another day's bill that this one has.
 */
export async function keepDifferences(db: Database, day: BillDay): Promise<void> {
  const { gateway, date, runId, now } = day;
  await sql`
    with found as (
      select derived_id('difference:' || ${gateway} || ':' || ${date} || ':' || subject || ':' || number) as id, *
        from compared where class is not null
    ), known as (
      select id, state from differences where gateway = ${gateway} and day = ${date}::date
    ), kept as (
      insert into differences as d (id, gateway, day, subject, number, class, state, reason, subject_id, order_id,
          attempt_id, transaction_id, our_state, our_amount_fen, our_fee_fen, bill_state, bill_amount_fen, bill_fee_fen,
          bill_rows, run_id, found_at, updated_at)
        select id, ${gateway}, ${date}::date, subject, number, class, 'open', 'found', our_id, order_id, attempt_id,
            transaction_id, our_state, our_amount_fen, our_fee_fen, bill_state, bill_amount_fen, bill_fee_fen, bill_rows,
            ${runId}, ${now}, ${now}
          from found
        on conflict (id) do update set
          state = case when ${sameFacts()} then d.state else 'open' end,
          reason = case when ${sameFacts()} then d.reason else 'found_again' end,
          class = excluded.class, order_id = excluded.order_id, attempt_id = excluded.attempt_id,
          subject_id = excluded.subject_id, transaction_id = excluded.transaction_id, our_state = excluded.our_state,
          our_amount_fen = excluded.our_amount_fen, our_fee_fen = excluded.our_fee_fen,
          bill_state = excluded.bill_state, bill_amount_fen = excluded.bill_amount_fen,
          bill_fee_fen = excluded.bill_fee_fen, bill_rows = excluded.bill_rows, run_id = excluded.run_id,
          updated_at = case when ${sameFacts()} then d.updated_at else excluded.updated_at end
        returning id, state, reason
    )
    insert into difference_history (difference_id, from_state, to_state, reason, actor, at)
      select kept.id, known.state, kept.state, kept.reason, 'system', ${now}
        from kept left join known using (id) where known.state is distinct from kept.state`.execute(db);
  await settle(
    db,
    day,
    sql`gateway = ${gateway} and day = ${date}::date and run_id <> ${runId}`,
    'no_longer_differs',
  );
  await settle(
    db,
    day,
    sql`gateway = ${gateway} and day <> ${date}::date and class = 'missing_there' and exists (
      select from bill where bill.subject = differences.subject and bill.number = differences.number)`,
    'in_another_bill',
  );
}

/** Whether a difference found again says what it said when it was settled. */
const sameFacts = () => sql`
  (d.class, d.our_state, d.our_amount_fen, d.our_fee_fen, d.bill_state, d.bill_amount_fen, d.bill_fee_fen, d.bill_rows)
    is not distinct from (excluded.class, excluded.our_state, excluded.our_amount_fen, excluded.our_fee_fen,
      excluded.bill_state, excluded.bill_amount_fen, excluded.bill_fee_fen, excluded.bill_rows)`;

async function settle(
  db: Database,
  { now, runId }: BillDay,
  which: ReturnType<typeof sameFacts>,
  reason: string,
): Promise<void> {
  await sql`
    with settled as (
      select id, state from differences where state in ('open', 'waiting') and ${which} for update
    ), changed as (
      update differences set state = 'repaired', reason = ${reason}, run_id = ${runId}, updated_at = ${now}
        where id in (select id from settled)
    )
    insert into difference_history (difference_id, from_state, to_state, reason, actor, at)
      select id, state, 'repaired', ${reason}, 'system', ${now} from settled`.execute(db);
}
