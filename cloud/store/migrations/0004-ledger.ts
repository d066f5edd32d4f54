import { sql, type Kysely } from 'kysely';

/** The ledger, the refunds of money nobody wanted, the events that leave, and the one way in which a payment is recorded. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A posting has the id of what it books (an attempt, a refund), so nothing can be booked twice.
  await sql`
    create table postings (
      id uuid primary key,
      kind text not null check (kind ~ '^[a-z_]+$'),
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
      unit text not null check (unit in ('FEN', 'POINTS')),
      amount bigint not null check (amount <> 0),
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
      o orders%rowtype;
      a attempts%rowtype;
      surplus text;
    begin
      select * into o from orders where id = (select order_id from attempts where id = p_attempt_id) for update;
      if not found then return 'attempt_not_found'; end if;
      select * into a from attempts where id = p_attempt_id;

      if a.state = 'succeeded' then return 'already_applied'; end if;
      if p_total_fen <> a.total_fen then
        insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at)
          select o.id, 'attempt', a.id, a.state, a.state, 'amount_mismatch', 'gateway', p_now
          where not exists (
            select from history where order_id = o.id and subject_id = a.id and reason = 'amount_mismatch');
        return 'amount_mismatch';
      end if;
      surplus := case
        when o.state in ('paid', 'partially_refunded', 'refunded') then 'order_already_paid'
        when o.state = 'closed' then 'order_closed' end;

      update attempts set state = 'succeeded', transaction_id = p_transaction_id where id = a.id;

      if surplus is not null then
        insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at)
          values (o.id, 'attempt', a.id, a.state, 'succeeded', surplus, 'gateway', p_now);
        insert into postings values (a.id, 'surplus', o.id, a.id, p_now);
        insert into entries values
          (a.id, 'gateway_clearing:' || a.gateway, 'FEN', a.total_fen),
          (a.id, 'suspense', 'FEN', -a.total_fen);
        insert into refunds (
            id, attempt_id, order_id, account_id, gateway, total_fen, refund_fen, reason, state, created_at, updated_at)
          values (a.id, a.id, o.id, a.account_id, a.gateway, a.total_fen, a.total_fen, surplus, 'requested', p_now, p_now);
        insert into outbox (id, type, payload, created_at, next_at) values (
          a.id, 'order.surplus_received', jsonb_build_object(
            'type', 'order.surplus_received', 'orderId', o.id, 'attemptId', a.id, 'accountId', a.account_id,
            'merchantId', o.merchant_id, 'totalFen', a.total_fen, 'reason', surplus), p_now, p_now);
        return 'surplus';
      end if;

      update orders set
          state = 'paid', method = a.method, amount_fen = a.amount_fen, fee_fen = a.fee_fen, total_fen = a.total_fen,
          points = a.points, transaction_id = p_transaction_id, paid_at = p_succeeded_at
        where id = o.id;
      insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at) values
        (o.id, 'attempt', a.id, a.state, 'succeeded', p_reason, 'gateway', p_now),
        (o.id, 'order', o.id, o.state, 'paid', p_reason, 'gateway', p_now);
      insert into postings values (a.id, 'payment', o.id, a.id, p_now);
      insert into entries
        select a.id, account, unit, amount from (values
          ('gateway_clearing:' || a.gateway, 'FEN', a.total_fen),
          ('merchant_payable:' || o.merchant_id, 'FEN', -a.amount_fen),
          ('fee_revenue', 'FEN', -a.fee_fen),
          ('points_issued', 'POINTS', a.points),
          ('user_points:' || a.account_id, 'POINTS', -a.points)
        ) as line (account, unit, amount) where amount <> 0;
      insert into outbox (id, type, payload, created_at, next_at) values (
        a.id, 'order.paid', jsonb_build_object(
          'type', 'order.paid', 'orderId', o.id, 'attemptId', a.id, 'accountId', a.account_id,
          'merchantId', o.merchant_id, 'totalFen', a.total_fen, 'points', a.points, 'paidAt',
          to_char(p_succeeded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), p_now, p_now);
      return 'applied';
    end $$`.execute(db);
}
