import { sql, type Kysely } from 'kysely';

/** Plans as in `0019-risk-functions.ts`. */
const NEWEST_FIRST = sql.raw(
  'set plan_cache_mode = force_generic_plan set enable_sort = off set enable_bitmapscan = off',
);

/** Which accounts pass on at once what they are paid, as mules do: asked of whoever pays and of whoever is paid. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table risk_events add column passes_on boolean not null default false`.execute(db);
  await sql`create index risk_events_passing_on on risk_events (account, at) where passes_on`.execute(db);
  await sql`
    create function risk_passed_on(p_account text, p_at timestamptz)
    returns bigint language plpgsql stable as $$
    begin
      return (
        select count(*) from (
          select from risk_events
            where account = p_account and passes_on and at >= p_at - interval '30 days' limit 32) as newest);
    end $$`.execute(db);
  await sql`
    create or replace function risk_known_payee(p_account text, p_payee text, p_at timestamptz)
    returns json language plpgsql stable ${NEWEST_FIRST} as $$
    begin
      return (
        -- By payer first: each of the newest payments is looked at once.
        with payers as (
          select account <> p_account as counts, bool_or(odd) as odd, bool_or(held) as held,
              bool_or(new_payee and at >= p_at - interval '1 day') as new_today,
              bool_or(new_payee and tiny and at >= p_at - interval '1 hour') as tests,
              count(*) filter (where not held) as payments,
              sum(log) filter (where not held) as log_sum,
              sum(log * log) filter (where not held) as log_squares
            from (
              select account, at, held, odd, tiny, new_payee, ln(greatest(1, amount_fen)::float8) as log
                from risk_events where payee = p_payee and at >= p_at - interval '7 days'
                order by at desc, id desc limit 96) as recent
            group by account
        )
        select json_build_object(
          'firstMs', risk_ms((select min(first) from (
            (select at as first from risk_events where payee = p_payee order by at, id limit 1)
            union all
            (select at from risk_events where account = p_payee order by at, id limit 1)) as firsts)),
          'payers7d', count(*) filter (where counts),
          'oddPayers7d', count(*) filter (where counts and odd),
          'heldPayers7d', count(*) filter (where counts and held),
          'newPayers24h', count(*) filter (where counts and new_today),
          'tinyPayers1h', count(*) filter (where counts and tests),
          'passedOn30d', risk_passed_on(p_payee, p_at),
          'sums', json_build_object('payments7d', coalesce(sum(payments), 0),
            'logSum7d', coalesce(sum(log_sum), 0), 'logSquares7d', coalesce(sum(log_squares), 0)))
          from payers);
    end $$`.execute(db);
  await sql`
    create or replace function risk_known_received(p_account text, p_amount bigint, p_at timestamptz)
    returns json language plpgsql stable ${NEWEST_FIRST} as $$
    begin
      return (
        select json_build_object(
            'fen', coalesce(sum(amount_fen), 0),
            'newFen', coalesce(sum(amount_fen) filter (where new_payee), 0),
            'oddFen', coalesce(sum(amount_fen) filter (where odd), 0),
            'heldFen', coalesce(sum(amount_fen) filter (where held), 0),
            'newestMs', risk_ms(max(at)),
            'match', coalesce(bool_or(p_amount <= amount_fen and p_amount >= 0.75 * amount_fen), false),
            'passedOn30d', risk_passed_on(p_account, p_at))
          from (
            select amount_fen, new_payee, odd, held, at from risk_events
              where payee = p_account and at >= p_at - interval '1 day'
              order by at desc, id desc limit 96) as recent);
    end $$`.execute(db);
}
