import type { Host } from '../contract/types';
import {
  decideClose,
  termsOf,
  type Actor,
  type MethodPricing,
  type OrderState,
  type PaymentMethod,
  type Terms,
} from '../domain';
import { pageOf, readCursor, type Page } from './cursor';
import { inTransaction, run, type Database } from './database';
import { addHistory, type HistoryRow } from './history';
import { claimWithAnswer, keepAnswer, keepAnswerParameters, type KeptAnswer } from './idempotency';
import type { MerchantRow } from './merchants';
import { addEvent } from './outbox';
import { releaseHold } from './points/holds';
import { prepared } from './prepared';
import { releasePromotions } from './promotions/claims';
import { beforePayingFrom, type BeforePaying, type BeforePayingAnswer } from './risk/before-paying';

/** An order. Its terms are those of `method`, in fen and points. */
export interface OrderRow extends Plain<Terms> {
  readonly id: string;
  readonly orderNumber: string;
  readonly accountId: string;
  /** The host that it was placed in. */
  readonly host: Host;
  readonly state: OrderState;
  readonly merchant: MerchantRow;
  readonly linkCode: string | null;
  readonly remark: string;
  /** The method chosen last, or the one that paid. */
  readonly method: PaymentMethod;
  /** The quote, a price for each method. */
  readonly methods: readonly MethodPricing[];
  readonly refundedFen: number;
  readonly transactionId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly paidAt: Date | null;
  readonly closedAt: Date | null;
}

type Plain<Numbers> = { readonly [Name in keyof Numbers]: number };

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

/** An order that is about to be placed, with the first line of its history. */
export interface NewOrder {
  readonly row: OrderRow;
  readonly history: HistoryRow;
}

/** An order at the prices of its quote, as it will be once it is placed. Throws UnpricedMethod. */
export function newOrder(
  order: Pick<
    OrderRow,
    | 'id'
    | 'orderNumber'
    | 'accountId'
    | 'host'
    | 'merchant'
    | 'linkCode'
    | 'remark'
    | 'method'
    | 'methods'
    | 'createdAt'
    | 'expiresAt'
  >,
): NewOrder {
  return {
    row: {
      ...order,
      ...termsOf(priceOf(order.methods, order.method)),
      state: 'created',
      refundedFen: 0,
      transactionId: null,
      paidAt: null,
      closedAt: null,
    },
    history: {
      subject: 'order',
      subjectId: order.id,
      from: null,
      to: 'created',
      reason: 'order_placed',
      actor: 'user',
      at: order.createdAt,
      operator: null,
      note: null,
    },
  };
}

const PLACE_ORDER_PARAMETERS = 22;

/** One statement: all of it is there or nothing is, without the round trips of a transaction. */
const placeOrderText = (keeping: string): string => `
  with ${keeping && `${keeping},`} placed as (
    insert into orders (
        id, order_number, account_id, merchant_id, link_code, remark, state, method, amount_fen, fee_fen, total_fen,
        points, methods, created_at, expires_at, fee_waived_fen, discount_fen, points_redeemed, points_redeemed_fen,
        host)
      select $1::uuid, $2, $3::uuid, $4::uuid, $5, $6, $7, $8, $9::bigint, $10::bigint, $11::bigint, $12::bigint,
          $13::jsonb, $14::timestamptz, $15::timestamptz, $18::bigint, $19::bigint, $20::bigint, $21::bigint,
          $22
          ${keeping && 'from kept'}
      returning id, state, created_at, expires_at
  ), waiting as (
    insert into open_orders (order_id, expires_at) select id, expires_at from placed
  )
  insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at)
    select id, 'order', id, null, state, $16, $17, created_at from placed
    returning order_id`;

const PLACE_ORDER = placeOrderText('');
const PLACE_ORDER_AND_ANSWER = placeOrderText(keepAnswer(PLACE_ORDER_PARAMETERS + 1));
const PLACE_ORDER_AND_CLAIM = placeOrderText(claimWithAnswer(PLACE_ORDER_PARAMETERS + 1));

const placing = (answer: KeptAnswer | undefined): string => {
  if (answer === undefined) return PLACE_ORDER;
  return answer.claimedBy === undefined ? PLACE_ORDER_AND_ANSWER : PLACE_ORDER_AND_CLAIM;
};

/**
 * Places an order, and keeps the answer to whoever asked for it. False, and nothing is placed, where that answer's key is
 * somebody else's.
 */
