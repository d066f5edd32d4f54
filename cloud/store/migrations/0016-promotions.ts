import { sql, type Kysely } from 'kysely';

/**
 * Promotions by version, when each is live, who did what to them; what is left of their budgets; what orders have claimed of
 * them; and the money that is owed back to payers.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await versions(db);
  await budgets(db);
  await claims(db);
  await cashbacks(db);
  await claimPromotions(db);
  await settlePromotions(db);
  await freeBudgets(db);
}

async function versions(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table promotion_versions (
      id uuid primary key,
      promotion_id uuid not null,
      version integer not null check (version > 0),
      state text not null check (state in ('draft', 'review', 'approved')),
      terms jsonb not null,
      -- The text of jsonb is canonical, so equal terms have equal hashes.
      content_hash text not null generated always as (fee_rules_hash(terms)) stored,
      authors text[] not null,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      unique (promotion_id, version)
    )`.execute(db);
  await sql`
    create function promotion_terms_are_fixed() returns trigger language plpgsql as $$
    begin
      if old.state <> 'draft' and old.terms <> new.terms then
        raise exception 'terms beyond their draft never change' using errcode = 'restrict_violation';
      end if;
      return new;
    end $$`.execute(db);
  await sql`
    create trigger promotion_terms_are_fixed before update on promotion_versions
      for each row execute function promotion_terms_are_fixed()`.execute(db);
  // Without a version: from then on the promotion is stopped.
  await sql`
    create table promotion_activations (
      id uuid primary key,
      promotion_id uuid not null,
      version_id uuid references promotion_versions,
      live_from timestamptz not null,
      made_at timestamptz not null,
      withdrawn_at timestamptz
    )`.execute(db);
  await sql`
    create index promotion_activations_in_time on promotion_activations (promotion_id, live_from, made_at, id)
      where withdrawn_at is null`.execute(db);
  await sql`
    create table promotion_audit (
      id bigint generated always as identity primary key,
      promotion_id uuid not null,
      version_id uuid not null,
      action text not null,
      actor text not null,
      note text not null,
      content_hash text not null,
      at timestamptz not null,
      previous_hash text not null,
      hash text not null
    )`.execute(db);
  await sql`create index promotion_audit_of_promotion on promotion_audit (promotion_id, id)`.execute(db);
  await sql`
    create trigger promotion_audit_is_append_only before update or delete or truncate
      on promotion_audit for each statement execute function refuse_change()`.execute(db);
}

/**
 * What a version may still give lies in a few parts, so that orders placed at once do not wait for one row. A part without
 * enough is helped by the others: only where all of them together have too little has the budget run out.
 */
async function budgets(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table promotion_budgets (
      version_id uuid not null,
      part smallint not null,
      -- Null for no limit; points count as fen.
      fen_left bigint check (fen_left >= 0),
      times_left bigint check (times_left >= 0),
      primary key (version_id, part)
    ) with (fillfactor = 50)`.execute(db);
  await sql`
    create function take_of_budget(p_version_id uuid, p_home integer, p_amount bigint) returns smallint
      language plpgsql as $$
    declare
      found_part smallint;
      parts integer;
      fen bigint;
      times bigint;
    begin
      -- Where all parts together have not enough, nobody needs to wait to hear it.
      select sum(fen_left), sum(times_left) into fen, times from promotion_budgets where version_id = p_version_id;
      if fen < p_amount or times < 1 then return null; end if;
      -- A part that nobody holds, beginning with the order's own; then the own, once it is free. Each in a transaction within
      -- the transaction, since a row that turns out to have too little stays locked: nobody may wait for one part while it
      -- holds another of the same version.
      for try in 1 .. 2 loop
        begin
          if try = 1 then
            select part into found_part from promotion_budgets
              where version_id = p_version_id and coalesce(fen_left >= p_amount, true) and coalesce(times_left >= 1, true)
              order by (part + p_home) % 8 limit 1 for update skip locked;
          else
            select part into found_part from promotion_budgets
              where version_id = p_version_id and part = p_home
                and coalesce(fen_left >= p_amount, true) and coalesce(times_left >= 1, true)
              for update;
          end if;
          if found_part is null then raise exception using errcode = 'TPW01'; end if;
          exit;
        exception when sqlstate 'TPW01' then found_part := null;
        end;
      end loop;
      if found_part is null then
        -- No part had enough. All are locked, in one order, and what is left is divided anew.
        perform from promotion_budgets where version_id = p_version_id order by part for update;
        select count(*), sum(fen_left), sum(times_left) into parts, fen, times
          from promotion_budgets where version_id = p_version_id;
        if parts = 0 or fen < p_amount or times < 1 then return null; end if;
        found_part := p_home;
        fen := fen - p_amount;
        times := times - 1;
        update promotion_budgets set
            fen_left = fen / parts
              + case when part = found_part then fen % parts + p_amount else 0 end,
            times_left = times / parts
              + case when part = found_part then times % parts + 1 else 0 end
          where version_id = p_version_id;
      end if;
      update promotion_budgets set fen_left = fen_left - p_amount, times_left = times_left - 1
        where version_id = p_version_id and part = found_part;
      return found_part;
    end $$`.execute(db);
}

async function claims(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table promotion_claims (
      account_id uuid not null,
      promotion_id uuid not null,
      order_id uuid not null,
      version_id uuid not null,
      merchant_id uuid not null,
      kind text not null check (kind in ('fee_waiver', 'discount', 'cashback', 'bonus_points')),
      -- yyyy-mm-dd in Asia/Shanghai.
      day text not null,
      -- What each method would get: fen, or points.
      amounts jsonb not null,
      state text not null check (state in ('held', 'used', 'released')),
      -- What it came to once the order was paid.
      amount bigint,
      part smallint not null,
      -- What it takes of the budget now, and what it should; the difference goes back soon.
      taken bigint not null,
      due bigint not null check (due between 0 and taken),
      taken_times smallint not null check (taken_times in (0, 1)),
      due_times smallint not null check (due_times between 0 and taken_times),
      cashback_id uuid,
      cashback_after interval,
      claimed_at timestamptz not null,
      primary key (account_id, promotion_id, order_id),
      check ((kind = 'cashback') = (cashback_id is not null)),
      check ((state = 'held') = (amount is null))
    ) with (fillfactor = 80)`.execute(db);
  await sql`create index promotion_claims_of_order on promotion_claims (order_id)`.execute(db);
  await sql`
    create index promotion_claims_to_free on promotion_claims (version_id)
      where taken > due or taken_times > due_times`.execute(db);
  // So that only what happens to an order with claims costs anything more.
  await sql`alter table orders add column promoted boolean not null default false`.execute(db);
}

