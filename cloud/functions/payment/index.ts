import { Hono, type Context } from 'hono';

import { attemptCreateSchema, attemptParametersSchema, orderParametersSchema } from '../../contract/schemas';
import type { Attempt } from '../../contract/types';
import { isUnresolved } from '../../domain';
import {
  findPayableOrder,
  getAttempt,
  getOrder,
  payableFrom,
  recordSubmitted,
  type AttemptRow,
  type OrderRow,
  type Submission,
  type SubmissionRecorded,
} from '../../store';
import type { Dependencies } from '../dependencies';
import { authenticated, authenticatedByHandler } from '../http/auth';
import { jsonBody, pathParameters } from '../http/body';
import type { App, Env } from '../http/environment';
import { answerOnce, type Answer, type Remember } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { permitPayment } from '../security/step-up';
import { settleByQuery } from '../settlement/settle';
import { attemptAnswer } from './answers';
import { startAttempt, type AttemptSteps } from './start';

/** Attempts to pay an order: start one, and ask how it stands. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);

  app.post('/v1/orders/:orderId/attempts', authenticatedByHandler(deps), async (c) => {
    const { orderId } = pathParameters(c, orderParametersSchema, 'order_not_found');
    const request = await jsonBody(c, attemptCreateSchema);
    const own = { orderId, ...c.get('caller') };
    const { method, challengeId } = request;
    const answerOf = (attempt: AttemptRow): Answer => ({
      status: 201,
      body: attemptAnswer(attempt, attempt.state === 'succeeded' ? 'paid' : 'paying', c.get('language')),
    });
    return answerOnce(
      c,
      deps,
      'attempts',
      request,
      async (remember, [found]) => {
        if (found === undefined) throw new ApiError('order_not_found');
        const steps: AttemptSteps = {
          permit: (order, risk) => permitPayment(deps, order, { caller: c.get('caller'), challengeId, risk }),
          record: (submission, submitted) => recordWithAnswer(remember, answerOf(submitted), submission),
        };
        const attempt = await startAttempt(deps, own, method, steps, payableFrom(found));
        c.get('logFields').attemptId = attempt.id;
        return answerOf(attempt);
      },
      findPayableOrder({ ...own, now: deps.now() }),
    );
  });

  app.get('/v1/orders/:orderId/attempts/:attemptId', signedIn, async (c) => {
    const { orderId, attemptId } = pathParameters(c, attemptParametersSchema, 'attempt_not_found');
    return c.json(await answer(c, orderId, attemptId));
  });

  /** Keeps what opens the window and the answer that gives it; false where the attempt came to an end meanwhile. */
  async function recordWithAnswer(
    remember: Remember,
    answer: Answer,
    submission: Submission,
  ): Promise<boolean> {
    let recorded = 'ended' as SubmissionRecorded;
    await remember(answer, async (kept) => {
      recorded = await recordSubmitted(deps.db, submission, kept);
      return recorded !== 'claim_lost';
    });
    return recorded === 'submitted';
  }

  async function ownOrder(c: Context<Env>, orderId: string): Promise<OrderRow> {
    const order = await getOrder(deps.db, { orderId, accountId: c.get('caller').accountId });
    if (order === undefined) throw new ApiError('order_not_found');
    return order;
  }

  async function answer(c: Context<Env>, orderId: string, attemptId: string): Promise<Attempt> {
    const known = await getAttempt(deps.db, { orderId, attemptId });
    if (known === undefined || known.accountId !== c.get('caller').accountId) {
      throw new ApiError('attempt_not_found');
    }
    // The notification may be late or lost; the user is waiting now.
    const asked = isUnresolved(known.state);
    if (asked) await settleByQuery(deps, known);
    const [attempt, order] = await Promise.all([
      asked ? getAttempt(deps.db, { orderId, attemptId }) : known,
      ownOrder(c, orderId),
    ]);
    return attemptAnswer(attempt ?? known, order.state, c.get('language'));
  }

  return app;
}
