import { Hono, type Context } from 'hono';

import { ORDER_LIFETIME_MS } from '../../contract/limits';
import { paths } from '../../contract/paths';
import { orderCreateSchema, orderListQuerySchema, orderParametersSchema } from '../../contract/schemas';
import type { OrderDetail, OrderList } from '../../contract/types';
import { claimsOf, dayOf, decideClose, formatDay, orderNumber, promotionTracesOf } from '../../domain';
import {
  getMerchant,
  getOrder,
  getOrderStory,
  type idempotency,
  inTransaction,
  isSessionActive,
  listOrders,
  newOrder,
  placeOrder,
  proveOrder,
  type MerchantRow,
  type NewOrder,
} from '../../store';
import * as feeRules from '../../store/fees';
import { holdPoints } from '../../store/points';
import * as promotions from '../../store/promotions';
import type { Dependencies } from '../dependencies';
import type { QuoteClaims } from '../fee/quote';
import { authenticated, authenticatedByHandler } from '../http/auth';
import { jsonBody, pathParameters, query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';
import { answerOnce, answerOnceWithEffect } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { usableLink } from '../merchant/link';
import { closeSafely } from '../settlement/settle';
import { orderAnswer, orderDetailAnswer, proofAnswer, type OrderReader } from './answers';

/** More than an order number takes. */
const ORDER_NUMBER_BYTES = 16;

/** Orders: place one that a quote priced, read, list, cancel. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);
  const signedInByHandler = authenticatedByHandler(deps);

  app.post(paths.orders, signedInByHandler, async (c) => {
    const request = await jsonBody(c, orderCreateSchema);
    return answerOnceWithEffect(c, deps, 'orders', request, async (remember) => {
      const quote = await readQuote(request.quote, c.get('caller').accountId);
      const merchant = await payableMerchant(quote);
      const now = deps.now();
      const order = newOrder({
        id: deps.newId(),
        orderNumber: orderNumber(localDay(now), deps.randomBytes(ORDER_NUMBER_BYTES)),
        accountId: quote.accountId,
        host: c.get('caller').host,
        merchant,
        linkCode: quote.linkCode,
        remark: request.remark,
        method: request.method,
        methods: quote.methods,
        createdAt: now,
        expiresAt: new Date(now.getTime() + ORDER_LIFETIME_MS),
      });
      c.get('logFields').orderId = order.row.id;
      const answer = {
        status: 201,
        body: orderDetailAnswer(order.row, [order.history], [], reader(c)),
      } as const;
      await remember(answer, (kept) => place(order, kept, quote));
      return answer;
    });
  });

  app.get(paths.orders, signedIn, async (c) => {
    const { accountId } = c.get('caller');
    const page = await pageAt(listOrders(deps.db, { accountId, ...query(c, orderListQuerySchema) }));
    return c.json({ items: page.items.map(orderAnswer), nextCursor: page.nextCursor } satisfies OrderList);
  });

  app.get('/v1/orders/:orderId', signedInByHandler, async (c) => {
    const { orderId } = pathParameters(c, orderParametersSchema, 'order_not_found');
    return c.json(await detail(c, orderId));
  });

  app.get('/v1/orders/:orderId/proof', signedIn, async (c) => {
    const { orderId } = pathParameters(c, orderParametersSchema, 'order_not_found');
    const order = await getOrder(deps.db, { orderId, accountId: c.get('caller').accountId });
    if (order === undefined) throw new ApiError('order_not_found');
    const proof = await proveOrder(deps.db, orderId);
    if (proof === undefined) throw new ApiError('proof_not_ready');
    return c.json(proofAnswer(proof));
  });

  app.post('/v1/orders/:orderId/cancel', signedIn, async (c) => {
    const { orderId } = pathParameters(c, orderParametersSchema, 'order_not_found');
    return answerOnce(c, deps, 'order_cancellations', {}, async () => {
      const order = await getOrder(deps.db, { orderId, accountId: c.get('caller').accountId });
      if (order === undefined) throw new ApiError('order_not_found');
      const refusal = decideClose(order.state);
      if (refusal !== undefined) throw new ApiError(refusal);
      const outcome = await closeSafely(deps, orderId, { reason: 'cancelled_by_user', actor: 'user' });
      if (outcome === 'paid') throw new ApiError('order_paid');
      if (outcome === 'open') throw new ApiError('gateway_unavailable');
      return { status: 200, body: await detail(c, orderId) };
    });
  });

  async function detail(c: Context<Env>, orderId: string): Promise<OrderDetail> {
    const { accountId, sessionId } = c.get('caller');
    const now = deps.now();
    const story = await getOrderStory(deps.db, { orderId, accountId, sessionId, now });
    if (story === undefined) {
      const active = await isSessionActive(deps.db, { sessionId, now });
      throw new ApiError(active ? 'order_not_found' : 'unauthenticated');
    }
    c.set('sessionSeen', true);
    return orderDetailAnswer(story.order, story.history, story.refunds, reader(c));
  }

  function reader(c: Context<Env>): OrderReader {
    return {
      host: c.get('caller').host,
      language: c.get('language'),
      isUp: (gateway) => deps.gateways.isAvailable(gateway),
    };
  }

  /**
   * A price that rests on a free allowance holds only while no other order has used of it, one that points pay a part of
   * while the account has as many, and one that rests on promotions while each of them runs and has enough left.
   */
  function place(order: NewOrder, kept: idempotency.KeptAnswer, quote: QuoteClaims): Promise<boolean> {
    const { accountId, merchantId, allowance, methods } = quote;
    const { id: orderId, pointsRedeemed, createdAt: now } = order.row;
    const claims = claimsOf(
      methods.map((price) => ({ method: price.method, promotions: promotionTracesOf(price) })),
    );
    if (allowance === undefined && pointsRedeemed === 0 && claims.length === 0) {
      return placeOrder(deps.db, order, kept);
    }
    return inTransaction(deps.db, async (db) => {
      const placed = await placeOrder(db, order, kept);
      const held =
        allowance === undefined || (await feeRules.holdAllowances(db, { ...allowance, accountId, orderId }));
      const enough =
        pointsRedeemed === 0 || (await holdPoints(db, { orderId, accountId, points: pointsRedeemed, now }));
      const claimed =
        claims.length === 0 ||
        (await promotions.claimPromotions(db, {
          orderId,
          accountId,
          merchantId,
          day: formatDay(dayOf(now)),
          claims,
          cashbackAfterMs: deps.settings.cashbackAfterMs,
          newId: deps.newId,
          now,
        }));
      if (!held || !enough || !claimed) throw new ApiError('quote_expired');
      return placed;
    });
  }

  async function readQuote(token: string, accountId: string): Promise<QuoteClaims> {
    const verdict = await deps.tokens.quote.verify(token);
    if (verdict.outcome === 'expired') throw new ApiError('quote_expired');
    if (verdict.outcome === 'invalid' || verdict.claims.accountId !== accountId) {
      throw new ApiError('quote_invalid');
    }
    return verdict.claims;
  }

  /** What was true when the price was asked may have changed since: a link expires, a merchant closes. */
  async function payableMerchant(quote: QuoteClaims): Promise<MerchantRow> {
    if (quote.linkCode !== null) return (await usableLink(deps, quote.linkCode)).merchant;
    const merchant = await getMerchant(deps.db, quote.merchantId);
    if (merchant?.open !== true) throw new ApiError('merchant_closed');
    return merchant;
  }

  return app;
}

/** The day in Asia/Shanghai (no summer time, UTC+8) as yymmdd. */
function localDay(instant: Date): string {
  return new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(2, 10).replaceAll('-', '');
}
