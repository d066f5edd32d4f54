import { sql, type Kysely } from 'kysely';

/** The ledger, the refunds of money nobody wanted, the events that leave, and the one way in which a payment is recorded. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create domain posting_kind as text check (value ~ '^[a-z_]+$')`.execute(db);
  await sql`create domain ledger_unit as text check (value in ('FEN', 'POINTS'))`.execute(db);
  await sql`create domain nonzero_number as bigint check (value <> 0)`.execute(db);
  // A posting has the id of what it books (an attempt, a refund), so nothing can be booked twice.
  await sql`
    create table postings (
      id uuid primary key,
      kind posting_kind not null,
      order_id uuid not null,
      attempt_id uuid not null,
      created_at timestamptz not null
    )`.execute(db);
  await sql`create unique index one_payment_of_order on postings (order_id) where kind = 'payment'`.execute(
    db,
  );
  await sql`
    create table entries (
      posting_id uuid not null,
      account text not null,
      unit ledger_unit not null,
      amount nonzero_number not null,
      primary key (posting_id, account)
    )`.execute(db);
  // Balances are sums: no row is shared by payments, so none waits for another. Users' points are read often.
  await sql`
    create index entries_of_user_points on entries (account) include (amount) where unit = 'POINTS'`.execute(
    db,
  );
  await sql`
    create function entries_balance() returns trigger language plpgsql as $$
    begin
      if exists (select from added group by posting_id, unit having sum(amount) <> 0) then
        raise exception 'a posting does not balance' using errcode = 'check_violation';
      end if;
      return null;
    end $$`.execute(db);
  await sql`
    create trigger entries_balance after insert on entries referencing new table as added
      for each statement execute function entries_balance()`.execute(db);
  for (const table of ['postings', 'entries']) {
    await sql`
      create trigger ${sql.ref(`${table}_are_append_only`)} before update or delete or truncate
        on ${sql.table(table)} for each statement execute function refuse_change()`.execute(db);
  }
  await sql`
    create table refunds (
      id uuid primary key,
      attempt_id uuid not null,
      order_id uuid not null,
      account_id uuid not null,
      gateway text not null,
      total_fen bigint not null,
      refund_fen bigint not null check (refund_fen between 1 and total_fen),
      reason text not null,
      state text not null check (state in ('requested', 'processing', 'succeeded', 'failed')),
      created_at timestamptz not null,
      updated_at timestamptz not null,
      claimed_until timestamptz
    )`.execute(db);
  await sql`
    create index refunds_to_send on refunds (created_at) where state in ('requested', 'processing')`.execute(
    db,
  );
  await sql`
    create table outbox (
      id uuid primary key,
      type text not null,
      payload jsonb not null,
      created_at timestamptz not null,
      next_at timestamptz not null,
      attempts integer not null default 0,
      completed_at timestamptz,
      dead_at timestamptz,
      last_error text
    )`.execute(db);
  await sql`
    create index outbox_due on outbox (next_at) where completed_at is null and dead_at is null`.execute(db);
  await sql`
    create table inbox (
      gateway text not null,
      notification_id text not null,
      id uuid not null,
      body text not null,
      received_at timestamptz not null,
      applied_at timestamptz,
      primary key (gateway, notification_id)
    )`.execute(db);
  await recordPaymentFunction(db);
}

/**
 * Records a success that a gateway reported, in one round trip. It decides as `decideSuccess` and books as
 * `paymentPosting` and `surplusPosting` of the domain do. The order's row is locked first, as by everyone who changes an
 * order or its attempts.
 */
async function recordPaymentFunction(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function record_payment(
      p_attempt_id uuid, p_transaction_id text, p_total_fen bigint, p_succeeded_at timestamptz,
      p_reason text, p_now timestamptz
    ) returns text language plpgsql as $$
    declare
      o record;
      surplus text;
    begin
      loop
        select orders.id, orders.state, orders.merchant_id, attempts.state as attempt_state, attempts.account_id,
            attempts.gateway, attempts.method, attempts.amount_fen, attempts.fee_fen, attempts.total_fen, attempts.points
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
          select o.id, 'attempt', id, state, state, 'amount_mismatch', 'gateway', p_now
          from attempts where id = p_attempt_id and state <> 'succeeded' and not exists (
            select from history where order_id = o.id and subject_id = p_attempt_id and reason = 'amount_mismatch');
        return case when exists (select from attempts where id = p_attempt_id and state = 'succeeded')
          then 'already_applied' else 'amount_mismatch' end;
      end if;

      surplus := case
        when o.state in ('paid', 'partially_refunded', 'refunded') then 'order_already_paid'
        when o.state = 'closed' then 'order_closed' end;
      if surplus is not null then
        insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at)
          values (o.id, 'attempt', p_attempt_id, o.attempt_state, 'succeeded', surplus, 'gateway', p_now);
        insert into postings values (p_attempt_id, 'surplus', o.id, p_attempt_id, p_now);
        insert into entries values
          (p_attempt_id, 'gateway_clearing:' || o.gateway, 'FEN', o.total_fen),
          (p_attempt_id, 'suspense', 'FEN', -o.total_fen);
        insert into refunds (
            id, attempt_id, order_id, account_id, gateway, total_fen, refund_fen, reason, state, created_at, updated_at)
          values (p_attempt_id, p_attempt_id, o.id, o.account_id, o.gateway, o.total_fen, o.total_fen, surplus,
            'requested', p_now, p_now);
        insert into outbox (id, type, payload, created_at, next_at) values (
          p_attempt_id, 'order.surplus_received', jsonb_build_object(
            'type', 'order.surplus_received', 'orderId', o.id, 'attemptId', p_attempt_id, 'accountId', o.account_id,
            'merchantId', o.merchant_id, 'totalFen', o.total_fen, 'reason', surplus), p_now, p_now);
        return 'surplus';
      end if;

      update orders set
          state = 'paid', method = o.method, amount_fen = o.amount_fen, fee_fen = o.fee_fen, total_fen = o.total_fen,
          points = o.points, transaction_id = p_transaction_id, paid_at = p_succeeded_at
        where id = o.id;
      insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at) values
        (o.id, 'attempt', p_attempt_id, o.attempt_state, 'succeeded', p_reason, 'gateway', p_now),
        (o.id, 'order', o.id, o.state, 'paid', p_reason, 'gateway', p_now);
      insert into postings values (p_attempt_id, 'payment', o.id, p_attempt_id, p_now);
      insert into entries
        select p_attempt_id, account, unit, amount from (values
          ('gateway_clearing:' || o.gateway, 'FEN', o.total_fen),
          ('merchant_payable:' || o.merchant_id, 'FEN', -o.amount_fen),
          ('fee_revenue', 'FEN', -o.fee_fen),
          ('points_issued', 'POINTS', o.points),
          ('user_points:' || o.account_id, 'POINTS', -o.points)
        ) as line (account, unit, amount) where amount <> 0;
      insert into outbox (id, type, payload, created_at, next_at) values (
        p_attempt_id, 'order.paid', jsonb_build_object(
          'type', 'order.paid', 'orderId', o.id, 'attemptId', p_attempt_id, 'accountId', o.account_id,
          'merchantId', o.merchant_id, 'totalFen', o.total_fen, 'points', o.points, 'paidAt',
          to_char(p_succeeded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), p_now, p_now);
      return 'applied';
    end $$`.execute(db);
}
