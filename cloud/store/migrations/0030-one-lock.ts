import { sql, type Kysely } from 'kysely';

/** Plans as in `0019-risk-functions.ts`. */
const NEWEST_FIRST = sql.raw(
  'set plan_cache_mode = force_generic_plan set enable_sort = off set enable_bitmapscan = off',
);

/**
 * One lock of an account, whoever had it locked: what risk control kept apart moves to the account. Where both were there,
 * risk control's is the harder one to lift.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Only an operator unlocks what an operator locked: there is no time from which on its user may.
  await sql`
    alter table accounts
      drop constraint accounts_check,
      add constraint accounts_lock check (
        (locked_at is null) = (lock_reason is null)
        and (unlock_after is null) = (lock_reason is null or lock_reason = 'operator'))`.execute(db);
  await sql`
    update accounts set locked_at = found.locked_at, lock_reason = found.reason,
        unlock_after = case when found.reason = 'risk' then found.cooling_until end
      from (
        select account, locked_at, cooling_until,
            case when starts_with(locked_by, 'operator:') then 'operator' else 'risk' end as reason
          from risk_locks) as found
      where accounts.id::text = found.account`.execute(db);
  await sql`drop table risk_locks`.execute(db);
  // The lock is read with the account. What is left to tell is what people decided about names.
  await sql`
    create or replace function risk_standing(p_account text, p_device text, p_payee text)
    returns json language plpgsql stable ${NEWEST_FIRST} as $$
    begin
      return json_build_object(
        'listed', (
          select json_agg(json_build_array(list, subject, name)) from risk_listed
            where (subject = 'user' and name = p_account) or (subject = 'device' and name = p_device)
              or (subject = 'payee' and name = p_payee)));
    end $$`.execute(db);
}
