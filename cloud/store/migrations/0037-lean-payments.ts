import { sql, type Kysely } from 'kysely';

import { ATTEMPT_TERMS, paidEvent, PAID_TERMS, PAYMENT_LINES, POINTS_OWNER } from './0015-terms-of-a-total';
import { SETTLE_PROMOTIONS } from './0016-promotions';

/**
 * What a payment costs PostgreSQL, less a sixth. Whatever is kept as an expression of a table (a check, the condition of a
 * trigger, that of an index) is parsed or planned anew for every statement that writes to it, and a long expression is made
 * ready anew for every transaction: what most payments do not need is asked of those that do.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await termsWhereTheyChange(db);
  await postingFits(db);
  await plainIndexes(db);
  await noStatistics(db);
  await shortCondition(db);
  await recordPayment(db);
  await recordPayments(db);
}

const TERMS = sql.raw('amount_fen, fee_fen, fee_waived_fen, discount_fen, points_redeemed_fen, total_fen');
const TERMS_MISS_THE_TOTAL = sql.raw(`
  new.total_fen <> new.amount_fen + new.fee_fen - new.fee_waived_fen - new.discount_fen - new.points_redeemed_fen`);

/** Terms are looked at where they are written, and no longer at each change of a state. */
async function termsWhereTheyChange(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function refuse_row() returns trigger language plpgsql as $$
    begin
      raise exception 'a row of "%" violates "%"', tg_table_name, tg_name using
        errcode = 'check_violation', table = tg_table_name, constraint = tg_name;
    end $$`.execute(db);
  for (const table of ['attempts', 'orders']) {
    await sql`alter table ${sql.table(table)} drop constraint terms_make_the_total`.execute(db);
    await sql`
      create trigger terms_make_the_total after insert or update of ${TERMS} on ${sql.table(table)} for each row
        when (${TERMS_MISS_THE_TOTAL}) execute function refuse_row()`.execute(db);
  }
  await sql`alter table orders drop constraint orders_check1`.execute(db);
  await sql`
    create trigger refunds_within_the_total after insert or update of refunded_fen, total_fen on orders for each row
      when (new.refunded_fen > new.total_fen) execute function refuse_row()`.execute(db);
}

/** As it was, in fewer expressions; a line without an amount fits nowhere. */
async function postingFits(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function posting_fits(accounts text[], units text[], amounts bigint[]) returns boolean
      language plpgsql immutable as $$
      declare
        fen bigint := 0;
        points bigint := 0;
        amount bigint;
        nth integer := 0;
      begin
        foreach amount in array amounts loop
          nth := nth + 1;
          if amount = 0 or array_position(accounts, accounts[nth]) <> nth then return false; end if;
          if units[nth] = 'FEN' then fen := fen + amount;
          elsif units[nth] = 'POINTS' then points := points + amount;
          else return false;
          end if;
        end loop;
        return coalesce(
          nth > 1 and cardinality(accounts) = nth and cardinality(units) = nth and fen = 0 and points = 0, false);
      end $$`.execute(db);
}

/** Nearly every posting has both: leaving the others out saved less than asking. */
async function plainIndexes(db: Kysely<unknown>): Promise<void> {
  for (const whose of ['merchant', 'account']) {
    const name = sql.ref(`postings_of_${whose}`);
    await sql`drop index ${name}`.execute(db);
    await sql`create index ${name} on postings (${sql.ref(`${whose}_id`)})`.execute(db);
  }
}

/** Counting the elements of arrays is most of what analysing a table costs, and no query is planned by them. */
async function noStatistics(db: Kysely<unknown>): Promise<void> {
  for (const [table, columns] of [
    ['postings', ['accounts', 'units', 'amounts']],
    ['outbox', ['payload', 'delivered']],
    ['orders', ['methods']],
    ['attempts', ['invocation']],
  ] as const) {
    for (const column of columns) {
      await sql`alter table ${sql.table(table)} alter column ${sql.ref(column)} set statistics 0`.execute(db);
    }
  }
}