async function cashbacks(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table cashbacks (
      id uuid primary key,
      account_id uuid not null,
      order_id uuid not null,
      merchant_id uuid not null,
      promotion_id uuid not null,
      version_id uuid not null,
      amount_fen bigint not null check (amount_fen > 0),
      -- What is owed now: refunds lower it until it is on its way.
      owed_fen bigint not null check (owed_fen between 0 and amount_fen),
      state text not null check (state in ('waiting', 'paying', 'paid', 'cancelled')),
      -- When it is paid out; again later where that failed.
      due_at timestamptz not null,
      created_at timestamptz not null,
      unique (order_id, promotion_id)
    ) with (fillfactor = 80)`.execute(db);
  await sql`create index cashbacks_of_account on cashbacks (account_id, id desc)`.execute(db);
  await sql`create index cashbacks_due on cashbacks (due_at) where state = 'waiting'`.execute(db);
  // A payout is of a merchant's batch or of a user's cashback; the merchant of the latter is the one who was paid.
  await sql`
    alter table payouts
      alter column settlement_id drop not null,
      add column cashback_id uuid references cashbacks,
      add constraint payouts_of_one check ((settlement_id is null) <> (cashback_id is null))`.execute(db);
  await sql`
    create unique index one_payout_of_cashback on payouts (cashback_id)
      where cashback_id is not null and state not in ('failed', 'returned')`.execute(db);
  await sql`
    create unique index payouts_of_cashback on payouts (cashback_id, try) where cashback_id is not null`.execute(
    db,
  );
}

/**
 * Claims promotions for an order that the same transaction places: each is live, within the payer's limits, and its budget
 * suffices, or the version that is not is answered and the caller must undo everything. Orders of one account follow one
 * another; versions are taken in the order of their ids, so that nobody waits in a circle.
 */
async function claimPromotions(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function claim_promotions(
      p_order_id uuid, p_account_id uuid, p_merchant_id uuid, p_day text, p_claims jsonb, p_now timestamptz
    ) returns uuid language plpgsql as $$
    declare
      claim record;
      terms jsonb;
      used record;
      taken_part smallint;
    begin
      perform pg_advisory_xact_lock(hashtextextended('promotions of ' || p_account_id, 0));
      for claim in
        select * from jsonb_to_recordset(p_claims) as claim ("promotionId" uuid, "versionId" uuid, kind text,
            held bigint, amounts jsonb, "cashbackId" uuid, "cashbackAfterMs" bigint)
          order by "versionId"
      loop
        select version.terms into terms from promotion_versions as version
          where id = claim."versionId" and id = (
            select version_id from promotion_activations
              where promotion_id = claim."promotionId" and withdrawn_at is null and live_from <= p_now
              order by live_from desc, made_at desc, id desc limit 1);
        if not found or (terms ->> 'endsAtMs')::bigint <= extract(epoch from p_now) * 1000 then
          return claim."versionId";
        end if;
        select count(*) as times, count(*) filter (where day = p_day) as today,
            count(*) filter (where merchant_id = p_merchant_id) as at_merchant
          into used from promotion_claims
          where account_id = p_account_id and promotion_id = claim."promotionId" and due_times = 1;
        if used.times >= (terms #>> '{limits,timesPerUser}')::bigint
            or used.today >= (terms #>> '{limits,timesPerUserDay}')::bigint
            or (case terms #>> '{when,firstPayment}'
              when 'ever' then used.times > 0 or exists (
                select from orders where account_id = p_account_id
                  and state in ('paid', 'partially_refunded', 'refunded'))
              when 'with_merchant' then used.at_merchant > 0 or exists (
                select from orders where account_id = p_account_id and merchant_id = p_merchant_id
                  and state in ('paid', 'partially_refunded', 'refunded'))
              else false end) then
          return claim."versionId";
        end if;
        taken_part := take_of_budget(claim."versionId", hashtext(p_order_id::text) & 7, claim.held);
        if taken_part is null then return claim."versionId"; end if;
        insert into promotion_claims (account_id, promotion_id, order_id, version_id, merchant_id, kind, day, amounts,
            state, part, taken, due, taken_times, due_times, cashback_id, cashback_after, claimed_at)
          values (p_account_id, claim."promotionId", p_order_id, claim."versionId", p_merchant_id, claim.kind, p_day,
            claim.amounts, 'held', taken_part, claim.held, claim.held, 1, 1, claim."cashbackId",
            claim."cashbackAfterMs" * interval '1 millisecond', p_now);
      end loop;
      update orders set promoted = true where id = p_order_id;
      return null;
    end $$`.execute(db);
}

