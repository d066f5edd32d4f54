import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import { riskAppealSchema } from '../../contract/risk-schemas';
import type { RiskStanding } from '../../contract/types';
import { idempotency, inTransaction, type Database } from '../../store';
import { getAccountLock } from '../../store/identity';
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
        const result = await risk.appealCase(db, {
          account,
          note: request.text,
          newCaseId: deps.newId(),
          now: deps.now(),
        });
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
  const lock = await getAccountLock(db, account);
  const found = await risk.newestCase(db, account);
  const lockedAt = lock?.lockedAt?.toISOString() ?? null;
  const isOpenToAppeal =
    found === undefined || found.finding === 'honest' ? lockedAt !== null : !found.appealed;
  return {
    locked: lockedAt !== null,
    lockedAt,
    appealed: found?.appealed ?? false,
    mayAppeal: isOpenToAppeal,
    appeal: found === undefined ? null : appealOf(found, await risk.caseHistory(db, found.id)),
  };
}

/** The newest appeal of a case and what came of it. */
function appealOf(
  found: risk.RiskCaseRow,
  history: Awaited<ReturnType<typeof risk.caseHistory>>,
): RiskStanding['appeal'] {
  const place = history.findLastIndex(({ action }) => action === 'appealed');
  const appeal = history[place];
  if (appeal === undefined) return null;
  const answer = history.slice(place).find(({ action }) => action === 'decided');
  const state = found.finding === 'honest' ? 'granted' : 'refused';
  return {
    state: answer === undefined ? 'pending' : state,
    text: appeal.note,
    at: appeal.at.toISOString(),
    answeredAt: answer?.at.toISOString() ?? null,
  };
}
