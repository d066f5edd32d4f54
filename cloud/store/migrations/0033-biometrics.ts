import { sql, type Kysely } from 'kysely';

/** Devices whose hosts prove that they recognised their owner, and what they were asked to sign. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table biometrics (
      account_id uuid not null references accounts (live_id),
      device_id text not null,
      -- Digest of what names the key in the phone's secure chip, and how often it signed; null where the host tells neither.
      key_id text,
      counter bigint,
      tries smallint not null default 0 check (tries >= 0),
      set_at timestamptz not null,
      primary key (account_id, device_id),
      check ((key_id is null) = (counter is null))
    )`.execute(db);
  // One for each challenge, taken away by whoever answers, right or wrong.
  await sql`
    create table biometric_nonces (
      account_id uuid not null,
      challenge_id uuid not null,
      session_id uuid not null,
      nonce text not null,
      expires_at timestamptz not null,
      primary key (account_id, challenge_id),
      foreign key (account_id, challenge_id) references challenges on delete cascade
    )`.execute(db);
}
