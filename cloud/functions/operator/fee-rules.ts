import { Hono, type Context } from 'hono';

import {
  feeRuleSetApproveSchema,
  feeRuleSetCreateSchema,
  feeRuleSetEditSchema,
  feeRuleSetListQuerySchema,
  feeRuleSetNoteSchema,
  feeRuleSetParametersSchema,
  feeRuleSetSubmitSchema,
} from '../../contract/fee-schemas';
import { FEE_RULES_BYTES_MAX } from '../../contract/limits';
import { paths } from '../../contract/paths';
import type { FeeRuleSetList } from '../../contract/types';
import { idempotency, inTransaction, type Database } from '../../store';
import * as feeRules from '../../store/fees';
import type { Dependencies } from '../dependencies';
import { soonestChange } from '../fee/live';
import { jsonBody, pathParameters, query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { operatorWith } from '../http/operator';
import { ApiError } from '../http/problem';
import { feeRulesFrom, findingsAnswer, ruleSetAnswer, ruleSetDetail } from './fee-answers';

const ROOT = '/v1/operator/fee-rule-sets';
const ONE = `${ROOT}/:ruleSetId`;

/** Rules of fees: write them, hand them in, let them go live, take them back. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const author = operatorWith('author');
  const reviewer = operatorWith('reviewer');

  const idOf = (c: Context<Env>): string =>
    pathParameters(c, feeRuleSetParametersSchema, 'fee_rule_set_not_found').ruleSetId;

  async function existing(ruleSetId: string): Promise<feeRules.FeeRuleSetRow> {
    const set = await feeRules.getFeeRuleSet(deps.db, ruleSetId);
    if (set === undefined) throw new ApiError('fee_rule_set_not_found');
    return set;
  }

  const reader = (c: Context<Env>) => ({ now: deps.now(), language: c.var.language });

  /** Answers a change once, together with it; a refusal is told by its code. */
  const changed = (
    c: Context<Env>,
    request: object,
    change: (db: Database) => Promise<feeRules.FeeRulesChange>,
  ): Promise<Response> =>
    answerOnce(c, deps, 'operator_fee_rules', request, (remember) =>
      inTransaction(deps.db, async (db) => {
        const result = await change(db);
        if (result.outcome === 'refused') throw new ApiError(result.code);
        const answer = { status: 200, body: await ruleSetDetail(db, result.set, reader(c)) } as const;
        await remember(answer, (kept) => idempotency.finish(db, kept));
        return answer;
      }),
    );

  const changer = (c: Context<Env>, note: string) => ({ operator: c.var.operator, note, now: deps.now() });

  app.get(paths.operatorFeeRuleSets, async (c) => {
    const now = deps.now();
    const found = await pageAt(feeRules.listFeeRuleSets(deps.db, query(c, feeRuleSetListQuerySchema)));
    const activations = await feeRules.activationsFrom(deps.db, now);
    return c.json({
      items: found.items.map((set) => ruleSetAnswer(set, activations, now)),
      nextCursor: found.nextCursor,
    } satisfies FeeRuleSetList);
  });

  app.post(paths.operatorFeeRuleSets, author, async (c) => {
    const request = await jsonBody(c, feeRuleSetCreateSchema, FEE_RULES_BYTES_MAX);
    return answerOnce(c, deps, 'operator_fee_rule_sets', request, (remember) =>
      inTransaction(deps.db, async (db) => {
        const set = await feeRules.createFeeRuleSet(db, {
          ...changer(c, request.note),
          id: deps.newId(),
          name: request.name,
          rules: feeRulesFrom(request.rules),
        });
        const answer = { status: 201, body: await ruleSetDetail(db, set, reader(c)) } as const;
        await remember(answer, (kept) => idempotency.finish(db, kept));
        return answer;
      }),
    );
  });

  app.get(ONE, async (c) => c.json(await ruleSetDetail(deps.db, await existing(idOf(c)), reader(c))));

  app.post(`${ONE}/rules`, author, async (c) => {
    const ruleSetId = idOf(c);
    const request = await jsonBody(c, feeRuleSetEditSchema, FEE_RULES_BYTES_MAX);
    const { name, note } = request;
    const edit = { ...changer(c, note), ruleSetId, name, rules: feeRulesFrom(request.rules) };
    return changed(c, request, (db) => feeRules.editFeeRuleSet(db, edit));
  });

  app.post(`${ONE}/submit`, author, async (c) => {
    const ruleSetId = idOf(c);
    const request = await jsonBody(c, feeRuleSetSubmitSchema);
    const liveFrom = request.liveFrom === undefined ? null : new Date(request.liveFrom);
    return changed(c, request, async (db) => {
      const submitted = await feeRules.submitFeeRuleSet(db, {
        ...changer(c, request.note),
        ruleSetId,
        liveFrom,
      });
      // Looked at once nobody can change them any more; a refusal rolls the change back.
      if (submitted.outcome === 'done') assertFaultless(submitted.set, c);
      return submitted;
    });
  });

  app.post(`${ONE}/approve`, reviewer, async (c) => {
    const ruleSetId = idOf(c);
    const request = await jsonBody(c, feeRuleSetApproveSchema);
    return changed(c, request, (db) => {
      const by = changer(c, request.note);
      return feeRules.approveFeeRuleSet(db, {
        ...by,
        ruleSetId,
        activationId: deps.newId(),
        contentHash: request.contentHash,
        soonest: soonestChange(by.now),
      });
    });
  });

  app.post(`${ONE}/reject`, reviewer, async (c) => {
    const ruleSetId = idOf(c);
    const request = await jsonBody(c, feeRuleSetNoteSchema);
    return changed(c, request, (db) =>
      feeRules.rejectFeeRuleSet(db, { ...changer(c, request.note), ruleSetId }),
    );
  });

  app.post(`${ONE}/withdraw`, reviewer, async (c) => {
    const ruleSetId = idOf(c);
    const request = await jsonBody(c, feeRuleSetNoteSchema);
    return changed(c, request, (db) => {
      const by = changer(c, request.note);
      return feeRules.withdrawFeeRuleSet(db, { ...by, ruleSetId, soonest: soonestChange(by.now) });
    });
  });

  app.post(`${ONE}/restore`, reviewer, async (c) => {
    const ruleSetId = idOf(c);
    const request = await jsonBody(c, feeRuleSetNoteSchema);
    return changed(c, request, (db) => {
      const by = changer(c, request.note);
      return feeRules.restoreFeeRuleSet(db, {
        ...by,
        ruleSetId,
        activationId: deps.newId(),
        soonest: soonestChange(by.now),
      });
    });
  });

  return app;
}

/** Throws `fee_rules_faulty`, with each finding as a field, where rules cannot go live as they are. */
function assertFaultless(set: feeRules.FeeRuleSetRow, c: Context<Env>): void {
  const findings = findingsAnswer(set.rules, c.var.language);
  if (findings.length === 0) return;
  throw new ApiError(
    'fee_rules_faulty',
    findings.map(({ ruleIds, text }) => ({ path: `rules.${ruleIds.join(',')}`, message: text })),
  );
}