/** The trigger's condition is what most orders fail by; the rest of it is the function's to ask. */
async function shortCondition(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function settle_promotions() returns trigger language plpgsql as $$
    begin
      if new.state <> 'paid' or old.state = 'paid' then return null; end if;
      ${SETTLE_PROMOTIONS}
      return null;
    end $$`.execute(db);
  await sql`drop trigger orders_settle_promotions on orders`.execute(db);
  await sql`
    create trigger orders_settle_promotions after update of state on orders for each row
      when (new.promoted) execute function settle_promotions()`.execute(db);
}

/** Whether the order shows the terms of this attempt; those of another may have been asked for since. */
const TERMS_STAND = sql`
  (orders.method, orders.amount_fen, orders.fee_fen, orders.fee_waived_fen, orders.discount_fen, orders.points_redeemed,
    orders.points_redeemed_fen, orders.total_fen, orders.points) = (attempts.method, ${ATTEMPT_TERMS})`;

/** The lines of `PAYMENT_LINES` where there are a fee and points, and nothing lowers the total: most payments. */
const PLAIN_LINES = sql.raw(`
  array['gateway_clearing:' || o.gateway, 'merchant_payable:' || o.merchant_id, 'fee_revenue', 'points_issued',
    'points_pending:' || o.account_id],
  array['FEN', 'FEN', 'FEN', 'POINTS', 'POINTS'],
  array[o.total_fen, -o.amount_fen, -o.fee_fen, o.points, -o.points]`);

/**
 * As before, but for what most payments need not: terms are written where the order shows others, and the lines of a
 * plain payment are written as they are. The account is the order's, whose lock is held: two accounts may have become one
 * while it was waited for.
 */
async function recordPayment(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function record_payment(
      p_attempt_id uuid, p_transaction_id text, p_total_fen bigint, p_succeeded_at timestamptz,
      p_reason text, p_now timestamptz
    ) returns text language plpgsql set plan_cache_mode = force_generic_plan as $$
    declare
      o record;
      surplus text;
      -- Whose word it is: of a payment of nothing no gateway hears.
      payer text := case when p_total_fen = 0 then 'user' else 'gateway' end;
    begin
      loop
        select orders.id as order_id, orders.state, orders.merchant_id, attempts.id as attempt_id,
            attempts.state as attempt_state, orders.account_id, attempts.gateway, attempts.method,
            ${ATTEMPT_TERMS}, ${TERMS_STAND} as terms_stand
          into o from attempts join orders on orders.id = order_id where attempts.id = p_attempt_id
          for update of orders;
        if not found then return 'attempt_not_found'; end if;
        if o.attempt_state = 'succeeded' then return 'already_applied'; end if;
        exit when p_total_fen <> o.total_fen;
        update attempts set state = 'succeeded', transaction_id = p_transaction_id
          where id = p_attempt_id and state = o.attempt_state;
        -- The attempt was read before the order's lock was held: what changed it meanwhile is seen by reading again.
        exit when found;
      end loop;

      if p_total_fen <> o.total_fen then
        insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at)
          select o.order_id, 'attempt', id, state, state, 'amount_mismatch', 'gateway', p_now
          from attempts where id = p_attempt_id and state <> 'succeeded' and not exists (
            select from history where order_id = o.order_id and subject_id = p_attempt_id
              and reason = 'amount_mismatch');
        return case when exists (select from attempts where id = p_attempt_id and state = 'succeeded')
          then 'already_applied' else 'amount_mismatch' end;
      end if;
      delete from open_attempts where attempt_id = p_attempt_id;

      surplus := case
        when o.state in ('paid', 'partially_refunded', 'refunded') then 'order_already_paid'
        when o.state = 'closed' then 'order_closed' end;
      if surplus is not null then
        insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at)
          values (o.order_id, 'attempt', p_attempt_id, o.attempt_state, 'succeeded', surplus, 'gateway', p_now);
        insert into postings (id, kind, order_id, attempt_id, created_at, accounts, units, amounts) values (
          p_attempt_id, 'surplus', o.order_id, p_attempt_id, p_now,
          array['gateway_clearing:' || o.gateway, 'suspense'], array['FEN', 'FEN'], array[o.total_fen, -o.total_fen]);
        insert into refunds (
            id, attempt_id, order_id, account_id, gateway, total_fen, refund_fen, reason, state, created_at, updated_at)
          values (p_attempt_id, p_attempt_id, o.order_id, o.account_id, o.gateway, o.total_fen, o.total_fen, surplus,
            'requested', p_now, p_now);
        insert into outbox (id, type, payload, created_at, next_at) values (
          p_attempt_id, 'order.surplus_received', jsonb_build_object(
            'type', 'order.surplus_received', 'orderId', o.order_id, 'attemptId', p_attempt_id,
            'accountId', o.account_id, 'merchantId', o.merchant_id, 'totalFen', o.total_fen, 'reason', surplus),
          p_now, p_now);
        return 'surplus';
      end if;

      if o.terms_stand then
        update orders set state = 'paid', transaction_id = p_transaction_id, paid_at = p_succeeded_at
          where id = o.order_id;
      else
        update orders set
            state = 'paid', method = o.method, ${PAID_TERMS}, transaction_id = p_transaction_id,
            paid_at = p_succeeded_at
          where id = o.order_id;
      end if;
      delete from open_orders where order_id = o.order_id;
      insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at) values
        (o.order_id, 'attempt', p_attempt_id, o.attempt_state, 'succeeded', p_reason, payer, p_now),
        (o.order_id, 'order', o.order_id, o.state, 'paid', p_reason, payer, p_now);
      if o.fee_fen <> 0 and o.points <> 0 and o.points_redeemed = 0 and o.total_fen = o.amount_fen + o.fee_fen then
        insert into postings (
            id, kind, order_id, attempt_id, created_at, merchant_id, account_id, accounts, units, amounts)
          values (p_attempt_id, 'payment', o.order_id, p_attempt_id, p_now, o.merchant_id, o.account_id, ${PLAIN_LINES});
      else
        insert into postings (
            id, kind, order_id, attempt_id, created_at, merchant_id, account_id, accounts, units, amounts)
          values (p_attempt_id, 'payment', o.order_id, p_attempt_id, p_now, o.merchant_id,
            ${POINTS_OWNER}, ${PAYMENT_LINES});
      end if;
      insert into outbox (id, type, payload, created_at, next_at)
        values (p_attempt_id, 'order.paid', ${paidEvent('p_succeeded_at')}, p_now, p_now);
      return 'applied';
    end $$`.execute(db);
}

