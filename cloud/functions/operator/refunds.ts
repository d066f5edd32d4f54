import { Hono, type Context } from 'hono';

import { paths } from '../../contract/paths';
import {
  operatorRefundListQuerySchema,
  orderParametersSchema,
  refundCreateSchema,
  refundParametersSchema,
  refundReviewSchema,
  refundSettleSchema,
} from '../../contract/schemas';
import type { OperatorOrderRefunds, OperatorRefund, OperatorRefundList } from '../../contract/types';
import { wasPaid } from '../../domain';
import { GatewayError } from '../../gateways/port';
import {
  getOrder,
  getRefund,
  idempotency,
  inTransaction,
  listRefunds,
  orderHistory,
  refundsOfOrder,
  requestRefund,
  retryRefund,
  settleRefund,
  type RefundRow,
} from '../../store';
import type { Dependencies } from '../dependencies';
import { payableAmount } from '../fee/amount';
import { jsonBody, pathParameters, query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { applyRefundReport, askForRefund } from '../settlement/refund';
import { operatorRefundAnswer, operatorRefundEvents } from './refund-answers';

/** Refunds of orders: ask for one, see those of an order and those that wait for a person, and decide about these. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();

  app.post('/v1/operator/orders/:orderId/refunds', async (c) => {
    const { orderId } = pathParameters(c, orderParametersSchema, 'order_not_found');
    const request = await jsonBody(c, refundCreateSchema);
    const amountFen = request.amountFen === undefined ? undefined : payableAmount(request.amountFen);
    return answerOnce(c, deps, 'operator_refunds', request, (remember) =>
      inTransaction(deps.db, async (db) => {
        const refundId = deps.newId();
        const requested = await requestRefund(db, {
          refundId,
          orderId,
          amountFen,
          note: request.reason,
          operator: c.get('operator'),
          now: deps.now(),
        });
        if (requested.outcome === 'refused') throw new ApiError(requested.code);
        c.get('logFields').refundId = refundId;
        const answer = { status: 201, body: await answerOf(refundId, c, db) } as const;
        await remember(answer, (kept) => idempotency.finish(db, kept));
        return answer;
      }),
    );
  });

  app.get('/v1/operator/orders/:orderId/refunds', async (c) => {
    const { orderId } = pathParameters(c, orderParametersSchema, 'order_not_found');
    const order = await getOrder(deps.db, { orderId });
    if (order === undefined) throw new ApiError('order_not_found');
    const refunds = await refundsOfOrder(deps.db, orderId);
    const claimedFen = refunds
      .filter(({ kind }) => kind === 'order')
      .reduce((sum, refund) => sum + refund.amountFen, 0);
    return c.json({
      items: refunds.map((refund) => operatorRefundAnswer(refund, c.get('language'))),
      refundableFen: wasPaid(order.state) ? order.amountFen - claimedFen : 0,
      history: operatorRefundEvents(await orderHistory(deps.db, orderId)),
    } satisfies OperatorOrderRefunds);
  });

  app.get(paths.operatorRefunds, async (c) => {
    const page = await pageAt(listRefunds(deps.db, query(c, operatorRefundListQuerySchema)));
    const items = page.items.map((refund) => operatorRefundAnswer(refund, c.get('language')));
    return c.json({ items, nextCursor: page.nextCursor } satisfies OperatorRefundList);
  });

  app.post('/v1/operator/refunds/:refundId/retry', async (c) => {
    const { refundId } = pathParameters(c, refundParametersSchema, 'refund_not_found');
    const { reason: note } = await jsonBody(c, refundReviewSchema);
    return answerOnce(c, deps, 'operator_refund_retries', { note }, async () => {
      const operator = c.get('operator');
      const outcome = await retryRefund(deps.db, { refundId, operator, note, now: deps.now() });
      assertReviewed(outcome);
      return { status: 200, body: await answerOf(refundId, c) };
    });
  });

  app.post('/v1/operator/refunds/:refundId/settle', async (c) => {
    const { refundId } = pathParameters(c, refundParametersSchema, 'refund_not_found');
    const { reason: note, returnedBy } = await jsonBody(c, refundSettleSchema);
    return answerOnce(c, deps, 'operator_refund_settlements', { note, returnedBy }, async () => {
      const refund = await getRefund(deps.db, refundId);
      if (refund?.state === 'needs_review' && returnedBy === 'person') await assertGivenUp(refund);
      const operator = c.get('operator');
      const now = deps.now();
      assertReviewed(await settleRefund(deps.db, { refundId, operator, note, returnedBy, now }));
      return { status: 200, body: await answerOf(refundId, c) };
    });
  });

  /** Nobody pays by hand what the gateway has returned meanwhile or still may. */
  async function assertGivenUp(refund: RefundRow): Promise<void> {
    const report = await askForRefund(deps, refund).catch((error: unknown) => {
      if (!(error instanceof GatewayError)) throw error;
      throw new ApiError('gateway_unavailable', undefined, { cause: error });
    });
    if (report.state === 'succeeded') await applyRefundReport(deps, report);
    if (report.state === 'processing') throw new ApiError('refund_still_possible');
  }

  async function answerOf(refundId: string, c: Context<Env>, db = deps.db): Promise<OperatorRefund> {
    const refund = await getRefund(db, refundId);
    if (refund === undefined) throw new ApiError('refund_not_found');
    return operatorRefundAnswer(refund, c.get('language'));
  }

  return app;
}

function assertReviewed(outcome: Awaited<ReturnType<typeof retryRefund>>): void {
  if (outcome === 'not_found') throw new ApiError('refund_not_found');
  if (outcome === 'not_in_review') throw new ApiError('refund_not_in_review');
}
