import { sql, type Kysely } from 'kysely';

const DAY_MS = 86_400_000;
/** The rules of points that were in force before they were kept here: version 1, live since ever. */
export const FIRST_POINTS_RULES = {
  fenPerPoint: 100,
  multipliers: [
    { id: 'silver', userTiers: ['silver'], multiplierPpm: 1_100_000 },
    { id: 'gold', userTiers: ['gold'], multiplierPpm: 1_250_000 },
    { id: 'platinum', userTiers: ['platinum'], multiplierPpm: 1_500_000 },
  ],
  redemption: { fenPerHundredPoints: 100, sharePpm: 500_000, pointsMin: 100 },
  pendingMs: 7 * DAY_MS,
  lifeMs: 365 * DAY_MS,
  warnedBeforeMs: 7 * DAY_MS,
  tiers: [
    { tier: 'standard', fromPoints: 0 },
    { tier: 'silver', fromPoints: 2_000 },
    { tier: 'gold', fromPoints: 10_000 },
    { tier: 'platinum', fromPoints: 50_000 },
  ],
} as const;

/** All sets of fee rules are versions of one subject, and all rules of points of another. */
const FEES = '01900000-0000-7000-8000-0000000fee00';
const POINTS = '01900000-0000-7000-8000-0000000b0000';
const FIRST_POINTS_ID = '01900000-0000-7000-8000-0000000b0001';

/**
 * One life for all rules that people write and others review: versions, activations and the trail of fee rules and of
 * promotions move into common tables, and rules of points join them. Each kind keeps its chain of hashes as it is.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter function fee_rules_hash(jsonb) rename to rule_content_hash`.execute(db);
  await sql`
    alter function fee_audit_hash(text, uuid, text, text, text, text, timestamptz) rename to rule_audit_hash`.execute(
    db,
  );
  await tables(db);
  await moveFees(db);
  await movePromotions(db);
  await firstPoints(db);
}

async function tables(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table rule_versions (
      id uuid primary key,
      kind text not null check (kind in ('fee_rules', 'promotion', 'points_rules')),
      subject_id uuid not null,
      version integer not null check (version > 0),
      name text not null,
      state text not null check (state in ('draft', 'review', 'approved')),
      content jsonb not null,
      -- The text of jsonb is canonical, so equal content has equal hashes.
      content_hash text not null generated always as (rule_content_hash(content)) stored,
      authors text[] not null,
      live_from timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      unique (subject_id, version)
    )`.execute(db);
  await sql`
    create function rules_are_fixed() returns trigger language plpgsql as $$
    begin
      if old.state <> 'draft' and old.content <> new.content then
        raise exception '% beyond their draft never change', replace(old.kind, '_', ' ')
          using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db);
  await sql`
    create table rule_activations (
      id uuid primary key,
      kind text not null,
      subject_id uuid not null,
      -- Without: from then on nothing of the subject is in force.
      version_id uuid references rule_versions,
      live_from timestamptz not null,
      made_at timestamptz not null,
      withdrawn_at timestamptz
    )`.execute(db);
  await sql`
    create index rule_activations_in_time on rule_activations (subject_id, live_from, made_at, id)
      where withdrawn_at is null`.execute(db);
  await sql`
    create table rule_audit (
      id bigint generated always as identity primary key,
      kind text not null,
      subject_id uuid not null,
      version_id uuid not null,
      action text not null,
      actor text not null,
      note text not null,
      content_hash text not null,
      at timestamptz not null,
      previous_hash text not null,
      hash text not null
    )`.execute(db);
  await sql`create index rule_audit_of_version on rule_audit (version_id, id)`.execute(db);
  await sql`create index rule_audit_of_kind on rule_audit (kind, id)`.execute(db);
}

async function moveFees(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into rule_versions (id, kind, subject_id, version, name, state, content, authors, live_from, created_at,
        updated_at)
      select id, 'fee_rules', ${FEES}::uuid, version, name, state, rules, authors, live_from, created_at, updated_at
        from fee_rule_sets`.execute(db);
  await sql`
    insert into rule_activations select id, 'fee_rules', ${FEES}::uuid, rule_set_id, live_from, made_at, withdrawn_at
      from fee_activations`.execute(db);
  await sql`
    insert into rule_audit (kind, subject_id, version_id, action, actor, note, content_hash, at, previous_hash, hash)
      select 'fee_rules', ${FEES}::uuid, rule_set_id, action, actor, note, content_hash, at, previous_hash, hash
        from fee_rule_audit order by id`.execute(db);
  await sql`drop table fee_activations, fee_rule_sets, fee_rule_audit`.execute(db);
  await sql`drop function approved_rules_are_fixed()`.execute(db);
}

async function movePromotions(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into rule_versions (id, kind, subject_id, version, name, state, content, authors, created_at, updated_at)
      select id, 'promotion', promotion_id, version, terms #>> '{title,zh-CN}', state, terms, authors, created_at,
          updated_at
        from promotion_versions`.execute(db);
  await sql`
    update rule_versions set live_from = to_timestamp((content ->> 'startsAtMs')::bigint / 1000.0)
      where kind = 'promotion' and state <> 'draft'`.execute(db);
  await sql`
    insert into rule_activations select id, 'promotion', promotion_id, version_id, live_from, made_at, withdrawn_at
      from promotion_activations`.execute(db);
  await sql`
    insert into rule_audit (kind, subject_id, version_id, action, actor, note, content_hash, at, previous_hash, hash)
      select 'promotion', promotion_id, version_id, action, actor, note, content_hash, at, previous_hash, hash
        from promotion_audit order by id`.execute(db);
  await sql`drop table promotion_activations, promotion_versions, promotion_audit`.execute(db);
  await sql`drop function promotion_terms_are_fixed()`.execute(db);
  // What claims and budgets read by, in the words of promotions.
  await sql`
    create view promotion_versions as
      select id, subject_id as promotion_id, version, state, content as terms, content_hash, authors
        from rule_versions where kind = 'promotion'`.execute(db);
  await sql`
    create view promotion_activations as
      select id, subject_id as promotion_id, version_id, live_from, made_at, withdrawn_at
        from rule_activations where kind = 'promotion'`.execute(db);
}

async function firstPoints(db: Kysely<unknown>): Promise<void> {
  const epoch = new Date(0);
  await sql`
    insert into rule_versions (id, kind, subject_id, version, name, state, content, authors, created_at, updated_at)
      values (${FIRST_POINTS_ID}, 'points_rules', ${POINTS}, 1, '标准积分规则', 'approved',
        ${JSON.stringify(FIRST_POINTS_RULES)}, '{}', ${epoch}, ${epoch})`.execute(db);
  await sql`
    insert into rule_activations (id, kind, subject_id, version_id, live_from, made_at)
      values (${FIRST_POINTS_ID}, 'points_rules', ${POINTS}, ${FIRST_POINTS_ID}, ${epoch}, ${epoch})`.execute(
    db,
  );
  await sql`
    insert into rule_audit (kind, subject_id, version_id, action, actor, note, content_hash, at, previous_hash, hash)
      select kind, subject_id, id, 'migrated', 'system', '', content_hash, ${epoch}::timestamptz, '',
          rule_audit_hash('', id, 'migrated', 'system', '', content_hash, ${epoch}::timestamptz)
        from rule_versions where kind = 'points_rules'`.execute(db);
  await sql`
    create trigger rules_are_fixed before update on rule_versions
      for each row execute function rules_are_fixed()`.execute(db);
  await sql`
    create trigger rule_audit_is_append_only before update or delete or truncate
      on rule_audit for each statement execute function refuse_change()`.execute(db);
}
