import { sql, type Kysely } from 'kysely';

/** What merchants agreed on for being paid out, the batches that are made of what they are owed, and their payouts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table merchant_settlement_terms (
      merchant_id uuid primary key references merchants,
      gateway text not null check (gateway in ('wechatpay', 'alipay')),
      payee_kind text not null check (payee_kind in ('open_id', 'logon_id')),
      payee_id text not null,
      payee_name text,
      minimum_fen bigint not null check (minimum_fen >= 10),
      payout_max_fen bigint not null check (payout_max_fen >= 20),
      hold_reason text,
      -- The last cut-off for which a batch was considered, made or not.
      considered_day text,
      updated_at timestamptz not null,
      check (payee_kind = 'open_id' or (gateway = 'alipay' and payee_name is not null))
    )`.execute(db);
  // The index answers what a merchant is owed without reading the entries of anybody else.
  await sql`
    create index entries_of_merchants on entries (account, posting_id) include (amount)
      where account like 'merchant_payable:%' or account like 'settlement_payable:%'`.execute(db);
  await sql`
    create table settlements (
      id uuid primary key,
      merchant_id uuid not null references merchants,
      cut_off_day text not null check (cut_off_day ~ '^\\d{4}-\\d{2}-\\d{2}$'),
      state text not null check (state in ('closed', 'paying', 'paid', 'needs_review')),
      net_fen bigint not null check (net_fen > 0),
      line_count integer not null check (line_count > 0),
      closed_at timestamptz not null,
      paid_at timestamptz,
      unique (merchant_id, cut_off_day)
    ) with (fillfactor = 80)`.execute(db);
  await sql`create index settlements_to_pay on settlements (id) where state = 'closed'`.execute(db);
  // A posting is settled once, so its id is the key. Lines come by the thousand: an invariant checks their batch instead
  // of a foreign key, which would look it up for each.
  await sql`
    create table settlement_lines (
      posting_id uuid primary key,
      settlement_id uuid not null,
      amount_fen bigint not null check (amount_fen <> 0)
    )`.execute(db);
  await sql`create index lines_of_settlement on settlement_lines (settlement_id)`.execute(db);
  await payouts(db);
  await sql`
    create table settlement_history (
      merchant_id uuid not null,
      id bigint generated always as identity,
      subject text not null check (subject in ('terms', 'settlement', 'payout')),
      subject_id uuid not null,
      from_state text,
      to_state text not null,
      reason text not null,
      actor text not null,
      at timestamptz not null,
      primary key (merchant_id, id)
    )`.execute(db);
  for (const table of ['settlement_lines', 'settlement_history']) {
    await sql`
      create trigger ${sql.ref(`${table}_are_append_only`)} before update or delete or truncate
        on ${sql.table(table)} for each statement execute function refuse_change()`.execute(db);
  }
}

async function payouts(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table payouts (
      id uuid primary key,
      settlement_id uuid not null references settlements,
      merchant_id uuid not null,
      part smallint not null,
      try smallint not null,
      source text not null check (source in ('wechatpay', 'alipay', 'bank')),
      payee_kind text,
      payee_id text,
      payee_name text,
      amount_fen bigint not null check (amount_fen > 0),
      state text not null check (state in
        ('requested', 'unknown', 'processing', 'awaiting_payee', 'paid', 'failed', 'returned')),
      bill_number text,
      confirmation text,
      refusal text,
      failure_reason text,
      created_at timestamptz not null,
      sent_at timestamptz,
      next_at timestamptz,
      queries integer not null default 0,
      paid_at timestamptz,
      unique (settlement_id, part, try),
      check (source = 'bank' or (payee_kind is not null and payee_id is not null)),
      check ((paid_at is not null) = (state in ('paid', 'returned')))
    ) with (fillfactor = 80)`.execute(db);
  // Whatever a worker or a person does, a part has one payout that may still be paid or was.
  await sql`
    create unique index one_payout_of_part on payouts (settlement_id, part)
      where state not in ('failed', 'returned')`.execute(db);
  await sql`create index payouts_due on payouts (next_at) where next_at is not null`.execute(db);
}
