import { sql } from 'kysely';

import type { Database } from '../database';

/** What goes over to another account when one is joined into it, for its user to see before. */
export interface WhatMoves {
  readonly orders: number;
  readonly points: number;
  readonly cards: number;
}

export async function whatMoves(db: Database, accountId: string): Promise<WhatMoves> {
  const { rows } = await sql<WhatMoves>`
    select (select count(*) from orders where account_id = ${accountId}) as orders,
        (select coalesce(sum(points), 0)::bigint from points_lots
          where account_id = ${accountId} and state <> 'ended') as points,
        (select count(*) from bank_cards where account_id = ${accountId} and deleted_at is null) as cards`.execute(
    db,
  );
  return rows[0] ?? { orders: 0, points: 0, cards: 0 };
}
