import { sql, type Kysely } from 'kysely';

/** How people prove who they are beyond their host's sign-in: the payment PIN, challenges, locks, and what happened. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A locked account pays nothing. After a lock it is cautious for a while: every payment asks for a factor.
  await sql`
    alter table accounts
      add column locked_at timestamptz,
      add column lock_reason text check (lock_reason in ('user', 'risk', 'operator')),
      add column unlock_after timestamptz,
      add column cautious_until timestamptz,
      add check ((locked_at is null) = (lock_reason is null) and (locked_at is null) = (unlock_after is null))
  `.execute(db);
  await sql`
    create table payment_pins (
      account_id uuid primary key references accounts,
      hash text not null,
      tries smallint not null default 0 check (tries >= 0),
      locks smallint not null default 0 check (locks >= 0),
      locked_until timestamptz,
      set_at timestamptz not null
    )`.execute(db);
  // A key to which one secret is sealed, once. The row is taken away by whoever opens it.
  await sql`
    create table sealing_keys (
      account_id uuid not null,
      id uuid not null,
      session_id uuid not null,
      expires_at timestamptz not null,
      primary key (account_id, id)
    )`.execute(db);
  await sql`
    create table challenges (
      account_id uuid not null references accounts,
      id uuid not null,
      session_id uuid not null,
      action text not null,
      subject text not null,
      amount_fen bigint,
      required smallint not null check (required > 0),
      passed text[] not null default '{}',
      expires_at timestamptz not null,
      used_at timestamptz,
      created_at timestamptz not null,
      primary key (account_id, id)
    )`.execute(db);
  await sql`
    create table security_events (
      account_id uuid not null references accounts,
      id uuid not null,
      kind text not null,
      session_id uuid,
      at timestamptz not null,
      primary key (account_id, id)
    )`.execute(db);
  await sql`
    create trigger security_events_are_kept before update on security_events
      for each row execute function refuse_change()`.execute(db);
}
