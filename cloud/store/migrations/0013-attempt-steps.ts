import { sql, type Kysely } from 'kysely';

/**
 * The two writes of an attempt on its way to the payment window, in one round trip each. Which states allow them is the
 * domain's to say and comes with the call; here it is compared with what the rows are once the order is locked.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function start_attempt(
      p_attempt_id uuid, p_order_id uuid, p_order_state text, p_method text, p_gateway text,
      p_amount_fen bigint, p_fee_fen bigint, p_total_fen bigint, p_points bigint, p_now timestamptz
    ) returns boolean language plpgsql set plan_cache_mode = force_generic_plan as $$
    declare
      payer uuid;
    begin
      update orders set
          state = 'paying', method = p_method, amount_fen = p_amount_fen, fee_fen = p_fee_fen,
          total_fen = p_total_fen, points = p_points
        where id = p_order_id and state = p_order_state
        returning account_id into payer;
      if not found then return false; end if;
      insert into attempts (
          id, order_id, account_id, method, gateway, state, amount_fen, fee_fen, total_fen, points, created_at)
        values (p_attempt_id, p_order_id, payer, p_method, p_gateway, 'created', p_amount_fen, p_fee_fen,
          p_total_fen, p_points, p_now);
      insert into open_attempts (attempt_id, created_at, next_query_at) values (p_attempt_id, p_now, p_now);
      insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at)
        select p_order_id, subject, subject_id, from_state, to_state, 'attempt_started', 'user', p_now
        from (values
          ('attempt', p_attempt_id, null, 'created'),
          ('order', p_order_id, p_order_state, 'paying')
        ) as change (subject, subject_id, from_state, to_state)
        where from_state is distinct from to_state;
      return true;
    end $$`.execute(db);
  // Forgotten in a crash of the database, the attempt is asked about or taken up again under its number: no flush.
  await sql`
    create function submit_attempt(
      p_attempt_id uuid, p_invocation jsonb, p_order_states text[], p_states text[], p_now timestamptz
    ) returns boolean language plpgsql set plan_cache_mode = force_generic_plan as $$
    declare
      o uuid;
      before text;
    begin
      select id into o from orders
        where id = (select order_id from attempts where id = p_attempt_id) and state = any (p_order_states)
        for update;
      if not found then return false; end if;
      -- Read after the lock is held: what was read while waiting may have changed.
      select state into before from attempts where id = p_attempt_id and state = any (p_states);
      if not found then return false; end if;
      perform set_config('synchronous_commit', 'off', true);
      update attempts set state = 'submitted', invocation = p_invocation where id = p_attempt_id;
      if before <> 'submitted' then
        insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at)
          values (o, 'attempt', p_attempt_id, before, 'submitted', 'accepted_by_gateway', 'gateway', p_now);
      end if;
      return true;
    end $$`.execute(db);
}
