import { sql, type Kysely } from 'kysely';

import { createRiskFunctions } from './0019-risk-functions';

/** What risk control remembers and decides: events, what is usual, lists, locks, cases. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await events(db);
  await control(db);
  await cases(db);
  await audit(db);
  await createRiskFunctions(db);
}

/** Every judged event with what was decided; money moves where `amount_fen` is not null. Names are texts, empty where unknown. */
async function events(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table risk_events (
      account text not null,
      at timestamptz not null,
      id uuid not null,
      action text not null check (action in ('login', 'pin_fail', 'bind_card', 'pay', 'transfer')),
      device text not null,
      city text not null,
      payee text,
      payee_kind text not null,
      amount_fen bigint,
      -- Hour and day (counted from 1970-01-01) in Shanghai.
      hour smallint not null,
      day integer not null,
      order_id uuid,
      -- Stopped, or waiting for a challenge: what was held earns no trust.
      held boolean not null,
      new_payee boolean not null,
      tiny boolean not null,
      odd boolean not null,
      amount_score double precision not null,
      log_ratio double precision not null,
      verdict text not null check (verdict in ('allow', 'challenge', 'block', 'lock')),
      score integer not null,
      reasons text[] not null,
      shadow text[] not null,
      book text not null,
      challenge_from integer not null,
      block_from integer not null,
      label text check (label in ('fraud', 'honest')),
      primary key (account, at, id),
      check ((payee is null) = (amount_fen is null))
    )`.execute(db);
  await sql`
    create index risk_events_of_payee on risk_events (payee, at, id) where payee is not null`.execute(db);
  await sql`
    create index risk_events_of_device on risk_events (device, at, id) where device <> ''`.execute(db);
  await sql`
    create index risk_events_stopped on risk_events (order_id) where verdict <> 'allow'`.execute(db);
  // Replays read a stretch of time; events lie in the order of their making.
  await sql`create index risk_events_in_time on risk_events using brin (at)`.execute(db);
}

/** What is usual among everybody, names decided about by people, and accounts that are locked. */
async function control(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table risk_state (
      id integer primary key check (id = 1),
      population jsonb not null,
      calibration jsonb not null,
      -- Events up to this one are in both.
      through_at timestamptz not null,
      through_id uuid not null,
      updated_at timestamptz not null
    )`.execute(db);
  await sql`
    create table risk_listed (
      subject text not null check (subject in ('user', 'device', 'payee')),
      name text not null check (name <> ''),
      list text not null check (list in ('block', 'allow')),
      case_id uuid,
      operator text not null,
      note text not null,
      added_at timestamptz not null,
      primary key (subject, name, list)
    )`.execute(db);
  await sql`
    create table risk_locks (
      account text primary key,
      locked_at timestamptz not null,
      -- Whoever unlocks by factors waits until then.
      cooling_until timestamptz not null,
      case_id uuid,
      locked_by text not null
    )`.execute(db);
}

/** Findings that a person looks at: one open case for an account, whatever else is found meanwhile. */
async function cases(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table risk_cases (
      id uuid primary key,
      account text not null,
      state text not null check (state in ('open', 'snoozed', 'decided')),
      finding text check (finding in ('fraud', 'honest')),
      -- The hardest verdict, and the highest score, of what was found.
      verdict text not null check (verdict in ('challenge', 'block', 'lock')),
      score integer not null,
      appealed boolean not null default false,
      snoozed_until timestamptz,
      opened_at timestamptz not null,
      updated_at timestamptz not null,
      check ((state = 'decided') = (finding is not null)),
      check ((state = 'snoozed') = (snoozed_until is not null))
    )`.execute(db);
  await sql`
    create unique index risk_cases_open on risk_cases (account) where state <> 'decided'`.execute(db);
  await sql`create index risk_cases_of_account on risk_cases (account, id)`.execute(db);
  await sql`create index risk_cases_in_state on risk_cases (state, id)`.execute(db);
  await sql`
    create table risk_case_history (
      id bigint generated always as identity primary key,
      case_id uuid not null references risk_cases,
      action text not null check (action in ('found', 'snoozed', 'decided', 'appealed', 'unlocked', 'locked')),
      actor text not null,
      note text not null,
      -- The event that was found: with the case's account its key.
      event_at timestamptz,
      event_id uuid,
      at timestamptz not null
    )`.execute(db);
  await sql`create index risk_case_history_of_case on risk_case_history (case_id, id)`.execute(db);
  await sql`
    create trigger risk_case_history_is_append_only before update or delete or truncate
      on risk_case_history for each statement execute function refuse_change()`.execute(db);
}

/** What people changed, a hash over each row and the one before. */
async function audit(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table risk_audit (
      id bigint generated always as identity primary key,
      -- A listed name, as list:subject:name.
      subject text not null,
      action text not null,
      actor text not null,
      note text not null,
      content_hash text not null,
      at timestamptz not null,
      previous_hash text not null,
      hash text not null
    )`.execute(db);
  await sql`create index risk_audit_of_subject on risk_audit (subject, id)`.execute(db);
  await sql`
    create function risk_audit_hash(previous_hash text, subject text, action text, actor text, note text,
        content_hash text, at timestamptz) returns text language sql stable as $$
      select encode(sha256(convert_to(jsonb_build_array(previous_hash, subject, action, actor, note, content_hash,
        extract(epoch from at))::text, 'UTF8')), 'hex') $$`.execute(db);
  await sql`
    create trigger risk_audit_is_append_only before update or delete or truncate
      on risk_audit for each statement execute function refuse_change()`.execute(db);
}
