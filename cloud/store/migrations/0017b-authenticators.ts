import { sql, type Kysely } from 'kysely';

/** A second factor: an app that shows codes (RFC 6238), codes for when it is lost, and a PIN that was forgotten. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table authenticators (
      account_id uuid primary key references accounts,
      secret text not null,
      confirmed_at timestamptz,
      last_step bigint not null default 0,
      tries smallint not null default 0 check (tries >= 0),
      locks smallint not null default 0 check (locks >= 0),
      locked_until timestamptz,
      created_at timestamptz not null
    )`.execute(db);
  await sql`
    create table recovery_codes (
      account_id uuid not null references accounts,
      hash text not null,
      used_at timestamptz,
      primary key (account_id, hash)
    )`.execute(db);
  // A forgotten PIN without another factor is set anew after a wait in which its owner can object by entering it.
  await sql`alter table payment_pins add column reset_after timestamptz`.execute(db);
}
