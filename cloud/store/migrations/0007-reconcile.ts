import { sql, type Kysely } from 'kysely';

/** Runs of the reconciliation, the differences they found, and all that became of those. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The same name gives the same id: UUIDv8 (RFC 9562), so that what is found or booked again is known by its id.
  await sql`
    create function derived_id(name text) returns uuid language sql immutable strict parallel safe as $$
      select overlay(overlay(md5(name) placing '8' from 13) placing 'a' from 17)::uuid
    $$`.execute(db);
  await sql`
    create table recon_runs (
      id uuid primary key,
      gateway text not null,
      day date not null,
      executed boolean not null,
      started_at timestamptz not null,
      finished_at timestamptz,
      bill_rows bigint not null default 0,
      matched bigint not null default 0,
      repaired bigint not null default 0,
      fees_booked bigint not null default 0,
      unresolved bigint not null default 0
    )`.execute(db);
  await sql`create index recon_runs_of_day on recon_runs (gateway, day, id desc)`.execute(db);
  await sql`
    create table differences (
      id uuid primary key,
      gateway text not null,
      day date not null,
      subject text not null check (subject in ('payment', 'refund', 'fund')),
      number text not null,
      class text not null
        check (class in ('missing_here', 'missing_there', 'amount', 'state', 'fee', 'duplicate')),
      state text not null check (state in ('open', 'repaired', 'dismissed', 'waiting')),
      reason text not null,
      subject_id uuid,
      order_id uuid,
      attempt_id uuid,
      transaction_id text,
      our_state text,
      our_amount_fen bigint,
      our_fee_fen bigint,
      bill_state text,
      bill_amount_fen bigint,
      bill_fee_fen bigint,
      bill_rows integer not null,
      run_id uuid not null,
      found_at timestamptz not null,
      updated_at timestamptz not null,
      unique (gateway, day, subject, number)
    )`.execute(db);
  await sql`
    create index differences_unresolved on differences (id) where state in ('open', 'waiting')`.execute(db);
  await sql`
    create index differences_missing_there on differences (gateway, subject, number)
      where class = 'missing_there' and state in ('open', 'waiting')`.execute(db);
  await sql`
    create table difference_history (
      difference_id uuid not null references differences,
      id bigint generated always as identity,
      from_state text,
      to_state text not null,
      reason text not null,
      actor text not null,
      note text,
      at timestamptz not null,
      primary key (difference_id, id)
    )`.execute(db);
  await sql`
    create trigger difference_history_is_append_only before update or delete or truncate on difference_history
      for each statement execute function refuse_change()`.execute(db);
}
