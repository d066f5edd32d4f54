import { sql, type Kysely } from 'kysely';

/** Tables whose rows belong to an account that people still sign in to: none may be added for one that was joined into another. */
const OF_LIVE_ACCOUNTS = [
  'orders',
  'sessions',
  'payment_pins',
  'authenticators',
  'recovery_codes',
  'challenges',
  'phones',
  'sms_codes',
  'vault_records',
  'bank_cards',
  'points_accounts',
  'points_lots',
  'messages',
  'data_exports',
  'account_deletions',
] as const;

/** One person's accounts of several hosts become one: logins of their own, codes that link them, accounts that were joined. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await joinedAccounts(db);
  await logins(db);
  await hosts(db);
  await eventsMoveWithTheirAccount(db);
}

/**
 * `live_id` is the id until the account is joined into another. What refers to it cannot be written for a joined account, however
 * the writing and the joining fall together: the reference waits for the joining and then fails.
 */
async function joinedAccounts(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table accounts
      add column joined_into uuid references accounts,
      add column joined_at timestamptz,
      add column live_id uuid generated always as (case when joined_into is null then id end) stored,
      add constraint accounts_live_id unique (live_id),
      add constraint accounts_joined check ((joined_into is null) = (joined_at is null) and joined_into <> id)
  `.execute(db);
  await sql`create index accounts_joined_into on accounts (joined_into) where joined_into is not null`.execute(
    db,
  );
  // Joining looks for all lots of an account, ended ones included.
  await sql`create index points_lots_of_joining on points_lots (account_id)`.execute(db);
  for (const table of OF_LIVE_ACCOUNTS) {
    const constraint = sql.id(`${table}_account_id_fkey`);
    await sql`
      alter table ${sql.table(table)}
        drop constraint ${constraint},
        add constraint ${constraint} foreign key (account_id) references accounts (live_id)`.execute(db);
  }
}

async function logins(db: Kysely<unknown>): Promise<void> {
  // A domain: PostgreSQL parses the check of a table anew for every statement that writes to it.
  await sql`create domain host_name as text check (value in ('weapp', 'alipay'))`.execute(db);
  await sql`
    create table logins (
      host host_name not null,
      app_id text not null,
      open_id text not null,
      union_id text,
      account_id uuid not null references accounts (live_id),
      linked_at timestamptz not null,
      primary key (host, app_id, open_id),
      unique (account_id, host)
    )`.execute(db);
  await sql`
    insert into logins (host, app_id, open_id, union_id, account_id, linked_at)
      select host, app_id, open_id, union_id, id, created_at from accounts where deleted_at is null`.execute(
    db,
  );
  // An account has one code at most; a new one takes the place of the one before, and using it takes it away.
  await sql`
    create table login_link_codes (
      account_id uuid primary key references accounts (live_id),
      hash text not null unique,
      created_at timestamptz not null,
      expires_at timestamptz not null
    )`.execute(db);
}

/** A session and an order are of one host, whatever hosts their account has logins of. */
async function hosts(db: Kysely<unknown>): Promise<void> {
  for (const table of ['sessions', 'orders'] as const) {
    await sql`alter table ${sql.table(table)} add column host host_name`.execute(db);
    await sql`
      update ${sql.table(table)} as of_account set host = accounts.host
        from accounts where accounts.id = of_account.account_id`.execute(db);
    await sql`alter table ${sql.table(table)} alter column host set not null`.execute(db);
  }
  await sql`
    alter table accounts
      drop column host, drop column app_id, drop column open_id, drop column union_id`.execute(db);
}

/** What happened to a joined account is told by the one that it was joined into; nothing else of an event ever changes. */
async function eventsMoveWithTheirAccount(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function refuse_change_but_joining() returns trigger language plpgsql as $$
    begin
      if to_jsonb(new) - 'account_id' = to_jsonb(old) - 'account_id' and exists (
          select from accounts where id = old.account_id and joined_into = new.account_id) then
        return new;
      end if;
      raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
    end $$`.execute(db);
  await sql`drop trigger security_events_are_kept on security_events`.execute(db);
  await sql`
    create trigger security_events_are_kept before update on security_events
      for each row execute function refuse_change_but_joining()`.execute(db);
}
