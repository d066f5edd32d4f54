import { sql } from 'kysely';

import type { Database } from './database';
import type { HistoryRow } from './history';
import { orderRow, selectOrders, type OrderRow, type OwnOrder } from './orders';
import { prepared } from './prepared';
import { REFUND_COLUMNS, type RefundRow } from './refunds';

/** An order with all that happened to it and all its refunds, as `orderHistory` and `refundsOfOrder` have them. */
export interface OrderStory {
  readonly order: OrderRow;
  readonly history: readonly HistoryRow[];
  readonly refunds: readonly RefundRow[];
}

/** A row that comes as JSON inside another: instants are text. */
type InJson<Row> = { readonly [K in keyof Row]: Row[K] extends Date ? string : Row[K] };

const HISTORY = sql<readonly InJson<HistoryRow>[]>`(
  select coalesce(json_agg(json_build_object('subject', subject, 'subjectId', subject_id, 'from', from_state,
      'to', to_state, 'reason', reason, 'actor', actor, 'at', at, 'operator', operator, 'note', note) order by id), '[]')
    from history where order_id = orders.id)`;

const refundMembers = REFUND_COLUMNS.map((name) => sql`${sql.lit(name)}, ${sql.ref(name)}`);
type RefundInJson = Omit<InJson<RefundRow>, 'finishedAt'> & { readonly finishedAt: string | null };
const REFUNDS = sql<readonly RefundInJson[]>`(
  select coalesce(json_agg(json_build_object(${sql.join(refundMembers)}) order by created_at, id), '[]')
    from refunds where order_id = orders.id)`;

interface StoryQuestion extends OwnOrder {
  readonly sessionId: string;
  readonly now: Date;
}

// One statement, since it is asked again and again while a payment is waited for.
const ownOrderStory = prepared((db, { orderId, accountId, sessionId, now }: StoryQuestion) =>
  selectOrders(db)
    .select([HISTORY.as('history'), REFUNDS.as('refunds')])
    .where('orders.id', '=', orderId)
    .where('orders.accountId', '=', accountId)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('sessions')
          .select('sessions.id')
          .where('sessions.id', '=', sessionId)
          .where('sessions.revokedAt', 'is', null)
          .where('sessions.expiresAt', '>', now),
      ),
    ),
);

/** An account's own order with its story, asked by a session of it; undefined also where that session has ended. */
export async function getOrderStory(db: Database, question: StoryQuestion): Promise<OrderStory | undefined> {
  const [row] = await ownOrderStory(db, question);
  if (row === undefined) return undefined;
  const { history, refunds, ...order } = row;
  return {
    order: orderRow(order),
    history: history.map((entry) => ({ ...entry, at: new Date(entry.at) })),
    refunds: refunds.map((refund) => ({
      ...refund,
      createdAt: new Date(refund.createdAt),
      updatedAt: new Date(refund.updatedAt),
      finishedAt: refund.finishedAt === null ? null : new Date(refund.finishedAt),
    })),
  };
}
