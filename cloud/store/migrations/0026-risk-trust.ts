import { sql, type Kysely } from 'kysely';

/** Plans as in `0019-risk-functions.ts`. */
const NEWEST_FIRST = sql.raw(
  'set plan_cache_mode = force_generic_plan set enable_sort = off set enable_bitmapscan = off',
);

/**
 * What trust is measured by: since when the account pays the payee and is seen in the city, how often it paid the payee
 * today, and what came from payers to whom it was new.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
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
            'match', coalesce(bool_or(p_amount <= amount_fen and p_amount >= 0.75 * amount_fen), false))
          from (
            select amount_fen, new_payee, odd, held, at from risk_events
              where payee = p_account and at >= p_at - interval '1 day'
              order by at desc, id desc limit 96) as recent);
    end $$`.execute(db);
  await sql`
    create or replace function risk_known_city(p_account text, p_city text)
    returns json language plpgsql stable ${NEWEST_FIRST} as $$
    begin
      return (
        with mine as materialized (
          select at, city, row_number() over (order by at desc, id desc) as place
            from (
              select at, id, city from risk_events where account = p_account order by at desc, id desc limit 500
            ) as newest
        ), newest as (
          select city from mine where city <> '' order by place limit 1
        ), elsewhere as (
          select min(place) as place from mine where city <> '' and city <> (select city from newest)
        ), came as (
          select max(place) as place from mine
            where city = (select city from newest) and place < (select place from elsewhere)
        )
        select json_build_object(
          'cityFirstMs', (select risk_ms(min(at)) from mine where city = p_city),
          'homeCity', coalesce((
            select city from mine where city <> '' group by city order by count(*) desc, min(place) desc limit 1), ''),
          'lastCity', coalesce((select city from newest), ''),
          'cityLeftMs', (select risk_ms(at) from mine where place = (select place from came) + 1)));
    end $$`.execute(db);
  await sql`
    create or replace function risk_known(
      p_account text, p_device text, p_city text, p_payee text, p_amount bigint, p_at timestamptz
    ) returns json language plpgsql stable ${NEWEST_FIRST} as $$
    declare
      seconds bigint := floor(extract(epoch from p_at))::bigint + 28800;
      today integer := seconds / 86400;
      hours smallint[] := array[(seconds / 3600 + 23) % 24, seconds / 3600 % 24, (seconds / 3600 + 1) % 24];
      edge bigint := risk_limit_below(p_amount);
      first_at timestamptz;
      first_device text;
      on_device record;
      summary json;
    begin
      select at, device into first_at, first_device from risk_events
        where account = p_account order by at, id limit 1;
      select * into on_device from risk_known_device(p_account, p_device, p_at);
      with mine as materialized (
        select at, action, device, payee, amount_fen, hour, day, held, new_payee, tiny, amount_score, log_ratio,
            amount_fen is not null and not held as passed,
            amount_fen is not null and at >= p_at - interval '1 day' as made
          from risk_events where account = p_account
          order by at desc, id desc limit 500
      ), days as (
        select sum(amount_fen) as total from mine where passed and day < today group by day
      )
      select json_build_object(
        'account', case when first_at is null then null else json_build_object(
          'firstMs', risk_ms(first_at),
          'lastMs', risk_ms(max(at)),
          'events', count(*),
          'payments', count(*) filter (where passed),
          'newPayees', count(*) filter (where passed and new_payee),
          'maxFen', coalesce(max(amount_fen) filter (where passed), 0),
          'maxDayFen', coalesce((select max(total) from days), 0),
          'todayFen', coalesce(sum(amount_fen) filter (where passed and day = today), 0),
          'logSum', coalesce(sum(log_ratio) filter (where passed), 0),
          'logSquares', coalesce(sum(log_ratio * log_ratio) filter (where passed), 0),
          'hourPayments', count(*) filter (where passed and hour = any (hours)),
          'pinFails1h', count(*) filter (where action = 'pin_fail' and at >= p_at - interval '1 hour'),
          'pinFails24h', count(*) filter (where action = 'pin_fail' and at >= p_at - interval '1 day'),
          'binds24h', count(*) filter (where action = 'bind_card' and at >= p_at - interval '1 day'),
          'logins24h', count(*) filter (
            where action = 'login' and device = p_device and device <> '' and at >= p_at - interval '1 day')
        ) end,
        'device', case when p_device = '' then null else json_build_object(
          'firstMs', risk_ms(min(at) filter (where device = p_device)),
          'payments', count(*) filter (where passed and device = p_device),
          'isFirst', first_device is not distinct from p_device,
          'hasOthers', coalesce(bool_or(device <> ''), false),
          'users', on_device.users,
          'guests', on_device.guests,
          'heldUsers', on_device.held_users,
          'binds24h', on_device.binds
        ) end,
        'made', json_build_object(
          'payments10m', count(*) filter (where made and at >= p_at - interval '10 minutes'),
          'payments1h', count(*) filter (where made and at >= p_at - interval '1 hour'),
          'payments24h', count(*) filter (where made),
          'newPayees24h', count(*) filter (where made and new_payee),
          'large24h', count(*) filter (where made and amount_score > 1.5),
          'belowLimit24h', count(*) filter (where made and edge > 0 and risk_limit_below(amount_fen) = edge),
          'similar24h', count(*) filter (
            where made and abs(amount_fen - p_amount) <= 0.08::float8 * p_amount),
          'toPayee24h', count(*) filter (where made and payee = p_payee),
          'tiny1h', count(*) filter (where made and tiny and at >= p_at - interval '1 hour')
            + on_device.tiny1h,
          'afterTiny', coalesce(bool_or(
            made and tiny and at >= p_at - interval '3 hours' and p_amount >= 50 * amount_fen), false),
          'held24h', count(*) filter (where made and held),
          'heldHere24h', count(*) filter (
            where made and held and (payee = p_payee or (device <> '' and device = p_device))),
          'devicePayments1h', on_device.payments1h
        ),
        'payeePayments', count(*) filter (where passed and payee = p_payee),
        'paidFirstMs', risk_ms(min(at) filter (where passed and payee = p_payee)))
        into summary from mine;
      return json_build_object(
        'summary', summary,
        'city', case when p_city = '' then null else risk_known_city(p_account, p_city) end,
        'payee', case when p_amount is null then null else risk_known_payee(p_account, p_payee, p_at) end,
        'received', case when p_amount is null then null else risk_known_received(p_account, p_amount, p_at) end);
    end $$`.execute(db);
}
