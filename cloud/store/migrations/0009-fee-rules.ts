import { sql, type Kysely } from 'kysely';

/** The rules that were in force before they were kept here: they are version 1, live since ever. */
export const FIRST_RULES = [
  {
    id: 'standard_fee',
    priority: 0,
    when: {},
    effectiveFromMs: null,
    effectiveToMs: null,
    freePerPaymentFen: 50_000,
    freePerMonthFen: 0,
    mode: 'marginal',
    tiers: [{ upToFen: null, ratePpm: 1_000, fixedFen: 0 }],
    feeFenMin: 1,
    feeFenMax: 2_500,
    rounding: 'half_up',
  },
] as const;
const FIRST_ID = '01900000-0000-7000-8000-0000000fee01';

/** Rules of fees by version, when each is live, who did what to them, rehearsals, and what is used of allowances. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Immutable as long as the database keeps its encoding, which it does.
  await sql`
    create function fee_rules_hash(rules jsonb) returns text language sql immutable as $$
      select encode(sha256(convert_to(rules::text, 'UTF8')), 'hex') $$`.execute(db);
  await sql`
    create table fee_rule_sets (
      id uuid primary key,
      version integer not null unique check (version > 0),
      name text not null,
      state text not null check (state in ('draft', 'review', 'approved')),
      rules jsonb not null,
      -- The text of jsonb is canonical, so equal rules have equal hashes.
      content_hash text not null generated always as (fee_rules_hash(rules)) stored,
      authors text[] not null,
      live_from timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null
    )`.execute(db);
  await sql`
    create function approved_rules_are_fixed() returns trigger language plpgsql as $$
    begin
      if old.state <> 'draft' and old.rules <> new.rules then
        raise exception 'rules beyond their draft never change' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db);
  await sql`
    create trigger fee_rules_are_fixed before update on fee_rule_sets
      for each row execute function approved_rules_are_fixed()`.execute(db);
  await sql`
    create table fee_activations (
      id uuid primary key,
      rule_set_id uuid not null references fee_rule_sets,
      live_from timestamptz not null,
      made_at timestamptz not null,
      withdrawn_at timestamptz
    )`.execute(db);
  await sql`
    create index fee_activations_in_time on fee_activations (live_from, made_at) where withdrawn_at is null`.execute(
    db,
  );
  await audit(db);
  await sql`
    create table fee_rehearsals (
      id uuid primary key,
      rule_set_id uuid not null references fee_rule_sets,
      content_hash text not null,
      from_at timestamptz not null,
      to_at timestamptz not null,
      as_of timestamptz,
      state text not null check (state in ('waiting', 'done', 'failed')),
      orders_total integer,
      orders_done integer not null default 0,
      report jsonb,
      failure text,
      requested_by text not null,
      created_at timestamptz not null,
      finished_at timestamptz,
      leased_until timestamptz,
      check ((report is not null) = (state = 'done')),
      check (from_at < to_at)
    )`.execute(db);
  await sql`create index fee_rehearsals_of_set on fee_rehearsals (rule_set_id, id)`.execute(db);
  await sql`create index fee_rehearsals_waiting on fee_rehearsals (id) where state = 'waiting'`.execute(db);
  await sql`
    create table fee_allowance_holds (
      account_id uuid not null,
      month text not null,
      rule_id text not null,
      order_id uuid not null,
      held_fen bigint not null check (held_fen > 0),
      primary key (account_id, month, rule_id, order_id)
    )`.execute(db);
  // Orders of a period, for rehearsals: they lie in the order of their making, so that a few bytes per block tell where.
  await sql`create index orders_in_time on orders using brin (created_at)`.execute(db);
  await firstRules(db);
}

/** Each row's hash covers the row before: one that is changed or taken out is found. */
async function audit(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table fee_rule_audit (
      id bigint generated always as identity primary key,
      rule_set_id uuid not null,
      action text not null,
      actor text not null,
      note text not null,
      content_hash text not null,
      at timestamptz not null,
      previous_hash text not null,
      hash text not null
    )`.execute(db);
  await sql`create index fee_rule_audit_of_set on fee_rule_audit (rule_set_id, id)`.execute(db);
  await sql`
    create function fee_audit_hash(previous_hash text, rule_set_id uuid, action text, actor text, note text,
        content_hash text, at timestamptz) returns text language sql stable as $$
      select encode(sha256(convert_to(jsonb_build_array(previous_hash, rule_set_id, action, actor, note, content_hash,
        extract(epoch from at))::text, 'UTF8')), 'hex') $$`.execute(db);
  await sql`
    create trigger fee_rule_audit_is_append_only before update or delete or truncate
      on fee_rule_audit for each statement execute function refuse_change()`.execute(db);
}

async function firstRules(db: Kysely<unknown>): Promise<void> {
  const epoch = new Date(0);
  await sql`
    insert into fee_rule_sets (id, version, name, state, rules, authors, created_at, updated_at)
      values (${FIRST_ID}, 1, '标准费率', 'approved', ${JSON.stringify(FIRST_RULES)}, '{}', ${epoch}, ${epoch})`.execute(
    db,
  );
  await sql`
    insert into fee_activations (id, rule_set_id, live_from, made_at)
      values (${FIRST_ID}, ${FIRST_ID}, ${epoch}, ${epoch})`.execute(db);
  await sql`
    insert into fee_rule_audit (rule_set_id, action, actor, note, content_hash, at, previous_hash, hash)
      select id, 'migrated', 'system', '', content_hash, ${epoch}::timestamptz, '',
          fee_audit_hash('', id, 'migrated', 'system', '', content_hash, ${epoch}::timestamptz)
        from fee_rule_sets`.execute(db);
}
