import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import { riskAppealSchema } from '../../contract/risk-schemas';
import type { RiskStanding } from '../../contract/types';
import { idempotency, inTransaction, type Database } from '../../store';
import * as risk from '../../store/risk';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { jsonBody } from '../http/body';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';

/** How an account stands with risk control, and the user's word against what was found. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);

  app.get(paths.riskStanding, signedIn, async (c) =>
    c.json(await standing(deps.db, c.get('caller').accountId)),
  );

  app.post(paths.riskAppeals, signedIn, async (c) => {
    const request = await jsonBody(c, riskAppealSchema);
    const account = c.get('caller').accountId;
    return answerOnce(c, deps, 'risk_appeals', request, (remember) =>
      inTransaction(deps.db, async (db) => {
        const result = await risk.appealCase(db, { account, note: request.text, now: deps.now() });
        if (result.outcome === 'refused') throw new ApiError(result.code);
        const answer = { status: 201, body: await standing(db, account) } as const;
        await remember(answer, (kept) => idempotency.finish(db, kept));
        return answer;
      }),
    );
  });

  return app;
}

async function standing(db: Database, account: string): Promise<RiskStanding> {
  const lock = await risk.getLock(db, account);
  const found = await risk.newestCase(db, account);
  return {
    locked: lock !== undefined,
    lockedAt: lock?.lockedAt.toISOString() ?? null,
    appealed: found?.appealed ?? false,
    mayAppeal: found !== undefined && found.finding !== 'honest' && !found.appealed,
  };
}
