import { Hono, type Context } from 'hono';

import { paths } from '../../contract/paths';
import {
  riskCaseDecideSchema,
  riskCaseListQuerySchema,
  riskCaseParametersSchema,
  riskCaseSnoozeSchema,
  riskListedQuerySchema,
  riskListSchema,
  riskUnlistSchema,
} from '../../contract/risk-schemas';
import type { RiskCaseList, RiskListedList } from '../../contract/types';
import { idempotency, inTransaction, type Database } from '../../store';
import * as risk from '../../store/risk';
import type { Dependencies } from '../dependencies';
import { jsonBody, pathParameters, query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { caseAnswer, caseDetail, listedAnswer } from './risk-answers';

const ONE = '/v1/operator/risk/cases/:caseId';

/** Cases of risk control: see them, decide about them, put them off; and the lists of names that follow from them. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();

  const idOf = (c: Context<Env>): string =>
    pathParameters(c, riskCaseParametersSchema, 'risk_case_not_found').caseId;

  const changer = (c: Context<Env>, note: string) => ({ operator: c.get('operator'), note, now: deps.now() });

  /** Answers what a change of the database leaves, once and together with it. */
  const answeredWith = <Body extends object>(
    c: Context<Env>,
    endpoint: string,
    request: object,
    work: (db: Database) => Promise<Body>,
  ): Promise<Response> =>
    answerOnce(c, deps, endpoint, request, (remember) =>
      inTransaction(deps.db, async (db) => {
        const answer = { status: 200, body: await work(db) } as const;
        await remember(answer, (kept) => idempotency.finish(db, kept));
        return answer;
      }),
    );

  const changed = (
    c: Context<Env>,
    request: object,
    change: (db: Database) => Promise<risk.RiskCaseChange>,
  ): Promise<Response> =>
    answeredWith(c, 'operator_risk_cases', request, async (db) => {
      const result = await change(db);
      if (result.outcome === 'refused') throw new ApiError(result.code);
      return caseDetail(db, result.found);
    });

  app.get(paths.operatorRiskCases, async (c) => {
    const question = { ...query(c, riskCaseListQuerySchema), now: deps.now() };
    const { items, nextCursor } = await pageAt(risk.listCases(deps.db, question));
    return c.json({ items: items.map(caseAnswer), nextCursor } satisfies RiskCaseList);
  });

  app.get(ONE, async (c) => {
    const found = await risk.getCase(deps.db, idOf(c));
    if (found === undefined) throw new ApiError('risk_case_not_found');
    return c.json(await caseDetail(deps.db, found));
  });

  app.post(`${ONE}/decide`, async (c) => {
    const caseId = idOf(c);
    const request = await jsonBody(c, riskCaseDecideSchema);
    const { finding, note } = request;
    return changed(c, request, (db) =>
      risk.decideCase(db, { ...changer(c, note), caseId, finding, lockId: deps.newId() }),
    );
  });

  app.post(`${ONE}/snooze`, async (c) => {
    const caseId = idOf(c);
    const request = await jsonBody(c, riskCaseSnoozeSchema);
    const until = new Date(request.until);
    if (until <= deps.now()) {
      throw new ApiError('invalid_request', [{ path: 'until', message: 'not in the future' }]);
    }
    return changed(c, request, (db) => risk.snoozeCase(db, { ...changer(c, request.note), caseId, until }));
  });

  const listed = async (db: Database, question: Parameters<typeof risk.listedNames>[1]) =>
    ({ items: (await risk.listedNames(db, question)).map(listedAnswer) }) satisfies RiskListedList;

  app.get(paths.operatorRiskLists, async (c) =>
    c.json(await listed(deps.db, query(c, riskListedQuerySchema))),
  );

  app.post(paths.operatorRiskLists, async (c) => {
    const request = await jsonBody(c, riskListSchema);
    const { note, caseId = null, ...name } = request;
    return answeredWith(c, 'operator_risk_lists', request, async (db) => {
      if (caseId !== null && (await risk.getCase(db, caseId)) === undefined) {
        throw new ApiError('risk_case_not_found');
      }
      await risk.putOnList(db, { ...changer(c, note), ...name, caseId });
      return listed(db, { list: name.list, name: name.name });
    });
  });

  app.post(`${paths.operatorRiskLists}/remove`, async (c) => {
    const request = await jsonBody(c, riskUnlistSchema);
    const { note, ...name } = request;
    return answeredWith(c, 'operator_risk_lists_remove', request, async (db) => {
      if (!(await risk.takeOffList(db, { ...changer(c, note), ...name }))) {
        throw new ApiError('risk_name_not_listed');
      }
      return listed(db, { list: name.list, name: name.name });
    });
  });

  return app;
}
