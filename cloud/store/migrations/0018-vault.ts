import { sql, type Kysely } from 'kysely';

/** The vault, the bank cards whose numbers it holds, and the trail of what operators do. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table vault_records (
      account_id uuid not null references accounts,
      id uuid not null,
      purpose text not null check (purpose in ('card', 'phone')),
      iv bytea not null check (length(iv) = 12),
      ciphertext bytea not null,
      blind_index bytea not null check (length(blind_index) = 32),
      created_at timestamptz not null,
      primary key (account_id, id),
      unique (account_id, purpose, blind_index)
    )`.execute(db);
  await sql`create index vault_records_by_value on vault_records (blind_index, purpose)`.execute(db);
  // Apart from the records, so that what is copied elsewhere can leave the keys out.
  await sql`
    create table vault_keys (
      account_id uuid not null,
      record_id uuid not null,
      key_id text not null,
      wrapped_key bytea not null,
      primary key (account_id, record_id)
    )`.execute(db);
  await sql`create index vault_keys_by_master_key on vault_keys (key_id, record_id)`.execute(db);
  await sql`
    create table bank_cards (
      account_id uuid not null references accounts,
      id uuid not null,
      scheme text not null,
      bank text,
      kind text check (kind in ('debit', 'credit')),
      last_four text not null check (last_four ~ '^\\d{4}$'),
      bound_at timestamptz not null,
      deleted_at timestamptz,
      primary key (account_id, id)
    )`.execute(db);
  await operatorAudit(db);
}

/** Each row's hash covers the row before: one that is changed or taken out is found. */
async function operatorAudit(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table operator_audit (
      id bigint generated always as identity primary key,
      request_id text not null,
      operator text not null,
      action text not null,
      target text not null,
      content_hash text not null,
      -- Null where the row says that it is about to be done; then what was answered.
      status integer,
      at timestamptz not null,
      previous_hash text not null,
      hash text not null
    )`.execute(db);
  await sql`
    create function operator_audit_hash(previous_hash text, request_id text, operator text, action text, target text,
        content_hash text, status integer, at timestamptz) returns text language sql stable as $$
      select encode(sha256(convert_to(jsonb_build_array(previous_hash, request_id, operator, action, target,
        content_hash, status, extract(epoch from at))::text, 'UTF8')), 'hex') $$`.execute(db);
  // Whoever adds waits until nobody else does: each row is chained to the one before, and read after the lock is held. The
  // number is arbitrary.
  await sql`
    create function add_operator_audit(p_request_id text, p_operator text, p_action text, p_target text,
        p_content_hash text, p_status integer, p_at timestamptz) returns void language plpgsql as $$
    declare
      before text;
    begin
      perform pg_advisory_xact_lock(5702887);
      select hash into before from operator_audit order by id desc limit 1;
      before := coalesce(before, '');
      insert into operator_audit (request_id, operator, action, target, content_hash, status, at, previous_hash, hash)
        values (p_request_id, p_operator, p_action, p_target, p_content_hash, p_status, p_at, before,
          operator_audit_hash(before, p_request_id, p_operator, p_action, p_target, p_content_hash, p_status, p_at));
    end $$`.execute(db);
  await sql`
    create trigger operator_audit_is_append_only before update or delete or truncate
      on operator_audit for each statement execute function refuse_change()`.execute(db);
}