export async function placeOrder(
  db: Database,
  { row, history }: NewOrder,
  answer?: KeptAnswer,
): Promise<boolean> {
  const placed = await run(db, placing(answer), [
    row.id,
    row.orderNumber,
    row.accountId,
    row.merchant.id,
    row.linkCode,
    row.remark,
    row.state,
    row.method,
    row.amountFen,
    row.feeFen,
    row.totalFen,
    row.points,
    JSON.stringify(row.methods),
    row.createdAt,
    row.expiresAt,
    history.reason,
    history.actor,
    row.feeWaivedFen,
    row.discountFen,
    row.pointsRedeemed,
    row.pointsRedeemedFen,
    row.host,
    ...(answer === undefined ? [] : keepAnswerParameters(answer)),
  ]);
  return placed.length > 0;
}

export const selectOrders = (db: Database) =>
  db
    .selectFrom('orders')
    .innerJoin('merchants', 'merchants.id', 'orders.merchantId')
    .select([
      'orders.id',
      'orders.orderNumber',
      'orders.accountId',
      'orders.host',
      'orders.state',
      'orders.linkCode',
      'orders.remark',
      'orders.method',
      'orders.amountFen',
      'orders.feeFen',
      'orders.feeWaivedFen',
      'orders.discountFen',
      'orders.pointsRedeemed',
      'orders.pointsRedeemedFen',
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

export function orderRow(row: SelectedOrder): OrderRow {
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

export interface OwnOrder {
  readonly orderId: string;
  readonly accountId: string;
}

export interface PayingOrder extends OwnOrder {
  /** The session that pays, and its host: the login there is who pays. */
  readonly sessionId: string;
  readonly host: Host;
  readonly now: Date;
}

/** An order with whoever pays it, and what risk control knows of that. */
export type PayableOrder = OrderRow & {
  readonly payer: {
    readonly host: Host;
    readonly openId: string;
    /** A locked account pays nothing. */
    readonly lockedAt: Date | null;
    /** Until then it pays only with a factor. */
    readonly cautiousUntil: Date | null;
  };
  readonly risk: BeforePaying;
};

const payableOrder = prepared((db, { orderId, accountId, sessionId, host, now }: PayingOrder) =>
  selectOrders(db)
    .innerJoin('accounts', 'accounts.id', 'orders.accountId')
    .innerJoin('logins', (join) =>
      join.onRef('logins.accountId', '=', 'orders.accountId').on('logins.host', '=', host),
    )
    .select(['logins.host as payerHost', 'logins.openId', 'accounts.lockedAt', 'accounts.cautiousUntil'])
    .select((eb) =>
      eb
        .fn<BeforePayingAnswer>('risk_before_paying', [
          'orders.accountId',
          eb.cast(eb.val(sessionId), 'uuid'),
          'orders.id',
          'orders.state',
          'orders.merchantId',
          'orders.amountFen',
          eb.cast(eb.val(now), 'timestamptz'),
        ])
        .as('risk'),
    )
    .where('orders.id', '=', orderId)
    .where('orders.accountId', '=', accountId),
);

/** Finds an account's own order, to be paid by it. */
export const findPayableOrder = (question: PayingOrder) => payableOrder.query(question);
export type FoundPayableOrder = Awaited<ReturnType<typeof payableOrder>>[number];

/** What `findPayableOrder` found. */
export function payableFrom(row: FoundPayableOrder): PayableOrder {
  const { payerHost: host, openId, lockedAt, cautiousUntil, risk, ...order } = row;
  return {
    ...orderRow(order),
    payer: { host, openId, lockedAt, cautiousUntil },
    risk: beforePayingFrom(risk),
  };
}

/** An account's own order, to be paid by it. */
export async function getPayableOrder(
  db: Database,
  question: PayingOrder,
): Promise<PayableOrder | undefined> {
  const [row] = await payableOrder(db, question);
  return row === undefined ? undefined : payableFrom(row);
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
      .select(['state', 'accountId', 'merchantId', 'totalFen', 'pointsRedeemed', 'promoted'])
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
    if (order.promoted) await releasePromotions(transaction, orderId);
    await transaction.deleteFrom('openOrders').where('orderId', '=', orderId).execute();
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
    if (order.pointsRedeemed > 0) await releaseHold(transaction, { orderId, accountId, now });
    await addEvent(transaction, {
      id: orderId,
      type: 'order.closed',
      payload: { orderId, accountId, merchantId, totalFen, reason },
      now,
    });
    return { outcome: 'closed' };
  });
}
