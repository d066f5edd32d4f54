import { sql, type Kysely } from 'kysely';

/** Many payments recorded at once, and the sealed form of the ledger: lines by account, blocks, a signed head for each. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await recordPaymentsFunction(db);
  await sealedLedger(db);
}

/**
 * The sealed form. Postings are sealed in the order of the transactions that wrote them: once no transaction older than a
 * number is under way, nothing can be committed below it any more, so a block never misses a posting that comes late.
 */
async function sealedLedger(db: Kysely<unknown>): Promise<void> {
  await sql`alter table postings add column xid xid8 not null default pg_current_xact_id()`.execute(db);
  await sql`create index postings_by_transaction on postings (xid)`.execute(db);
  await sql`
    create table ledger_blocks (
      number bigint primary key check (number > 0),
      header text not null,
      hash bytea not null check (length(hash) = 32),
      signature bytea not null check (length(signature) = 64),
      public_key bytea not null check (length(public_key) = 32),
      leaves integer not null check (leaves > 0),
      last_xid xid8 not null,
      last_posting_id uuid not null,
      last_booked_at timestamptz not null,
      sealed_at timestamptz not null
    )`.execute(db);
  await sql`create index ledger_blocks_by_time on ledger_blocks (sealed_at)`.execute(db);
  // history_to: how far the order's history had come when the posting was sealed; what came later is not in the leaf.
  await sql`
    create table ledger_leaves (
      block bigint not null,
      place integer not null check (place >= 0),
      posting_id uuid not null unique,
      hash bytea not null check (length(hash) = 32),
      history_to bigint not null,
      booked_at timestamptz not null,
      primary key (block, place)
    )`.execute(db);
  // Every entry again under its account, with the balance after it: written by the sealing alone, so nobody waits for it.
  await sql`
    create table account_lines (
      account text not null,
      unit text not null,
      booked_at timestamptz not null,
      position bigint not null,
      posting_id uuid not null,
      amount bigint not null,
      balance bigint not null,
      primary key (account, unit, booked_at, position)
    )`.execute(db);
  for (const table of ['ledger_blocks', 'ledger_leaves', 'account_lines']) {
    await sql`
      create trigger ${sql.ref(`${table}_are_append_only`)} before update or delete or truncate
        on ${sql.table(table)} for each statement execute function refuse_change()`.execute(db);
  }
}

/**
 * Records many reported successes in one round trip; gives the outcome of each by its position, from 1. What is plain (an
 * open order that the batch names once, the right amount) is recorded as sets; the rest goes through `record_payment` in
 * the order of the batch, so that both decide alike. The orders are locked first, in the order of their ids: two batches
 * that name the same orders wait for one another and never deadlock.
 */
async function recordPaymentsFunction(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function record_payments(
      p_attempt_ids uuid[], p_transaction_ids text[], p_totals_fen bigint[], p_succeeded_at timestamptz[],
      p_reasons text[], p_now timestamptz[]
    ) returns table (nth integer, outcome text) language plpgsql as $$
    declare
      plain integer[];
    begin
      perform from orders where id in (select order_id from attempts where id = any (p_attempt_ids))
        order by id for update;

      with report as (
        select * from unnest(p_attempt_ids, p_transaction_ids, p_totals_fen, p_succeeded_at, p_reasons, p_now)
          with ordinality
          as report (attempt_id, transaction_id, reported_fen, succeeded_at, reason, at, place)
      ), known as materialized (
        select report.*, order_id, orders.state as order_state, merchant_id, attempts.state as attempt_state,
            attempts.account_id, attempts.gateway, attempts.method, attempts.amount_fen, attempts.fee_fen,
            attempts.total_fen, attempts.points, count(*) over (partition by order_id) as reports_of_order
          from report join attempts on attempts.id = attempt_id join orders on orders.id = order_id
      ), wanted as materialized (
        select * from known
          where reports_of_order = 1 and reported_fen = total_fen and attempt_state <> 'succeeded'
            and order_state in ('created', 'paying')
      ), succeeded as (
        update attempts set state = 'succeeded', transaction_id = wanted.transaction_id
          from wanted where attempts.id = attempt_id
      ), paid as (
        update orders set
            state = 'paid', method = wanted.method, amount_fen = wanted.amount_fen, fee_fen = wanted.fee_fen,
            total_fen = wanted.total_fen, points = wanted.points, transaction_id = wanted.transaction_id,
            paid_at = succeeded_at
          from wanted where orders.id = order_id
      ), happened as (
        insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at)
          select order_id, subject, subject_id, from_state, to_state, reason, 'gateway', at
          from wanted cross join lateral (values
            (1, 'attempt', attempt_id, attempt_state::text, 'succeeded'),
            (2, 'order', order_id, order_state::text, 'paid')
          ) as change (number, subject, subject_id, from_state, to_state)
          order by place, number
      ), booked as (
        insert into postings (id, kind, order_id, attempt_id, created_at)
          select attempt_id, 'payment', order_id, attempt_id, at from wanted
      ), moved as (
        insert into entries (posting_id, account, unit, amount)
          select attempt_id, account, unit, amount from wanted cross join lateral (values
            ('gateway_clearing:' || gateway, 'FEN', total_fen),
            ('merchant_payable:' || merchant_id, 'FEN', -amount_fen),
            ('fee_revenue', 'FEN', -fee_fen),
            ('points_issued', 'POINTS', points),
            ('user_points:' || account_id, 'POINTS', -points)
          ) as line (account, unit, amount) where amount <> 0
      ), told as (
        insert into outbox (id, type, payload, created_at, next_at)
          select attempt_id, 'order.paid', jsonb_build_object(
            'type', 'order.paid', 'orderId', order_id, 'attemptId', attempt_id, 'accountId', account_id,
            'merchantId', merchant_id, 'totalFen', total_fen, 'points', points, 'paidAt',
            to_char(succeeded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), at, at from wanted
      )
      select coalesce(array_agg(wanted.place::integer), '{}') into plain from wanted;

      for nth in 1 .. cardinality(p_attempt_ids) loop
        if nth = any (plain) then
          outcome := 'applied';
        else
          outcome := record_payment(p_attempt_ids[nth], p_transaction_ids[nth], p_totals_fen[nth],
            p_succeeded_at[nth], p_reasons[nth], p_now[nth]);
        end if;
        return next;
      end loop;
    end $$`.execute(db);
}
