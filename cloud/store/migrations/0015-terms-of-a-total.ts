import { sql, type Kysely } from 'kysely';

/**
 * What lowers a total, term by term: fees waived, discounts, points. A payment of nothing, which they paid whole, is recorded
 * without a gateway. Points earned are pending at first; points spent leave the user's.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await terms(db);
  await refundTerms(db);
  await startAttempt(db);
  await recordPayment(db);
  await recordPayments(db);
}

/** Still one check for each table, since PostgreSQL parses them anew for every statement. */
async function terms(db: Kysely<unknown>): Promise<void> {
  for (const table of ['orders', 'attempts']) {
    await dropChecks(db, table, 'fee_fen');
    await sql`
      alter table ${sql.table(table)}
        add column fee_waived_fen natural_number not null default 0,
        add column discount_fen natural_number not null default 0,
        add column points_redeemed natural_number not null default 0,
        add column points_redeemed_fen natural_number not null default 0,
        alter column total_fen type natural_number,
        add constraint terms_make_the_total check (total_fen = amount_fen + fee_fen - fee_waived_fen
          - discount_fen - points_redeemed_fen)`.execute(db);
  }
}

/** Drops those checks of a table that say something: PostgreSQL chose their names. */
async function dropChecks(db: Kysely<unknown>, table: string, saying: string): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select conname as name from pg_constraint
      where conrelid = ${table}::regclass and contype = 'c'
        and strpos(pg_get_constraintdef(oid), ${saying}) > 0`.execute(db);
  for (const { name } of rows) {
    await sql`alter table ${sql.table(table)} drop constraint ${sql.ref(name)}`.execute(db);
  }
}

/**
 * A refund's share of each term; rounding can turn that of a reduction by a fen. What is nothing at the gateway may still
 * give points back. The amount follows from the others.
 */
async function refundTerms(db: Kysely<unknown>): Promise<void> {
  await sql`drop index refunds_under_way_of_merchant`.execute(db);
  await dropChecks(db, 'refunds', 'refund_fen');
  await sql`
    alter table refunds
      add column fee_waived_fen bigint not null default 0,
      add column discount_fen bigint not null default 0,
      add column points_redeemed bigint not null default 0 check (points_redeemed >= 0),
      add column points_redeemed_fen bigint not null default 0,
      drop column amount_fen`.execute(db);
  await sql`
    alter table refunds
      add column amount_fen bigint generated always as
        (refund_fen - fee_fen + fee_waived_fen + discount_fen + points_redeemed_fen) stored,
      add check (refund_fen between 0 and total_fen)`.execute(db);
  await sql`alter table refunds add check (amount_fen > 0)`.execute(db);
  await sql`
    create index refunds_under_way_of_merchant on refunds (merchant_id) include (amount_fen)
      where kind = 'order' and state <> 'succeeded'`.execute(db);
}

async function startAttempt(db: Kysely<unknown>): Promise<void> {
  await sql`
    drop function start_attempt(uuid, uuid, text, text, text, bigint, bigint, bigint, bigint, timestamptz)`.execute(
    db,
  );
  await sql`
    create function start_attempt(
      p_attempt_id uuid, p_order_id uuid, p_order_state text, p_method text, p_gateway text,
      p_amount_fen bigint, p_fee_fen bigint, p_total_fen bigint, p_points bigint, p_now timestamptz,
      p_fee_waived_fen bigint default 0, p_discount_fen bigint default 0,
      p_points_redeemed bigint default 0, p_points_redeemed_fen bigint default 0
    ) returns boolean language plpgsql set plan_cache_mode = force_generic_plan as $$
    declare
      payer uuid;
    begin
      update orders set
          state = 'paying', method = p_method, amount_fen = p_amount_fen, fee_fen = p_fee_fen,
          fee_waived_fen = p_fee_waived_fen, discount_fen = p_discount_fen, points_redeemed = p_points_redeemed,
          points_redeemed_fen = p_points_redeemed_fen, total_fen = p_total_fen, points = p_points
        where id = p_order_id and state = p_order_state
        returning account_id into payer;
      if not found then return false; end if;
      insert into attempts (
          id, order_id, account_id, method, gateway, state, amount_fen, fee_fen, total_fen, points, created_at,
          fee_waived_fen, discount_fen, points_redeemed, points_redeemed_fen)
        values (p_attempt_id, p_order_id, payer, p_method, p_gateway, 'created', p_amount_fen, p_fee_fen,
          p_total_fen, p_points, p_now, p_fee_waived_fen, p_discount_fen, p_points_redeemed, p_points_redeemed_fen);
      insert into open_attempts (attempt_id, created_at, next_query_at) values (p_attempt_id, p_now, p_now);
      insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at)
        select p_order_id, subject, subject_id, from_state, to_state, 'attempt_started', 'user', p_now
        from (values
          ('attempt', p_attempt_id, null, 'created'),
          ('order', p_order_id, p_order_state, 'paying')
        ) as change (subject, subject_id, from_state, to_state)
        where from_state is distinct from to_state;
      return true;
    end $$`.execute(db);
}

export const ATTEMPT_TERMS = sql.raw(`
  attempts.amount_fen, attempts.fee_fen, attempts.fee_waived_fen, attempts.discount_fen, attempts.points_redeemed,
  attempts.points_redeemed_fen, attempts.total_fen, attempts.points`);

export const PAID_TERMS = sql.raw(`
  amount_fen = o.amount_fen, fee_fen = o.fee_fen, fee_waived_fen = o.fee_waived_fen, discount_fen = o.discount_fen,
  points_redeemed = o.points_redeemed, points_redeemed_fen = o.points_redeemed_fen, total_fen = o.total_fen,
  points = o.points`);

const REDUCED = 'o.total_fen <> o.amount_fen + o.fee_fen';

/** One of the three arrays of a posting: what every payment has, then what only some have. */
const lines = (part: {
  readonly gateway: string;
  readonly merchant: string;
  readonly fee: string;
  readonly promotion: string;
  readonly pointsExpense: string;
  readonly issued: string;
  readonly pending: string;
  readonly spent: string;
}) => `
  case when o.total_fen <> 0 then array[${part.gateway}, ${part.merchant}] else array[${part.merchant}] end
    || case when o.fee_fen <> 0 then array[${part.fee}] else '{}' end
    || case when ${REDUCED} then array_remove(array[
        case when o.fee_waived_fen + o.discount_fen <> 0 then ${part.promotion} end,
        case when o.points_redeemed_fen <> 0 then ${part.pointsExpense} end], null) else '{}' end
    || case when o.points_redeemed <> 0 then array_remove(array[
        case when o.points <> o.points_redeemed then ${part.issued} end,
        case when o.points <> 0 then ${part.pending} end, ${part.spent}], null)
      when o.points <> 0 then array[${part.issued}, ${part.pending}] else '{}' end`;

const FEN = `'FEN'`;
const POINTS = `'POINTS'`;

/** What both functions below write of an attempt `o` that pays its order: as \`paymentPosting\` of the domain books it. */
export const PAYMENT_LINES = sql.raw(
  [
    lines({
      gateway: `'gateway_clearing:' || o.gateway`,
      merchant: `'merchant_payable:' || o.merchant_id`,
      fee: `'fee_revenue'`,
      promotion: `'promotion_expense'`,
      pointsExpense: `'points_expense'`,
      issued: `'points_issued'`,
      pending: `'points_pending:' || o.account_id`,
      spent: `'user_points:' || o.account_id`,
    }),
    lines({
      gateway: FEN,
      merchant: FEN,
      fee: FEN,
      promotion: FEN,
      pointsExpense: FEN,
      issued: POINTS,
      pending: POINTS,
      spent: POINTS,
    }),
    lines({
      gateway: 'o.total_fen',
      merchant: '-o.amount_fen',
      fee: '-o.fee_fen',
      promotion: 'o.fee_waived_fen + o.discount_fen',
      pointsExpense: 'o.points_redeemed_fen::bigint',
      issued: 'o.points - o.points_redeemed',
      pending: '-o.points',
      spent: 'o.points_redeemed::bigint',
    }),
  ].join(','),
);

/** Whose points the posting moves. */
export const POINTS_OWNER = sql.raw(
  `case when o.points <> 0 or o.points_redeemed <> 0 then o.account_id end`,
);

export const paidEvent = (succeededAt: string) =>
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
      -- Whose word it is: of a payment of nothing no gateway hears.
      payer text := case when p_total_fen = 0 then 'user' else 'gateway' end;
    begin
      loop
        select orders.id as order_id, orders.state, orders.merchant_id, attempts.id as attempt_id,
            attempts.state as attempt_state, attempts.account_id, attempts.gateway, attempts.method,
            ${ATTEMPT_TERMS}
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
          state = 'paid', method = o.method, ${PAID_TERMS}, transaction_id = p_transaction_id,
          paid_at = p_succeeded_at
        where id = o.order_id;
      delete from open_orders where order_id = o.order_id;
      insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at) values
        (o.order_id, 'attempt', p_attempt_id, o.attempt_state, 'succeeded', p_reason, payer, p_now),
        (o.order_id, 'order', o.order_id, o.state, 'paid', p_reason, payer, p_now);
      insert into postings (
          id, kind, order_id, attempt_id, created_at, merchant_id, account_id, accounts, units, amounts)
        values (p_attempt_id, 'payment', o.order_id, p_attempt_id, p_now, o.merchant_id,
          ${POINTS_OWNER}, ${PAYMENT_LINES});
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
            attempts.account_id, attempts.gateway, attempts.method, ${ATTEMPT_TERMS}, count(*) over (partition by order_id) as reports_of_order
          from report join attempts on attempts.id = attempt_id join orders on orders.id = order_id
      ), o as materialized (
        select * from known
          where reports_of_order = 1 and reported_fen = total_fen and reported_fen <> 0 and attempt_state <> 'succeeded'
            and order_state in ('created', 'paying')
      ), succeeded as (
        update attempts set state = 'succeeded', transaction_id = o.transaction_id from o where attempts.id = attempt_id
      ), paid as (
        update orders set
            state = 'paid', method = o.method, ${PAID_TERMS}, transaction_id = o.transaction_id, paid_at = succeeded_at
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
