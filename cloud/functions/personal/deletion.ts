import { Hono } from 'hono';

import type { ErrorCode } from '../../contract/errors';
import { paths } from '../../contract/paths';
import { personalProofSchema } from '../../contract/personal-schemas';
import type { Deletion } from '../../contract/types';
import { DAY_MS } from '../../domain/calendar';
import { DELETION_COOLING_MS, type DeletionObstacle } from '../../domain/personal';
import { idempotency, inTransaction } from '../../store';
import {
  askDeletion,
  cancelDeletion,
  deletionObstacles,
  getDeletion,
  type DeletionRow,
} from '../../store/personal';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { jsonBody } from '../http/body';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { noteEvent } from '../security/events';
import { provePerson } from './prove';
import { tellAccount } from './tell';

const REFUSALS: Readonly<Record<DeletionObstacle, ErrorCode>> = {
  order_open: 'deletion_order_open',
  refund_open: 'deletion_refund_open',
  payout_due: 'deletion_payout_due',
  locked: 'deletion_account_locked',
};

/** Deletion of an account (PIPL article 47): asked for, taken back within a week, then done by a job. */
export function deletionRoutes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);

  app.get(paths.deletion, signedIn, async (c) => {
    const { accountId } = c.get('caller');
    const [deletion, obstacles] = await Promise.all([
      getDeletion(deps.db, accountId),
      deletionObstacles(deps.db, accountId),
    ]);
    return c.json(answerOf(deletion, obstacles));
  });

  app.post(paths.deletion, signedIn, async (c) => {
    const request = await jsonBody(c, personalProofSchema);
    return answerOnce(c, deps, 'deletions', request, async (remember) => {
      const caller = c.get('caller');
      const useProof = await provePerson(deps, caller, request, 'delete_account');
      const { accountId } = caller;
      const now = deps.now();
      const dueAt = new Date(now.getTime() + DELETION_COOLING_MS);
      const asked = await askDeletion(
        deps.db,
        { accountId, id: deps.newId(), dueAt, now },
        async (db, row) => {
          await useProof(db);
          await noteEvent(deps, caller, 'deletion_asked', db);
          await tellAccount(deps, db, { accountId, kind: 'deletion_asked', causeId: row.id });
          await remember({ status: 201, body: answerOf(row, []) }, (kept) => idempotency.finish(db, kept));
        },
      );
      if (asked.outcome === 'already_asked') throw new ApiError('deletion_asked_already');
      if (asked.outcome === 'refused') throw new ApiError(REFUSALS[asked.obstacle]);
      return { status: 201, body: answerOf(asked.deletion, []) };
    });
  });

  app.post(paths.deletionCancel, signedIn, async (c) =>
    answerOnce(c, deps, 'deletion_cancellations', {}, async (remember) => {
      const caller = c.get('caller');
      const { accountId } = caller;
      const obstacles = await deletionObstacles(deps.db, accountId);
      const body = answerOf(undefined, obstacles);
      await inTransaction(deps.db, async (db) => {
        const cancelled = await cancelDeletion(db, { accountId, now: deps.now() });
        if (cancelled === undefined) throw new ApiError('deletion_not_asked');
        await noteEvent(deps, caller, 'deletion_cancelled', db);
        await tellAccount(deps, db, { accountId, kind: 'deletion_cancelled', causeId: cancelled.id });
        await remember({ status: 200, body }, (kept) => idempotency.finish(db, kept));
      });
      return { status: 200, body };
    }),
  );

  return app;
}

const answerOf = (deletion: DeletionRow | undefined, obstacles: readonly DeletionObstacle[]): Deletion => ({
  deletion:
    deletion === undefined
      ? null
      : {
          state: deletion.state === 'running' ? 'running' : 'cooling',
          askedAt: deletion.askedAt.toISOString(),
          dueAt: deletion.dueAt.toISOString(),
        },
  obstacles: [...obstacles],
  coolingDays: DELETION_COOLING_MS / DAY_MS,
});
