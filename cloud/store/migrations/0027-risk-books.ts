import { sql, type Kysely } from 'kysely';

/** Books of risk rules by version, and from when each is in force. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table risk_books (
      id uuid primary key,
      version integer not null unique check (version > 0),
      name text not null,
      state text not null check (state in ('draft', 'review', 'approved')),
      content jsonb not null,
      -- The text of jsonb is canonical, so equal books have equal hashes.
      content_hash text not null generated always as (rule_content_hash(content)) stored,
      authors text[] not null,
      -- Judges beside the book in force since then, and decides nothing.
      shadow_since timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db);
  await sql`
    create unique index risk_books_in_shadow on risk_books ((true)) where shadow_since is not null`.execute(
    db,
  );
  await sql`
    create function risk_books_are_fixed() returns trigger language plpgsql as $$
    begin
      if old.content <> new.content and (old.state <> 'draft' or old.shadow_since is not null) then
        raise exception 'a book beyond its draft or in shadow never changes' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db);
  await sql`
    create trigger risk_books_are_fixed before update on risk_books
      for each row execute function risk_books_are_fixed()`.execute(db);
  await sql`
    create table risk_book_activations (
      id uuid primary key,
      -- Null: the book that comes with the program.
      book_id uuid references risk_books,
      live_from timestamptz not null,
      made_at timestamptz not null
    )`.execute(db);
  await sql`
    create index risk_book_activations_in_time on risk_book_activations (live_from, made_at, id)`.execute(db);
}
