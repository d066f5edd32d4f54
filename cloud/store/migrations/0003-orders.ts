import { sql, type Kysely } from 'kysely';

/**
 * Orders, the attempts to pay them, and all that happened to both. What one column may hold is said by a domain and not
 * by a check of the table: PostgreSQL parses a table's checks anew for every statement that writes to it, which cost a
 * third of the time of a posting.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create domain order_state as text
      check (value in ('created', 'paying', 'paid', 'partially_refunded', 'refunded', 'closed'))`.execute(db);
  await sql`
    create domain attempt_state as text
      check (value in ('created', 'submitted', 'succeeded', 'failed', 'closed', 'unknown'))`.execute(db);
  await sql`create domain natural_number as bigint check (value >= 0)`.execute(db);
  await sql`create domain positive_number as bigint check (value > 0)`.execute(db);
  await sql`
    create function order_times_fit(state text, paid_at timestamptz, closed_at timestamptz) returns boolean
      language plpgsql immutable as $$
      begin
        return (paid_at is not null) = (state in ('paid', 'partially_refunded', 'refunded'))
          and (closed_at is not null) = (state = 'closed');
      end $$`.execute(db);
  await sql`
    create table orders (
      id uuid primary key,
      order_number text not null unique,
      account_id uuid not null references accounts,
      merchant_id uuid not null references merchants,
      link_code text,
      remark text not null,
      state order_state not null,
      method text not null,
      amount_fen positive_number not null,
      fee_fen natural_number not null,
      total_fen bigint not null check (total_fen = amount_fen + fee_fen),
      points natural_number not null,
      methods jsonb not null,
      refunded_fen natural_number not null default 0,
      transaction_id text,
      created_at timestamptz not null,
      expires_at timestamptz not null,
      paid_at timestamptz,
      closed_at timestamptz,
      claimed_until timestamptz,
      check (refunded_fen <= total_fen),
      check (order_times_fit(state, paid_at, closed_at))
    ) with (fillfactor = 80)`.execute(db);
  await sql`create index orders_of_account on orders (account_id, id desc)`.execute(db);
  await sql`create index orders_to_expire on orders (expires_at) where state in ('created', 'paying')`.execute(
    db,
  );
  await sql`
    create table attempts (
      id uuid primary key,
      order_id uuid not null references orders,
      account_id uuid not null,
      method text not null,
      gateway text not null,
      state attempt_state not null,
      amount_fen natural_number not null,
      fee_fen natural_number not null,
      total_fen positive_number not null check (total_fen = amount_fen + fee_fen),
      points bigint not null,
      invocation jsonb,
      transaction_id text,
      failure_reason text,
      created_at timestamptz not null,
      next_query_at timestamptz not null,
      queries integer not null default 0
    ) with (fillfactor = 80)`.execute(db);
  await sql`create index attempts_of_order on attempts (order_id)`.execute(db);
  await sql`
    create index attempts_unresolved on attempts (next_query_at)
      where state in ('created', 'submitted', 'unknown')`.execute(db);
  await sql`
    create table history (
      order_id uuid not null,
      id bigint generated always as identity,
      subject text not null check (subject in ('order', 'attempt')),
      subject_id uuid not null,
      from_state text,
      to_state text not null,
      reason text not null,
      actor text not null check (actor in ('user', 'gateway', 'system')),
      at timestamptz not null,
      primary key (order_id, id)
    )`.execute(db);
  await sql`
    create function refuse_change() returns trigger language plpgsql as $$
    begin
      raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
    end $$`.execute(db);
  await sql`
    create trigger history_is_append_only before update or delete or truncate on history
      for each statement execute function refuse_change()`.execute(db);
}
