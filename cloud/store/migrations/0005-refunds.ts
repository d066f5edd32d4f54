import { sql, type Kysely } from 'kysely';

/** Refunds of orders beside those of surpluses, what people did about them, and what users were told. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`drop index refunds_to_send`.execute(db);
  await sql`
    alter table refunds
      drop column claimed_until,
      drop constraint refunds_state_check,
      add constraint refunds_state_check
        check (state in ('requested', 'processing', 'failed', 'needs_review', 'succeeded')),
      add column kind text not null default 'surplus' check (kind in ('surplus', 'order')),
      add column merchant_id uuid,
      add column fee_fen bigint not null default 0 check (fee_fen >= 0),
      add column amount_fen bigint generated always as (refund_fen - fee_fen) stored,
      add column points bigint not null default 0 check (points >= 0),
      add column note text not null default '',
      add column requested_by text,
      add column returned_by text check (returned_by in ('gateway', 'person')),
      add column finished_at timestamptz,
      add column next_at timestamptz not null default '-infinity',
      add column tries integer not null default 0,
      add column failures integer not null default 0`.execute(db);
  await sql`update refunds set returned_by = 'gateway', finished_at = updated_at where state = 'succeeded'`.execute(
    db,
  );
  await sql`
    alter table refunds
      add check (refund_fen > fee_fen),
      add check ((kind = 'order') = (merchant_id is not null)),
      add check ((finished_at is not null) = (state = 'succeeded')),
      add check ((returned_by is not null) = (state = 'succeeded'))`.execute(db);
  await sql`
    create index refunds_due on refunds (next_at) where state in ('requested', 'processing', 'failed')`.execute(
    db,
  );
  await sql`create index refunds_of_order on refunds (order_id)`.execute(db);
  await sql`
    create index refunds_under_way_of_merchant on refunds (merchant_id) include (amount_fen)
      where kind = 'order' and state <> 'succeeded'`.execute(db);
  await sql`create index refunds_in_review on refunds (id) where state = 'needs_review'`.execute(db);

  // Who of the operators did something, and the words they gave for it.
  await sql`
    alter table history
      drop constraint history_subject_check,
      add constraint history_subject_check check (subject in ('order', 'attempt', 'refund')),
      drop constraint history_actor_check,
      add constraint history_actor_check check (actor in ('user', 'gateway', 'system', 'operator')),
      add column operator text,
      add column note text,
      add check ((operator is not null) = (actor = 'operator'))`.execute(db);

  // Which effects of an event have been delivered, so that one that fails does not repeat the others.
  await sql`alter table outbox add column delivered text[] not null default '{}'`.execute(db);
  await sql`create index outbox_dead on outbox (id) where dead_at is not null`.execute(db);
  await sql`
    create table messages (
      id uuid primary key,
      account_id uuid not null references accounts,
      event_id uuid not null unique,
      kind text not null check (kind ~ '^[a-z_]+$'),
      order_id uuid not null,
      merchant_id uuid not null references merchants,
      amount_fen bigint not null,
      created_at timestamptz not null
    )`.execute(db);
  await sql`create index messages_of_account on messages (account_id, id desc)`.execute(db);
}
