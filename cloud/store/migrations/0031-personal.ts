import { sql, type Kysely } from 'kysely';

/** What people agreed to, exports of all that is kept about them, and accounts that are to be deleted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table consents (
      account_id uuid not null references accounts,
      id uuid not null,
      document text not null check (document ~ '^[a-z_]+$'),
      version text not null check (version ~ '^\\d{4}-\\d{2}-\\d{2}$'),
      given boolean not null,
      host text not null,
      at timestamptz not null,
      primary key (account_id, id)
    )`.execute(db);
  await sql`
    create trigger consents_are_append_only before update or delete or truncate
      on consents for each statement execute function refuse_change()`.execute(db);
  await exports(db);
  await deletions(db);
}

/** An export is made in parts, so that neither its maker nor its reader holds all of it. */
async function exports(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table data_exports (
      account_id uuid not null references accounts,
      id uuid not null,
      state text not null check (state in ('waiting', 'ready', 'removed')),
      asked_at timestamptz not null,
      leased_until timestamptz,
      ready_at timestamptz,
      expires_at timestamptz,
      bytes bigint not null default 0,
      primary key (account_id, id),
      check ((ready_at is null) = (expires_at is null) and (state <> 'ready' or ready_at is not null))
    )`.execute(db);
  await sql`create index data_exports_waiting on data_exports (id) where state = 'waiting'`.execute(db);
  await sql`create index data_exports_to_remove on data_exports (expires_at) where state = 'ready'`.execute(
    db,
  );
  await sql`
    create table data_export_parts (
      account_id uuid not null,
      export_id uuid not null,
      place integer not null,
      section text not null,
      -- Items as JSON with commas between them.
      items text not null,
      primary key (account_id, export_id, place),
      foreign key (account_id, export_id) references data_exports on delete cascade
    )`.execute(db);
}

/** A deletion goes step by step, each in a transaction of its own; `steps` counts those that are done. */
async function deletions(db: Kysely<unknown>): Promise<void> {
  await sql`alter table accounts add column deleted_at timestamptz`.execute(db);
  await sql`
    create table account_deletions (
      account_id uuid not null references accounts,
      id uuid not null,
      state text not null check (state in ('cooling', 'running', 'done', 'cancelled')),
      asked_at timestamptz not null,
      due_at timestamptz not null,
      next_at timestamptz not null,
      steps smallint not null default 0,
      ended_at timestamptz,
      primary key (account_id, id),
      check ((ended_at is null) = (state in ('cooling', 'running')))
    )`.execute(db);
  await sql`
    create unique index one_deletion_of_account on account_deletions (account_id)
      where state in ('cooling', 'running')`.execute(db);
  await sql`
    create index account_deletions_due on account_deletions (next_at)
      where state in ('cooling', 'running')`.execute(db);
  await sql`create index refunds_of_account on refunds (account_id)`.execute(db);
}
