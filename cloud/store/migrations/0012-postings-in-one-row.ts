import { sql, type Kysely } from 'kysely';

/**
 * A posting and its entries in one row, which is written with a few index entries instead of a score; `entries` shows them
 * one by one. A posting names the merchant it is about and the user whose points it moves, so that theirs are found.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await postingLines(db);
  await recordPayment(db);
  await recordPayments(db);
}

async function postingLines(db: Kysely<unknown>): Promise<void> {
  // Balanced in each unit, and every account named once, with an amount.
  await sql`
    create function posting_fits(accounts text[], units text[], amounts bigint[]) returns boolean
      language plpgsql immutable as $$
      declare
        fen bigint := 0;
        points bigint := 0;
      begin
        if cardinality(accounts) < 2 or cardinality(units) <> cardinality(accounts)
            or cardinality(amounts) <> cardinality(accounts) then
          return false;
        end if;
        for nth in 1 .. cardinality(accounts) loop
          if amounts[nth] = 0 or array_position(accounts, accounts[nth]) <> nth then return false; end if;
          if units[nth] = 'FEN' then fen := fen + amounts[nth];
          elsif units[nth] = 'POINTS' then points := points + amounts[nth];
          else return false;
          end if;
        end loop;
        return fen = 0 and points = 0;
      end $$`.execute(db);
  await sql`drop trigger postings_are_append_only on postings`.execute(db);
  await sql`
    alter table postings
      add column merchant_id uuid,
      add column account_id uuid,
      add column accounts text[] not null default '{}',
      add column units text[] not null default '{}',
      add column amounts bigint[] not null default '{}'`.execute(db);
  await sql`
    update postings set accounts = line.accounts, units = line.units, amounts = line.amounts,
        merchant_id = line.merchant_id, account_id = line.account_id
      from (
        select posting_id, array_agg(account order by account) as accounts, array_agg(unit order by account) as units,
            array_agg(amount order by account) as amounts,
            max(substring(account from '^(?:merchant|settlement)_payable:(.*)$'))::uuid as merchant_id,
            max(substring(account from '^user_points:(.*)$'))::uuid as account_id
          from entries group by posting_id
      ) as line where line.posting_id = postings.id`.execute(db);
  await sql`
    alter table postings
      alter column accounts drop default,
      alter column units drop default,
      alter column amounts drop default,
      add constraint posting_fits check (posting_fits(accounts, units, amounts))`.execute(db);
  await sql`
    create index postings_of_merchant on postings (merchant_id) where merchant_id is not null`.execute(db);
  await sql`create index postings_of_account on postings (account_id) where account_id is not null`.execute(
    db,
  );
  await sql`
    create trigger postings_are_append_only before update or delete or truncate on postings
      for each statement execute function refuse_change()`.execute(db);
  await sql`drop table entries`.execute(db);
  await sql`drop function entries_balance()`.execute(db);
  await sql`
    create view entries as
      select id as posting_id, kind, order_id, attempt_id, merchant_id, account_id, created_at, xid,
          line.account, line.unit, line.amount
        from postings cross join lateral unnest(accounts, units, amounts) as line (account, unit, amount)`.execute(
    db,
  );
}

/** What both functions below write of an attempt `o` that pays its order: as `paymentPosting` of the domain books it. */
const PAYMENT_LINES = sql.raw(`
  array['gateway_clearing:' || o.gateway, 'merchant_payable:' || o.merchant_id]
    || case when o.fee_fen <> 0 then array['fee_revenue'] else '{}' end
    || case when o.points <> 0 then array['points_issued', 'user_points:' || o.account_id] else '{}' end,
  array['FEN', 'FEN']
    || case when o.fee_fen <> 0 then array['FEN'] else '{}' end
    || case when o.points <> 0 then array['POINTS', 'POINTS'] else '{}' end,
  array[o.total_fen, -o.amount_fen]
    || case when o.fee_fen <> 0 then array[-o.fee_fen] else '{}' end
    || case when o.points <> 0 then array[o.points, -o.points] else '{}' end`);

const paidEvent = (succeededAt: string) =>
  sql.raw(`
  jsonb_build_object(
    'type', 'order.paid', 'orderId', o.order_id, 'attemptId', o.attempt_id, 'accountId', o.account_id,
    'merchantId', o.merchant_id, 'totalFen', o.total_fen, 'points', o.points, 'paidAt',
    to_char(${succeededAt} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`);

/**
 * Records a success that a gateway reported, in one round trip. It decides as `decideSuccess` and books as
 * `paymentPosting` and `surplusPosting` of the domain do. The order's row is locked first, as by everyone who changes an
 * order or its attempts.
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
    begin
      loop
        select orders.id as order_id, orders.state, orders.merchant_id, attempts.id as attempt_id,
            attempts.state as attempt_state, attempts.account_id, attempts.gateway, attempts.method,
            attempts.amount_fen, attempts.fee_fen, attempts.total_fen, attempts.points
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

      update orders set
          state = 'paid', method = o.method, amount_fen = o.amount_fen, fee_fen = o.fee_fen, total_fen = o.total_fen,
          points = o.points, transaction_id = p_transaction_id, paid_at = p_succeeded_at
        where id = o.order_id;
      delete from open_orders where order_id = o.order_id;
      insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at) values
        (o.order_id, 'attempt', p_attempt_id, o.attempt_state, 'succeeded', p_reason, 'gateway', p_now),
        (o.order_id, 'order', o.order_id, o.state, 'paid', p_reason, 'gateway', p_now);
      insert into postings (
          id, kind, order_id, attempt_id, created_at, merchant_id, account_id, accounts, units, amounts)
        values (p_attempt_id, 'payment', o.order_id, p_attempt_id, p_now, o.merchant_id,
          case when o.points <> 0 then o.account_id end, ${PAYMENT_LINES});
      insert into outbox (id, type, payload, created_at, next_at)
        values (p_attempt_id, 'order.paid', ${paidEvent('p_succeeded_at')}, p_now, p_now);
      return 'applied';
    end $$`.execute(db);
}

/**
 * Records many reported successes in one round trip; gives the outcome of each at its place. What is plain (an open order
 * that the batch names once, the right amount) is recorded as sets; the rest goes through `record_payment` in the order of
 * the batch, so that both decide alike. The orders are locked first, in the order of their ids: two batches that name the
 * same orders wait for one another and never deadlock.
 */
async function recordPayments(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop function record_payments(uuid[], text[], bigint[], timestamptz[], text[], timestamptz[])`.execute(
    db,
  );
  await sql`
    create function record_payments(
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
            attempts.account_id, attempts.gateway, attempts.method, attempts.amount_fen, attempts.fee_fen,
            attempts.total_fen, attempts.points, count(*) over (partition by order_id) as reports_of_order
          from report join attempts on attempts.id = attempt_id join orders on orders.id = order_id
      ), o as materialized (
        select * from known
          where reports_of_order = 1 and reported_fen = total_fen and attempt_state <> 'succeeded'
            and order_state in ('created', 'paying')
      ), succeeded as (
        update attempts set state = 'succeeded', transaction_id = o.transaction_id from o where attempts.id = attempt_id
      ), paid as (
        update orders set
            state = 'paid', method = o.method, amount_fen = o.amount_fen, fee_fen = o.fee_fen, total_fen = o.total_fen,
            points = o.points, transaction_id = o.transaction_id, paid_at = succeeded_at
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
            case when points <> 0 then account_id end, ${PAYMENT_LINES} from o
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
