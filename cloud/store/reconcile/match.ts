import { sql } from 'kysely';

import type { GatewayOwner } from '../../domain';
import type { Database } from '../database';

/** The bill that is matched. */
export interface BillDay {
  readonly gateway: GatewayOwner;
  /** Day in Asia/Shanghai, `yyyy-MM-dd`. */
  readonly date: string;
  readonly runId: string;
  /** The agreed rate of the gateway's fee, in parts per million. */
  readonly feeRatePpm: number;
  readonly now: Date;
}

/** Attempts older than this at the start of a day are not paid on it: orders wait a quarter of an hour. */
const PAID_AFTER_MAX = '2 days';

const dayStart = (date: string) => sql`(${`${date}T00:00:00+08:00`}::timestamptz)`;
const dayEnd = (date: string) => sql`(${dayStart(date)} + interval '1 day')`;

/** The least UUIDv7 of an instant: ids are in the order of time. */
const leastId = (instant: ReturnType<typeof dayStart>) => sql`
  (lpad(to_hex(floor(extract(epoch from ${instant}) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid`;

/**
 * Puts what the table `bill` says beside our books, into the temporary table `compared`: a line for each number of the
 * bill, with the class of the difference, null where there is none. What `classify` of the domain says, in set operations.
 */
export async function compareBill(db: Database, day: BillDay): Promise<void> {
  await sql`
    create temporary table compared on commit drop as
    with sides as (
      select bill.*, attempts.id as our_id, attempts.order_id, attempts.id as attempt_id,
          case when state = 'succeeded' then 'succeeded' when state in ('failed', 'closed') then 'ended'
            when state is not null then 'open' end as our_state,
          attempts.total_fen as our_amount_fen
        from bill left join attempts on attempts.id = subject_id and gateway = ${day.gateway}
        where subject = 'payment'
      union all
      -- What a person returned did not go through the gateway: a bill that has it as gone says that it went twice.
      select bill.*, refunds.id, refunds.order_id, refunds.attempt_id,
          case when returned_by = 'person' or state in ('failed', 'needs_review') then 'ended'
            when state = 'succeeded' then 'succeeded' when state is not null then 'open' end,
          refunds.refund_fen
        from bill left join refunds on refunds.id = subject_id and gateway = ${day.gateway}
        where subject = 'refund'
    ), booked as (
      select sides.*, fee.amount as our_fee_fen, (bill_amount_fen * ${day.feeRatePpm} + 500000) / 1000000 as portion
        from sides left join entries as fee
          on fee.posting_id = derived_id('gateway_fee:' || subject || ':' || our_id) and account = 'gateway_fee_expense'
    )
    select *, case
        when bill_rows > 1 then 'duplicate'
        when our_id is null then 'missing_here'
        when bill_amount_fen <> our_amount_fen then 'amount'
        when not ((bill_state = 'succeeded' and our_state = 'succeeded')
            or (bill_state = 'processing' and our_state = 'open')
            or (bill_state = 'failed' and our_state <> 'succeeded')) then
          case when our_state = 'open' and bill_state = 'succeeded' then 'missing_here' else 'state' end
        when bill_state <> 'succeeded' then null
        when our_fee_fen is not null then case when our_fee_fen <> bill_fee_fen then 'fee' end
        when subject = 'payment' and bill_fee_fen = portion then null
        when subject = 'refund' and (bill_fee_fen = 0
          or bill_fee_fen < 0 and abs(-bill_fee_fen - portion) <= 1) then null
        else 'fee' end as class
      from booked`.execute(db);
  await sql`analyze compared`.execute(db);
}

/**
 * What our books have of the day and the bill has not, added to `compared`. A payment's day is the one the gateway gave
 * as its time; of money that no order wanted only the time of recording is known, of a refund the time it was asked for.
 * What a person returned is in no bill, nor is what was nothing to the gateway.
 */
export async function addMissingThere(db: Database, day: BillDay): Promise<void> {
  await sql`
    insert into compared (subject, number, subject_id, bill_rows, transaction_id, our_id, order_id, attempt_id,
        our_state, our_amount_fen, class)
      select 'payment', replace(a.id::text, '-', ''), a.id, 0, a.transaction_id, a.id, a.order_id, a.id,
          'succeeded', a.total_fen, 'missing_there'
        from attempts as a join orders on orders.id = a.order_id join postings on postings.id = a.id
        where a.id >= ${leastId(sql`(${dayStart(day.date)} - ${PAID_AFTER_MAX}::interval)`)}
          and a.id < ${leastId(dayEnd(day.date))}
          and a.gateway = ${day.gateway} and a.state = 'succeeded' and a.total_fen > 0
          and case when postings.kind = 'payment' then orders.paid_at else postings.created_at end
            between ${dayStart(day.date)} and ${dayEnd(day.date)} - interval '1 microsecond'
          and not exists (select from bill where subject = 'payment' and subject_id = a.id)
      union all
      select 'refund', replace(r.id::text, '-', ''), r.id, 0, null, r.id, r.order_id, r.attempt_id,
          'succeeded', r.refund_fen, 'missing_there'
        from refunds as r
        where r.gateway = ${day.gateway} and r.state = 'succeeded' and r.returned_by = 'gateway' and r.refund_fen > 0
          and r.created_at >= ${dayStart(day.date)} and r.created_at < ${dayEnd(day.date)}
          and not exists (select from bill where subject = 'refund' and subject_id = r.id)`.execute(db);
}

/** How many lines of the bill agree with our books. */
export async function countMatched(db: Database): Promise<number> {
  const { rows } = await sql<{ matched: number }>`
    select count(*) as matched from compared where class is null`.execute(db);
  return rows[0]?.matched ?? 0;
}

/** What the trade bill adds up to beside what moved on the account, by kind. Amounts in fen, what came in positive. */
export interface FundTotals {
  readonly payment: number;
  readonly refund: number;
  readonly fee: number;
}

/** Adds a line to `compared` for each kind of which the fund bill moved another sum than the trade bill told. */
export async function addFundDifferences(db: Database, moved: FundTotals): Promise<void> {
  await sql`
    insert into compared (subject, number, bill_rows, our_amount_fen, bill_amount_fen, class)
      select 'fund', kind, 0, told, moved, 'amount' from (
        select kind, moved, coalesce((select sum(case kind
            when 'payment' then case when subject = 'payment' then bill_amount_fen else 0 end
            when 'refund' then case when subject = 'refund' then -bill_amount_fen else 0 end
            else -bill_fee_fen end)
          from bill where bill_state = 'succeeded'), 0)::bigint as told
        from (values ('payment', ${moved.payment}::bigint), ('refund', ${moved.refund}::bigint),
          ('fee', ${moved.fee}::bigint)) as sums (kind, moved)
      ) as totals where told <> moved`.execute(db);
}
