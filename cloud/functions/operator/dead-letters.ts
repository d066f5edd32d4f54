import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import { deadLetterListQuerySchema, deadLetterParametersSchema } from '../../contract/schemas';
import type { DeadLetter, DeadLetterList } from '../../contract/types';
import { listDeadLetters, replayDeadLetter, type DeadLetterRow } from '../../store';
import type { Dependencies } from '../dependencies';
import { pathParameters, query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';

/** Effects that could not be delivered, and another try for them once their cause is gone. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();

  app.get(paths.deadLetters, async (c) => {
    const page = await pageAt(listDeadLetters(deps.db, query(c, deadLetterListQuerySchema)));
    return c.json({ items: page.items.map(answerOf), nextCursor: page.nextCursor } satisfies DeadLetterList);
  });

  app.post('/v1/operator/dead-letters/:eventId/replay', async (c) => {
    const { eventId } = pathParameters(c, deadLetterParametersSchema, 'dead_letter_not_found');
    return answerOnce(c, deps, 'operator_replays', {}, async () => {
      const replayed = await replayDeadLetter(deps.db, { id: eventId, now: deps.now() });
      if (replayed === undefined) throw new ApiError('dead_letter_not_found');
      deps.log('info', 'dead_letter_replayed', { eventId, type: replayed.type, operator: c.get('operator') });
      return { status: 200, body: answerOf(replayed) };
    });
  });

  return app;
}

const answerOf = (event: DeadLetterRow): DeadLetter => ({
  id: event.id,
  type: event.type,
  payload: event.payload,
  attempts: event.attempts,
  delivered: [...event.delivered],
  lastError: event.lastError,
  createdAt: event.createdAt.toISOString(),
  deadAt: event.deadAt?.toISOString() ?? null,
});
