import { Hono, type Context } from 'hono';

import { ORDER_LIFETIME_MS } from '../../contract/limits';
import { paths } from '../../contract/paths';
import { orderCreateSchema, orderListQuerySchema, orderParametersSchema } from '../../contract/schemas';
import type { OrderDetail, OrderList } from '../../contract/types';
import { decideClose, isOpen, orderNumber } from '../../domain';
import {
  createOrder,
  getMerchant,
  getOrder,
  inTransaction,
  listOrders,
  orderHistory,
  refundsOfOrder,
  proveOrder,
  type Database,
} from '../../store';
import * as feeRules from '../../store/fees';
import type { Dependencies } from '../dependencies';
import type { QuoteClaims } from '../fee/quote';
import { authenticated } from '../http/auth';
import { jsonBody, pathParameters, query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { usableLink } from '../merchant/link';
import { closeSafely } from '../settlement/settle';
import { orderAnswer, orderDetailAnswer, proofAnswer } from './answers';

/** More than an order number takes. */
const ORDER_NUMBER_BYTES = 16;

/** Orders: place one that a quote priced, read, list, cancel. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);

  app.post(paths.orders, signedIn, async (c) => {
    const request = await jsonBody(c, orderCreateSchema);
    return answerOnce(c, deps, 'orders', request, async (remember) => {
      const quote = await readQuote(request.quote, c.var.caller.accountId);
      await assertPayable(quote);
      const now = deps.now();
      return inTransaction(deps.db, async (db) => {
        const orderId = deps.newId();
        await createOrder(db, {
          id: orderId,
          accountId: quote.accountId,
          merchantId: quote.merchantId,
          linkCode: quote.linkCode,
          remark: request.remark,
          orderNumber: orderNumber(localDay(now), deps.randomBytes(ORDER_NUMBER_BYTES)),
          method: request.method,
          quote: { amountFen: quote.amountFen, methods: quote.methods },
          expiresAt: new Date(now.getTime() + ORDER_LIFETIME_MS),
          now,
        });
        await holdAllowance(db, quote, orderId);
        c.var.logFields.orderId = orderId;
        const answer = { status: 201, body: await detail(c, orderId, db) } as const;
        await remember(db, answer);
        return answer;
      });
    });
  });

  app.get(paths.orders, signedIn, async (c) => {
    const { accountId } = c.var.caller;
    const page = await pageAt(listOrders(deps.db, { accountId, ...query(c, orderListQuerySchema) }));
    return c.json({ items: page.items.map(orderAnswer), nextCursor: page.nextCursor } satisfies OrderList);
  });

  app.get('/v1/orders/:orderId', signedIn, async (c) => {
    const { orderId } = pathParameters(c, orderParametersSchema, 'order_not_found');
    return c.json(await detail(c, orderId, deps.db));
  });

  app.get('/v1/orders/:orderId/proof', signedIn, async (c) => {
    const { orderId } = pathParameters(c, orderParametersSchema, 'order_not_found');
    const order = await getOrder(deps.db, { orderId, accountId: c.var.caller.accountId });
    if (order === undefined) throw new ApiError('order_not_found');
    const proof = await proveOrder(deps.db, orderId);
    if (proof === undefined) throw new ApiError('proof_not_ready');
    return c.json(proofAnswer(proof));
  });

  app.post('/v1/orders/:orderId/cancel', signedIn, async (c) => {
    const { orderId } = pathParameters(c, orderParametersSchema, 'order_not_found');
    return answerOnce(c, deps, 'order_cancellations', {}, async () => {
      const order = await getOrder(deps.db, { orderId, accountId: c.var.caller.accountId });
      if (order === undefined) throw new ApiError('order_not_found');
      const refusal = decideClose(order.state);
      if (refusal !== undefined) throw new ApiError(refusal);
      const outcome = await closeSafely(deps, orderId, { reason: 'cancelled_by_user', actor: 'user' });
      if (outcome === 'paid') throw new ApiError('order_paid');
      if (outcome === 'open') throw new ApiError('gateway_unavailable');
      return { status: 200, body: await detail(c, orderId, deps.db) };
    });
  });

  async function detail(c: Context<Env>, orderId: string, db: Database): Promise<OrderDetail> {
    const { accountId, host } = c.var.caller;
    const order = await getOrder(db, { orderId, accountId });
    if (order === undefined) throw new ApiError('order_not_found');
    const history = await orderHistory(db, orderId);
    // An order that waits for its payment has nothing to give back.
    const refunds = isOpen(order.state) ? [] : await refundsOfOrder(db, orderId);
    return orderDetailAnswer(order, history, refunds, {
      host,
      language: c.var.language,
      isUp: (gateway) => deps.gateways.isAvailable(gateway),
    });
  }

  /** A price that rests on a free allowance holds only while no other order has used of it. */
  async function holdAllowance(db: Database, quote: QuoteClaims, orderId: string): Promise<void> {
    const { accountId, allowance } = quote;
    if (allowance === undefined) return;
    if (!(await feeRules.holdAllowances(db, { ...allowance, accountId, orderId }))) {
      throw new ApiError('quote_expired');
    }
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
  async function assertPayable(quote: QuoteClaims): Promise<void> {
    if (quote.linkCode !== null) {
      await usableLink(deps, quote.linkCode);
      return;
    }
    const merchant = await getMerchant(deps.db, quote.merchantId);
    if (merchant?.open !== true) throw new ApiError('merchant_closed');
  }

  return app;
}

/** The day in Asia/Shanghai (no summer time, UTC+8) as yymmdd. */
function localDay(instant: Date): string {
  return new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(2, 10).replaceAll('-', '');
}
