import { sql, type Kysely } from 'kysely';

/** Whom one can pay, and the links they share. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table merchants (
      id uuid primary key,
      name text not null,
      category text not null,
      description text not null,
      city text not null,
      logo_text text not null,
      logo_color text not null check (logo_color ~ '^#[0-9a-f]{6}$'),
      open boolean not null,
      search_text text not null,
      created_at timestamptz not null
    )`.execute(db);
  await sql`create index merchants_of_category on merchants (category, id)`.execute(db);
  await sql`
    create table payment_links (
      code text primary key,
      merchant_id uuid not null references merchants,
      amount_fen bigint check (amount_fen between 1 and 5000000),
      remark text not null,
      expires_at timestamptz,
      created_at timestamptz not null
    )`.execute(db);
}
