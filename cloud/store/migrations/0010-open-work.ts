import { sql, type Kysely } from 'kysely';

/**
 * What workers look for stands in small tables of its own: orders that wait for their payment and attempts whose end is not
 * known. An index of the big tables over their state would get a new entry in every one of their indexes at each change of
 * it; like this a change of state stays within its page.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table open_orders (
      order_id uuid primary key,
      expires_at timestamptz not null,
      claimed_until timestamptz
    )`.execute(db);
  await sql`create index open_orders_by_expiry on open_orders (expires_at)`.execute(db);
  await sql`
    insert into open_orders select id, expires_at, claimed_until from orders
      where state in ('created', 'paying')`.execute(db);
  await sql`
    create table open_attempts (
      attempt_id uuid primary key,
      created_at timestamptz not null,
      next_query_at timestamptz not null,
      queries integer not null default 0
    )`.execute(db);
  await sql`create index open_attempts_by_next_query on open_attempts (next_query_at)`.execute(db);
  await sql`
    insert into open_attempts select id, created_at, next_query_at, queries from attempts
      where state in ('created', 'submitted', 'unknown')`.execute(db);
  await sql`drop index orders_to_expire, attempts_unresolved`.execute(db);
  await sql`alter table orders drop column claimed_until`.execute(db);
  await sql`alter table attempts drop column next_query_at, drop column queries`.execute(db);
  // Rows made together change together, each twice within minutes: a page has room for another version of all its rows.
  for (const table of ['orders', 'attempts']) {
    await sql`alter table ${sql.table(table)} set (fillfactor = 50)`.execute(db);
  }
  await historyDomains(db);
}

/** Said by domains as in orders and attempts, and for the same reason. */
async function historyDomains(db: Kysely<unknown>): Promise<void> {
  await sql`
    create domain history_subject as text check (value in ('order', 'attempt', 'refund'))`.execute(db);
  await sql`
    create domain history_actor as text check (value in ('user', 'gateway', 'system', 'operator'))`.execute(
    db,
  );
  await sql`
    alter table history
      drop constraint history_subject_check,
      drop constraint history_actor_check,
      alter column subject type history_subject,
      alter column actor type history_actor`.execute(db);
}
