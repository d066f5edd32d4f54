import { sql, type Kysely } from 'kysely';

/** Users are told before points expire: a message of no order, and a lot that was told of once. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    alter table messages
      alter column order_id drop not null,
      alter column merchant_id drop not null,
      alter column amount_fen drop not null,
      add column points bigint`.execute(db);
  await sql`alter table points_lots add column warned_at timestamptz`.execute(db);
  await sql`
    create index points_to_warn_of on points_lots (expires_at)
      where state = 'available' and warned_at is null`.execute(db);
}
