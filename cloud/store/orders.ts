import { decideClose, type Actor, type MethodPricing, type OrderState, type PaymentMethod } from '../domain';
import { pageOf, readCursor, type Page } from './cursor';
import { inTransaction, type Database } from './database';
import { addHistory } from './history';
import type { MerchantRow } from './merchants';
import { addEvent } from './outbox';

export interface OrderRow {
  readonly id: string;
  readonly orderNumber: string;
  readonly accountId: string;
  readonly state: OrderState;
  readonly merchant: MerchantRow;
  readonly linkCode: string | null;
  readonly remark: string;
  /** The method chosen last, or the one that paid; the amounts below are its amounts. */
  readonly method: PaymentMethod;
  readonly amountFen: number;
  readonly feeFen: number;
  readonly totalFen: number;
  readonly points: number;
  /** The quote, a price for each method. */
  readonly methods: readonly MethodPricing[];
  readonly refundedFen: number;
  readonly transactionId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly paidAt: Date | null;
  readonly closedAt: Date | null;
}

/** A method that the order's quote has no price for. */
export class UnpricedMethod extends Error {
  override readonly name = 'UnpricedMethod';
}

/** The price of one method in a quote. Throws UnpricedMethod. */
export function priceOf(methods: readonly MethodPricing[], method: PaymentMethod): MethodPricing {
  const price = methods.find((candidate) => candidate.method === method);
  if (price === undefined) throw new UnpricedMethod(method);
  return price;
}

/** Places an order at the prices of its quote. */
export async function createOrder(
  db: Database,
  order: {
    readonly id: string;
    readonly accountId: string;
    readonly merchantId: string;
    readonly linkCode: string | null;
    readonly remark: string;
    readonly orderNumber: string;
    readonly method: PaymentMethod;
    readonly quote: { readonly amountFen: number; readonly methods: readonly MethodPricing[] };
    readonly expiresAt: Date;
    readonly now: Date;
  },
): Promise<void> {
  const { now, quote, ...columns } = order;
  const { amountFen, feeFen, totalFen, points } = priceOf(quote.methods, order.method);
  await inTransaction(db, async (transaction) => {
    await transaction
      .insertInto('orders')
      .values({
        ...columns,
        state: 'created',
        amountFen,
        feeFen,
        totalFen,
        points,
        methods: JSON.stringify(quote.methods),
        createdAt: now,
      })
      .execute();
    await addHistory(transaction, {
      orderId: order.id,
      subject: 'order',
      subjectId: order.id,
      fromState: null,
      toState: 'created',
      reason: 'order_placed',
      actor: 'user',
      at: now,
    });
  });
}

const selectOrders = (db: Database) =>
  db
    .selectFrom('orders')
    .innerJoin('merchants', 'merchants.id', 'orders.merchantId')
    .select([
      'orders.id',
      'orders.orderNumber',
      'orders.accountId',
      'orders.state',
      'orders.linkCode',
      'orders.remark',
      'orders.method',
      'orders.amountFen',
      'orders.feeFen',
      'orders.totalFen',
      'orders.points',
      'orders.methods',
      'orders.refundedFen',
      'orders.transactionId',
      'orders.createdAt',
      'orders.expiresAt',
      'orders.paidAt',
      'orders.closedAt',
    ])
    .select([
      'merchants.id as merchantId',
      'merchants.name',
      'merchants.category',
      'merchants.description',
      'merchants.city',
      'merchants.logoText',
      'merchants.logoColor',
      'merchants.open',
    ]);

type SelectedOrder = Awaited<ReturnType<ReturnType<typeof selectOrders>['executeTakeFirstOrThrow']>>;

function orderRow(row: SelectedOrder): OrderRow {
  const { merchantId, name, category, description, city, logoText, logoColor, open, ...order } = row;
  return {
    ...order,
    merchant: { id: merchantId, name, category, description, city, logoText, logoColor, open },
  };
}

/** An order; with `accountId`, only where it is that account's. */
export async function getOrder(
  db: Database,
  question: { readonly orderId: string; readonly accountId?: string },
): Promise<OrderRow | undefined> {
  let rows = selectOrders(db).where('orders.id', '=', question.orderId);
  if (question.accountId !== undefined) rows = rows.where('orders.accountId', '=', question.accountId);
  const row = await rows.executeTakeFirst();
  return row === undefined ? undefined : orderRow(row);
}

/** An account's orders, newest first. Throws InvalidCursor. */
export async function listOrders(
  db: Database,
  question: {
    readonly accountId: string;
    readonly state?: OrderState | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
  },
): Promise<Page<OrderRow>> {
  let rows = selectOrders(db)
    .where('orders.accountId', '=', question.accountId)
    // Ids are UUIDv7: their order is the order in which they were made.
    .orderBy('orders.id', 'desc');
  if (question.state !== undefined) rows = rows.where('orders.state', '=', question.state);
  if (question.cursor !== undefined) rows = rows.where('orders.id', '<', readCursor(question.cursor));
  const found = await rows.limit(question.limit + 1).execute();
  return pageOf(found.map(orderRow), question.limit);
}

/** Closes an order that is not paid. The caller has made sure that nobody can pay it any more. */
export function closeOrder(
  db: Database,
  close: {
    readonly orderId: string;
    readonly reason: 'cancelled_by_user' | 'expired';
    readonly actor: Actor;
    readonly now: Date;
  },
): Promise<{ readonly outcome: 'closed' | 'already_closed' | 'paid' | 'not_found' }> {
  const { orderId, reason, actor, now } = close;
  return inTransaction(db, async (transaction) => {
    const order = await transaction
      .selectFrom('orders')
      .select(['state', 'accountId', 'merchantId', 'totalFen'])
      .where('id', '=', orderId)
      .forUpdate()
      .executeTakeFirst();
    if (order === undefined) return { outcome: 'not_found' };
    const refusal = decideClose(order.state);
    if (refusal !== undefined) return { outcome: refusal === 'order_paid' ? 'paid' : 'already_closed' };
    await transaction
      .updateTable('orders')
      .set({ state: 'closed', closedAt: now })
      .where('id', '=', orderId)
      .execute();
    await addHistory(transaction, {
      orderId,
      subject: 'order',
      subjectId: orderId,
      fromState: order.state,
      toState: 'closed',
      reason,
      actor,
      at: now,
    });
    const { accountId, merchantId, totalFen } = order;
    await addEvent(transaction, {
      id: orderId,
      type: 'order.closed',
      payload: { orderId, accountId, merchantId, totalFen, reason },
      now,
    });
    return { outcome: 'closed' };
  });
}
