import { sql, type Kysely } from 'kysely';

const DAYS_PENDING = 7;
const DAYS_ALIVE = 365;

/** Points in lots, what users owe of them, and what orders hold until they are paid or closed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The row that is locked by whoever changes a user's points.
  await sql`
    create table points_accounts (
      account_id uuid primary key references accounts,
      owed bigint not null default 0 check (owed >= 0)
    )`.execute(db);
  // A lot that a payment earned has the id of its attempt, as the payment's posting has. Lots that a refund gave back and
  // those of before lots were kept have earned nothing.
  await sql`
    create table points_lots (
      id uuid primary key,
      account_id uuid not null references accounts,
      order_id uuid,
      kind text not null check (kind in ('earned', 'returned', 'opening')),
      earned bigint not null check (earned >= 0),
      taken bigint not null default 0 check (taken between 0 and earned),
      points bigint not null check (points >= 0),
      state text not null check (state in ('pending', 'available', 'ended')),
      available_at timestamptz not null,
      expires_at timestamptz not null,
      released_at timestamptz,
      created_at timestamptz not null,
      check ((state = 'ended') = (points = 0))
    ) with (fillfactor = 80)`.execute(db);
  await sql`
    create index points_lots_of_account on points_lots (account_id) include (points) where state <> 'ended'`.execute(
    db,
  );
  await sql`
    create index points_released on points_lots (account_id, released_at) include (earned, taken)
      where released_at is not null`.execute(db);
  await sql`create index points_to_release on points_lots (available_at) where state = 'pending'`.execute(db);
  await sql`create index points_to_expire on points_lots (expires_at) where state = 'available'`.execute(db);
  await sql`
    create table points_holds (
      order_id uuid primary key references orders,
      account_id uuid not null,
      points bigint not null check (points > 0),
      made_at timestamptz not null,
      released_at timestamptz
    )`.execute(db);
  await sql`create index points_holds_of_account on points_holds (account_id) where released_at is null`.execute(
    db,
  );
  await sql`
    create table points_hold_lots (
      order_id uuid not null references points_holds,
      lot_id uuid not null references points_lots,
      points bigint not null check (points > 0),
      primary key (order_id, lot_id)
    )`.execute(db);
  await fromBefore(db);
}

/** Points of before they lay in lots: what could be spent, as one lot of each user, and what is pending, by payment. */
async function fromBefore(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into points_lots (id, account_id, kind, earned, points, state, available_at, expires_at, created_at)
      select derived_id('points_opening:' || account_id), account_id, 'opening', 0, -sum(amount), 'available',
          now(), now() + make_interval(days => ${DAYS_ALIVE}), now()
        from entries where account = 'user_points:' || account_id
        group by account_id having sum(amount) < 0`.execute(db);
  await sql`
    insert into points_lots (id, account_id, order_id, kind, earned, taken, points, state, available_at, expires_at,
        created_at)
      select attempt_id, paid.account_id, order_id, 'earned', paid.points, paid.points - pending, pending,
          case when pending > 0 then 'pending' else 'ended' end,
          paid_at + make_interval(days => ${DAYS_PENDING}),
          paid_at + make_interval(days => ${DAYS_PENDING + DAYS_ALIVE}), now()
        from (
          select order_id, (array_agg(attempt_id) filter (where kind = 'payment'))[1] as attempt_id,
              -sum(amount) as pending
            from entries where account like 'points_pending:%' group by order_id
        ) as earned join orders as paid on paid.id = order_id`.execute(db);
}
