import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import {
  differenceListQuerySchema,
  differenceParametersSchema,
  differenceResolutionSchema,
} from '../../contract/schemas';
import type {
  Difference,
  DifferenceDetail,
  DifferenceList,
  DifferenceResolution,
} from '../../contract/types';
import { idempotency, inTransaction, type Database } from '../../store';
import * as reconcile from '../../store/reconcile';
import type { Dependencies } from '../dependencies';
import { jsonBody, pathParameters, query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';

/** Differences between gateways' bills and our books: list, read, and settle those that wait for a person. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();

  app.get(paths.operatorDifferences, async (c) => {
    const question = query(c, differenceListQuerySchema);
    const page = await pageAt(reconcile.listDifferences(deps.db, question));
    const answer: DifferenceList = { items: page.items.map(differenceAnswer), nextCursor: page.nextCursor };
    return c.json(answer);
  });

  app.get('/v1/operator/differences/:differenceId', async (c) => {
    const { differenceId } = pathParameters(c, differenceParametersSchema, 'difference_not_found');
    return c.json(await detail(deps.db, differenceId));
  });

  app.post('/v1/operator/differences/:differenceId/resolve', async (c) => {
    const { differenceId } = pathParameters(c, differenceParametersSchema, 'difference_not_found');
    const request = await jsonBody(c, differenceResolutionSchema);
    return answerOnce(c, deps, 'difference_resolutions', request, (remember) =>
      inTransaction(deps.db, async (db) => {
        await resolve(db, { differenceId, ...request, operator: c.get('operator'), now: deps.now() });
        const answer = { status: 200, body: await detail(db, differenceId) } as const;
        await remember(answer, (kept) => idempotency.finish(db, kept));
        deps.log('info', 'difference_resolved', {
          differenceId,
          action: request.action,
          operator: c.get('operator'),
        });
        return answer;
      }),
    );
  });

  return app;
}

/** Throws ApiError; nothing is changed then, as the transaction ends with it. */
async function resolve(
  db: Database,
  resolution: DifferenceResolution & {
    readonly differenceId: string;
    readonly operator: string;
    readonly now: Date;
  },
): Promise<void> {
  const { differenceId, action, reason: note, operator: actor, now } = resolution;
  const difference = await reconcile.getDifference(db, differenceId, { lock: true });
  if (difference === undefined) throw new ApiError('difference_not_found');
  const to = action === 'dismiss' ? 'dismissed' : 'repaired';
  const reason = action === 'dismiss' ? 'dismissed' : 'adjusted';
  if (!(await reconcile.moveDifference(db, { differenceId, to, reason, actor, note, now }))) {
    throw new ApiError('difference_resolved');
  }
  if (action === 'adjust' && !(await reconcile.bookAdjustment(db, difference, now))) {
    throw new ApiError('difference_not_adjustable');
  }
}

async function detail(db: Database, differenceId: string): Promise<DifferenceDetail> {
  const difference = await reconcile.getDifference(db, differenceId);
  if (difference === undefined) throw new ApiError('difference_not_found');
  const history = await reconcile.differenceHistory(db, differenceId);
  return {
    ...differenceAnswer(difference),
    history: history.map((change) => ({ ...change, at: change.at.toISOString() })),
  };
}

function differenceAnswer(row: reconcile.DifferenceRow): Difference {
  const { id, gateway, day, subject, number, class: kind, state, reason, orderId, transactionId } = row;
  return {
    id,
    gateway,
    date: day,
    subject,
    number,
    class: kind,
    state,
    reason,
    orderId,
    transactionId,
    ours: { state: row.ourState, amountFen: row.ourAmountFen, feeFen: row.ourFeeFen },
    bill: {
      state: row.billState,
      amountFen: row.billAmountFen,
      feeFen: row.billFeeFen,
      rows: row.billRows,
    },
    foundAt: row.foundAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