/** Of an order `new` that was just paid: what the function below does, without when it does it. */
export const SETTLE_PROMOTIONS = sql.raw(`
      update promotion_claims set amount = got.amount, due = got.amount,
          state = case when got.amount > 0 then 'used' else 'released' end,
          due_times = case when got.amount > 0 then 1 else 0 end
        from (
          select promotion_id, coalesce((amounts ->> new.method)::bigint, 0) as amount
            from promotion_claims where account_id = new.account_id and order_id = new.id
        ) as got
        where account_id = new.account_id and order_id = new.id and promotion_claims.promotion_id = got.promotion_id;
      with owed as (
        insert into cashbacks (id, account_id, order_id, merchant_id, promotion_id, version_id, amount_fen, owed_fen,
            state, due_at, created_at)
          select cashback_id, account_id, order_id, merchant_id, promotion_id, version_id, amount, amount, 'waiting',
              new.paid_at + cashback_after, new.paid_at
            from promotion_claims
            where account_id = new.account_id and order_id = new.id and kind = 'cashback' and amount > 0
          returning id, amount_fen
      )
      insert into postings (id, kind, order_id, attempt_id, created_at, account_id, accounts, units, amounts)
        select id, 'cashback', new.id, id, new.paid_at, new.account_id,
            array['promotion_expense', 'cashback_payable:' || new.account_id], array['FEN', 'FEN'],
            array[amount_fen, -amount_fen]
          from owed;`);

/**
 * When an order with claims is paid, whatever pays it: what the method that paid was promised is used, what more was held
 * goes back, and cashback is owed from then on. Books as `cashbackPosting` of the domain does. A trigger, so that it is in
 * every transaction that makes an order paid, and the functions that record payments need not know of promotions.
 */
async function settlePromotions(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function settle_promotions() returns trigger language plpgsql as $$
    begin
      ${SETTLE_PROMOTIONS}
      return null;
    end $$`.execute(db);
  await sql`
    create trigger orders_settle_promotions after update of state on orders for each row
      when (new.promoted and new.state = 'paid' and old.state <> 'paid') execute function settle_promotions()`.execute(
    db,
  );
}

/** Gives back to budgets what claims hold and should not; how many claims did. */
async function freeBudgets(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function free_promotion_budgets(p_limit integer) returns integer language plpgsql as $$
    declare
      version uuid;
      freed integer;
      total integer := 0;
    begin
      for version in
        select distinct version_id from promotion_claims where taken > due or taken_times > due_times
          order by version_id
      loop
        -- The parts first and in their order, as orders lock them; of claims only those that nobody holds.
        perform from promotion_budgets where version_id = version order by part for update;
        with back as (
          select account_id, promotion_id, order_id, part, taken - due as amount, taken_times - due_times as times
            from promotion_claims where version_id = version and (taken > due or taken_times > due_times)
            limit p_limit for update skip locked
        ), settled as (
          update promotion_claims as claim set taken = due, taken_times = due_times from back
            where claim.account_id = back.account_id and claim.promotion_id = back.promotion_id
              and claim.order_id = back.order_id
        ), given as (
          update promotion_budgets as budget set fen_left = fen_left + part.amount, times_left = times_left + part.times
            from (select part, sum(amount) as amount, sum(times) as times from back group by part) as part
            where version_id = version and budget.part = part.part
        )
        select count(*) into freed from back;
        total := total + freed;
      end loop;
      return total;
    end $$`.execute(db);
}
