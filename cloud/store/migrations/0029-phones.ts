import { sql, type Kysely } from 'kysely';

/** Phones of accounts, whose numbers the vault holds, and codes sent to them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table phones (
      account_id uuid primary key references accounts,
      -- Its record in the vault.
      record_id uuid not null,
      masked text not null check (masked ~ '^\\d{3}\\*{4}\\d{4}$'),
      verified_at timestamptz not null,
      -- Another number is trusted with codes only after a while in which its owner can object.
      codes_from timestamptz not null
    )`.execute(db);
  await sql`
    create table sms_codes (
      account_id uuid not null references accounts,
      id uuid not null,
      challenge_id uuid not null,
      phone_index bytea not null check (length(phone_index) = 32),
      hash text not null,
      tries smallint not null default 0 check (tries >= 0),
      sent_at timestamptz not null,
      expires_at timestamptz not null,
      used_at timestamptz,
      primary key (account_id, id)
    )`.execute(db);
  await sql`create index sms_codes_of_phone on sms_codes (phone_index, sent_at)`.execute(db);
}
