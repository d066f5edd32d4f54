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

// One statement, since it is asked again and again while a payment is waited for.
const ownOrderStory = prepared((db, { orderId, accountId }: OwnOrder) =>
  selectOrders(db)
    .select([HISTORY.as('history'), REFUNDS.as('refunds')])
    .where('orders.id', '=', orderId)
    .where('orders.accountId', '=', accountId),
);

/** An account's own order with its story. */
export async function getOrderStory(db: Database, question: OwnOrder): Promise<OrderStory | undefined> {
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
