import { Hono, type Context } from 'hono';

import { attemptCreateSchema, attemptParametersSchema, orderParametersSchema } from '../../contract/schemas';
import type { Attempt } from '../../contract/types';
import { isUnresolved } from '../../domain';
import { getAttempt, getOrder, type OrderRow } from '../../store';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { jsonBody, pathParameters } from '../http/body';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { permitPayment } from '../security/step-up';
import { settleByQuery } from '../settlement/settle';
import { attemptAnswer } from './answers';
import { startAttempt } from './start';

/** Attempts to pay an order: start one, and ask how it stands. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);

  app.post('/v1/orders/:orderId/attempts', signedIn, async (c) => {
    const { orderId } = pathParameters(c, orderParametersSchema, 'order_not_found');
    const request = await jsonBody(c, attemptCreateSchema);
    return answerOnce(c, deps, 'attempts', request, async () => {
      const own = { orderId, accountId: c.var.caller.accountId };
      const { method, challengeId } = request;
      const wish = { caller: c.var.caller, challengeId, risk: 'low' } as const;
      const attempt = await startAttempt(deps, own, method, (order) => permitPayment(deps, order, wish));
      c.var.logFields.attemptId = attempt.id;
      return { status: 201, body: attemptAnswer(attempt, 'paying', c.var.language) };
    });
  });

  app.get('/v1/orders/:orderId/attempts/:attemptId', signedIn, async (c) => {
    const { orderId, attemptId } = pathParameters(c, attemptParametersSchema, 'attempt_not_found');
    return c.json(await answer(c, orderId, attemptId));
  });

  async function ownOrder(c: Context<Env>, orderId: string): Promise<OrderRow> {
    const order = await getOrder(deps.db, { orderId, accountId: c.var.caller.accountId });
    if (order === undefined) throw new ApiError('order_not_found');
    return order;
  }

  async function answer(c: Context<Env>, orderId: string, attemptId: string): Promise<Attempt> {
    const known = await getAttempt(deps.db, { orderId, attemptId });
    if (known === undefined || known.accountId !== c.var.caller.accountId) {
      throw new ApiError('attempt_not_found');
    }
    // The notification may be late or lost; the user is waiting now.
    const asked = isUnresolved(known.state);
    if (asked) await settleByQuery(deps, known);
    const [attempt, order] = await Promise.all([
      asked ? getAttempt(deps.db, { orderId, attemptId }) : known,
      ownOrder(c, orderId),
    ]);
    return attemptAnswer(attempt ?? known, order.state, c.var.language);
  }

  return app;
}
