import { sql } from 'kysely';

import type { Invariant } from './invariant';

/** What holds between users' points in lots and the ledger. Each reads the accounts that have lots, and theirs alone. */
export const pointsInvariants: readonly Invariant[] = [
  {
    name: 'points to be spent are those of the lots and those held for open orders, less what is owed',
    violations: sql`
      select format('account %s has %s points, its lots %s, its orders hold %s, and it owes %s', account_id,
          coalesce(booked.points, 0), coalesce(lots.points, 0), coalesce(holds.points, 0), owed) as violation
        from points_accounts
          left join lateral (select -sum(amount) as points from entries
            where entries.account_id = points_accounts.account_id
              and account = 'user_points:' || points_accounts.account_id) as booked on true
          left join lateral (select sum(points) as points from points_lots
            where points_lots.account_id = points_accounts.account_id and state = 'available') as lots on true
          left join lateral (select sum(points_holds.points) as points from points_holds
            join orders on orders.id = order_id
            where points_holds.account_id = points_accounts.account_id and orders.state in ('created', 'paying')
          ) as holds on true
        where coalesce(booked.points, 0)
          <> coalesce(lots.points, 0) + coalesce(holds.points, 0) - owed`,
  },
  {
    name: 'pending points are booked as pending',
    violations: sql`
      select format('lot %s has %s points pending, the ledger %s', points_lots.id, points_lots.points, booked.points)
          as violation
        from points_lots left join lateral (
          select coalesce(-sum(amount), 0) as points from entries
            where entries.account_id = points_lots.account_id and entries.order_id = points_lots.order_id
              and account = 'points_pending:' || points_lots.account_id
        ) as booked on true
        where points_lots.kind = 'earned'
          and booked.points <> case when state = 'pending' then points_lots.points else 0 end`,
  },
  {
    name: 'nobody owes points while there are some to be spent',
    violations: sql`
      select format('account %s owes %s points and has some', account_id, owed) as violation from points_accounts
        where owed > 0 and exists (select from points_lots
          where points_lots.account_id = points_accounts.account_id and state = 'available')`,
  },
  {
    name: 'an order holds as many points as are spent on it',
    violations: sql`
      select format('order %s spends %s points and holds %s', orders.id, points_redeemed, points_holds.points)
          as violation
        from points_holds join orders on orders.id = order_id where points_holds.points <> points_redeemed
      union all
      select format('order %s holds %s points of %s in lots', order_id, points_holds.points, sum(points_hold_lots.points))
        from points_holds join points_hold_lots using (order_id)
        group by order_id, points_holds.points having sum(points_hold_lots.points) <> points_holds.points`,
  },
];
