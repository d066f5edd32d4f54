import { sql, type Kysely } from 'kysely';

/** Who uses the wallet, their sessions, and the answers already given to their requests. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table accounts (
      id uuid primary key,
      host text not null check (host in ('weapp', 'alipay')),
      app_id text not null,
      open_id text not null,
      union_id text,
      created_at timestamptz not null,
      unique (host, app_id, open_id)
    )`.execute(db);
  await sql`
    create table sessions (
      id uuid primary key,
      account_id uuid not null references accounts,
      device_id text not null,
      refresh_token_hash text not null unique,
      previous_token_hash text unique,
      expires_at timestamptz not null,
      revoked_at timestamptz,
      created_at timestamptz not null
    )`.execute(db);
  await sql`create index sessions_of_account on sessions (account_id)`.execute(db);
  await sql`
    create table idempotency_keys (
      account_id uuid not null,
      endpoint text not null,
      key text not null,
      request_hash text not null,
      status smallint,
      body text,
      leased_until timestamptz not null,
      created_at timestamptz not null,
      primary key (account_id, endpoint, key),
      check ((status is null) = (body is null))
    )`.execute(db);
}
