import { sql, type Kysely } from 'kysely';

/** Plans as in `0019-risk-functions.ts`. */
const NEWEST_FIRST = sql.raw(
  'set plan_cache_mode = force_generic_plan set enable_sort = off set enable_bitmapscan = off',
);

/**
 * Bindings of cards can be held as payments are. Whose payments were held on a device is told by payments alone, as before:
 * a card that waited for a challenge makes nobody suspicious to others.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create or replace function risk_known_device(p_account text, p_device text, p_at timestamptz)
    returns table (users bigint, guests bigint, held_users bigint, binds bigint, payments1h bigint, tiny1h bigint)
    language plpgsql stable ${NEWEST_FIRST} as $$
    begin
      return query
      with recent as materialized (
        select account, at, action, amount_fen, held, tiny from risk_events
          where device = p_device and device <> '' and at >= p_at - interval '30 days'
          order by at desc, id desc limit 256
      ), others as (
        select account, bool_or(held and amount_fen is not null) as has_held
          from recent where account <> p_account group by account
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
