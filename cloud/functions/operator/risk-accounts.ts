import { Hono, type Context } from 'hono';

import { riskAccountChangeSchema, riskAccountParametersSchema } from '../../contract/risk-schemas';
import type { RiskAccount } from '../../contract/types';
import { idempotency, inTransaction, type Database } from '../../store';
import { liftLockByOperator, lockByOperator } from '../../store/risk';
import type { Dependencies } from '../dependencies';
import { jsonBody, pathParameters } from '../http/body';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { accountAnswer } from './risk-answers';

const ONE = '/v1/operator/risk/accounts/:accountId';

/** Either change of a lock. */
type LockChange = (
  ...parameters: Parameters<typeof lockByOperator>
) => ReturnType<typeof lockByOperator> | ReturnType<typeof liftLockByOperator>;

/** Accounts: whether one is locked, lock it, lift its lock. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();

  const idOf = (c: Context<Env>): string =>
    pathParameters(c, riskAccountParametersSchema, 'account_not_found').accountId;

  async function answer(db: Database, accountId: string): Promise<RiskAccount> {
    const account = await accountAnswer(db, { accountId, now: deps.now() });
    if (account === undefined) throw new ApiError('account_not_found');
    return account;
  }

  /** Changes a lock and answers it, once and together. */
  async function change(c: Context<Env>, endpoint: string, work: LockChange): Promise<Response> {
    const accountId = idOf(c);
    const request = await jsonBody(c, riskAccountChangeSchema);
    return answerOnce(c, deps, endpoint, { accountId, ...request }, (remember) =>
      inTransaction(deps.db, async (db) => {
        const result = await work(db, {
          accountId,
          operator: c.get('operator'),
          note: request.note,
          lockId: deps.newId(),
          newCaseId: deps.newId(),
          now: deps.now(),
        });
        if (result !== 'done') throw new ApiError(result);
        const answered = { status: 200, body: await answer(db, accountId) } as const;
        await remember(answered, (kept) => idempotency.finish(db, kept));
        return answered;
      }),
    );
  }

  app.get(ONE, async (c) => c.json(await answer(deps.db, idOf(c))));
  app.post(`${ONE}/lock`, (c) => change(c, 'operator_risk_account_locks', lockByOperator));
  app.post(`${ONE}/unlock`, (c) => change(c, 'operator_risk_account_unlocks', liftLockByOperator));

  return app;
}
