import { sql, type Kysely } from 'kysely';

/**
 * Plans are made once, and before much is in the tables: without these PostgreSQL may read all that a busy payee was ever
 * paid and sort it, where an index gives the newest first.
 */
const NEWEST_FIRST = sql.raw(
  'set plan_cache_mode = force_generic_plan set enable_sort = off set enable_bitmapscan = off',
);

/** The reads of risk control: what is known of an event that is about to be judged. */
export async function createRiskFunctions(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function risk_ms(p_at timestamptz) returns bigint language sql immutable as $$
      select (extract(epoch from p_at) * 1000)::bigint $$`.execute(db);
  await limitBelow(db);
  await knownOfDevice(db);
  await knownOfPayee(db);
  await knownOfCity(db);
  await known(db);
  await standing(db);
}

/** `limitBelow` of the domain. */
async function limitBelow(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function risk_limit_below(p_amount bigint) returns bigint language sql immutable as $$
      select coalesce((
        select edge from unnest(array[1, 2, 5, 10]) as step,
          lateral (select step * (10::numeric ^ (length(p_amount::text) - 1))::bigint as edge) as edges
        where p_amount >= 9000 and p_amount < edge and p_amount >= edge * 0.9::float8
        order by edge limit 1), 0) $$`.execute(db);
}

async function knownOfDevice(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function risk_known_device(p_account text, p_device text, p_at timestamptz)
    returns table (users bigint, guests bigint, held_users bigint, binds bigint, payments1h bigint, tiny1h bigint)
    language plpgsql stable ${NEWEST_FIRST} as $$
    begin
      return query
      with recent as materialized (
        select account, at, action, amount_fen, held, tiny from risk_events
          where device = p_device and device <> '' and at >= p_at - interval '30 days'
          order by at desc, id desc limit 256
      ), others as (
        select account, bool_or(held) as has_held from recent where account <> p_account group by account
      ), seen as (
        select count(*) as users, count(*) filter (where has_held) as held_users,
            count(*) filter (where p_device is distinct from (
              select device from risk_events where account = others.account order by at, id limit 1)) as guests
          from others
      )
      select seen.users, seen.guests, seen.held_users,
          count(*) filter (where action = 'bind_card' and at >= p_at - interval '1 day'),
          count(*) filter (where amount_fen is not null and account <> p_account and at >= p_at - interval '1 hour'),
          count(*) filter (where tiny and account <> p_account and at >= p_at - interval '1 hour')
        from seen left join recent on true
        group by seen.users, seen.guests, seen.held_users;
    end $$`.execute(db);
}

/** Who pays the payee, and what the account was paid itself. */
async function knownOfPayee(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function risk_known_payee(p_account text, p_payee text, p_at timestamptz)
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
          'sums', json_build_object('payments7d', coalesce(sum(payments), 0),
            'logSum7d', coalesce(sum(log_sum), 0), 'logSquares7d', coalesce(sum(log_squares), 0)))
          from payers);
    end $$`.execute(db);
  await sql`
    create function risk_known_received(p_account text, p_amount bigint, p_at timestamptz)
    returns json language plpgsql stable ${NEWEST_FIRST} as $$
    begin
      return (
        select json_build_object(
            'fen', coalesce(sum(amount_fen), 0),
            'oddFen', coalesce(sum(amount_fen) filter (where odd), 0),
            'heldFen', coalesce(sum(amount_fen) filter (where held), 0),
            'newestMs', risk_ms(max(at)),
            'match', coalesce(bool_or(p_amount <= amount_fen and p_amount >= 0.75 * amount_fen), false))
          from (
            select amount_fen, odd, held, at from risk_events
              where payee = p_account and at >= p_at - interval '1 day'
              order by at desc, id desc limit 96) as recent);
    end $$`.execute(db);
}

/** Home, the newest city, and when the account was last seen before it came there. */
async function knownOfCity(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function risk_known_city(p_account text, p_city text)
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
          'cityEvents', (select count(*) from mine where city = p_city),
          'homeCity', coalesce((
            select city from mine where city <> '' group by city order by count(*) desc, min(place) desc limit 1), ''),
          'lastCity', coalesce((select city from newest), ''),
          'cityLeftMs', (select risk_ms(at) from mine where place = (select place from came) + 1)));
    end $$`.execute(db);
}

/** The domain's `Known` of an event that is about to be judged; `p_amount` is null where no money moves. */
async function known(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function risk_known(
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
          'tiny1h', count(*) filter (where made and tiny and at >= p_at - interval '1 hour')
            + on_device.tiny1h,
          'afterTiny', coalesce(bool_or(
            made and tiny and at >= p_at - interval '3 hours' and p_amount >= 50 * amount_fen), false),
          'held24h', count(*) filter (where made and held),
          'heldHere24h', count(*) filter (
            where made and held and (payee = p_payee or (device <> '' and device = p_device))),
          'devicePayments1h', on_device.payments1h
        ),
        'payeePayments', count(*) filter (where passed and payee = p_payee))
        into summary from mine;
      return json_build_object(
        'summary', summary,
        'city', case when p_city = '' then null else risk_known_city(p_account, p_city) end,
        'payee', case when p_amount is null then null else risk_known_payee(p_account, p_payee, p_at) end,
        'received', case when p_amount is null then null else risk_known_received(p_account, p_amount, p_at) end);
    end $$`.execute(db);
}

/** Locks and lists, and all of it together for an order that is about to be paid. */
async function standing(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function risk_standing(p_account text, p_device text, p_payee text)
    returns json language plpgsql stable ${NEWEST_FIRST} as $$
    begin
      return json_build_object(
        'locked', exists (select from risk_locks where account = p_account),
        'listed', (
          select json_agg(json_build_array(list, subject, name)) from risk_listed
            where (subject = 'user' and name = p_account) or (subject = 'device' and name = p_device)
              or (subject = 'payee' and name = p_payee)));
    end $$`.execute(db);
  await sql`
    create function risk_before_paying(
      p_account uuid, p_session uuid, p_order uuid, p_state text, p_merchant uuid, p_amount bigint, p_at timestamptz
    ) returns json language plpgsql stable ${NEWEST_FIRST} as $$
    declare
      on_device text := coalesce((select device_id from sessions where id = p_session), '');
    begin
      return json_build_object(
        'device', on_device,
        'standing', risk_standing(p_account::text, on_device, p_merchant::text),
        -- An order is stopped once: what became of it holds for every try to pay it.
        'stopped', (
          select json_build_object('verdict', verdict, 'held', held) from risk_events
            where order_id = p_order and verdict <> 'allow' order by at desc, id desc limit 1),
        'known', case when p_state = 'created'
          then risk_known(p_account::text, on_device, '', p_merchant::text, p_amount, p_at) end);
    end $$`.execute(db);
}