/**
 * Records many reported successes in one round trip; gives the outcome of each at its place. What is plain (an open order
 * that the batch names once, the terms it shows, the right amount) is recorded as sets; the rest goes through `record_payment` in the order of
 * the batch, so that both decide alike. The orders are locked first, in the order of their ids: two batches that name the
 * same orders wait for one another and never deadlock.
 */
async function recordPayments(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function record_payments(
      p_attempt_ids uuid[], p_transaction_ids text[], p_totals_fen bigint[], p_succeeded_at timestamptz[],
      p_reasons text[], p_now timestamptz[]
    ) returns text[] language plpgsql set plan_cache_mode = force_generic_plan as $$
    declare
      outcomes text[];
    begin
      perform from orders where id in (select order_id from attempts where id = any (p_attempt_ids))
        order by id for update;

      with report as (
        select * from unnest(p_attempt_ids, p_transaction_ids, p_totals_fen, p_succeeded_at, p_reasons, p_now)
          with ordinality
          as report (attempt_id, transaction_id, reported_fen, succeeded_at, reason, at, place)
      ), known as materialized (
        select report.*, order_id, orders.state as order_state, merchant_id, attempts.state as attempt_state,
            orders.account_id, attempts.gateway, ${ATTEMPT_TERMS}, ${TERMS_STAND} as terms_stand,
            count(*) over (partition by order_id) as reports_of_order
          from report join attempts on attempts.id = attempt_id join orders on orders.id = order_id
      ), o as materialized (
        select * from known
          where reports_of_order = 1 and reported_fen = total_fen and reported_fen <> 0 and attempt_state <> 'succeeded'
            and order_state in ('created', 'paying') and terms_stand
      ), succeeded as (
        update attempts set state = 'succeeded', transaction_id = o.transaction_id from o where attempts.id = attempt_id
      ), paid as (
        update orders set state = 'paid', transaction_id = o.transaction_id, paid_at = succeeded_at
          from o where orders.id = order_id
      ), no_open_attempt as (
        delete from open_attempts using o where open_attempts.attempt_id = o.attempt_id
      ), no_open_order as (
        delete from open_orders using o where open_orders.order_id = o.order_id
      ), happened as (
        insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at)
          select order_id, subject, subject_id, from_state, to_state, reason, 'gateway', at
          from o cross join lateral (values
            (1, 'attempt', attempt_id, attempt_state::text, 'succeeded'),
            (2, 'order', order_id, order_state::text, 'paid')
          ) as change (number, subject, subject_id, from_state, to_state)
          order by place, number
      ), booked as (
        insert into postings (
            id, kind, order_id, attempt_id, created_at, merchant_id, account_id, accounts, units, amounts)
          select attempt_id, 'payment', order_id, attempt_id, at, merchant_id,
            ${POINTS_OWNER}, ${PAYMENT_LINES} from o
      ), told as (
        insert into outbox (id, type, payload, created_at, next_at)
          select attempt_id, 'order.paid', ${paidEvent('succeeded_at')}, at, at from o
      )
      select array_agg(case when o.place is not null then 'applied' end order by nth) into outcomes
        from generate_series(1, cardinality(p_attempt_ids)) as nth left join o on o.place = nth;

      for nth in 1 .. cardinality(p_attempt_ids) loop
        if outcomes[nth] is null then
          outcomes[nth] := record_payment(p_attempt_ids[nth], p_transaction_ids[nth], p_totals_fen[nth],
            p_succeeded_at[nth], p_reasons[nth], p_now[nth]);
        end if;
      end loop;
      return coalesce(outcomes, '{}');
    end $$`.execute(db);
}
