import { Hono, type Context } from 'hono';

import { paths } from '../../contract/paths';
import {
  promotionApproveSchema,
  promotionCreateSchema,
  promotionEditSchema,
  promotionListQuerySchema,
  promotionNoteSchema,
  promotionParametersSchema,
  promotionRestoreSchema,
} from '../../contract/promotion-schemas';
import type { OperatorPromotionDetail, OperatorPromotionList } from '../../contract/types';
import { idempotency, inTransaction, type Database } from '../../store';
import * as promotions from '../../store/promotions';
import type { Dependencies } from '../dependencies';

import { jsonBody, pathParameters, query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { operatorWith } from '../http/operator';
import { ApiError } from '../http/problem';
import { soonestChange } from '../rules/live';
import {
  promotionDetail,
  promotionFindings,
  promotionItems,
  promotionTermsFrom,
  type PromotionReader,
} from './promotion-answers';

const ONE = `${paths.operatorPromotions}/:promotionId`;

/** Promotions: write them, hand them in, let them go live, stop them, put an earlier version into force again. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const author = operatorWith('author');
  const reviewer = operatorWith('reviewer');

  const idOf = (c: Context<Env>): string =>
    pathParameters(c, promotionParametersSchema, 'promotion_not_found').promotionId;
  const reader = (c: Context<Env>): PromotionReader => ({ now: deps.now(), language: c.get('language') });
  const changer = (c: Context<Env>, note: string) => ({ operator: c.get('operator'), note, now: deps.now() });

  async function detail(
    db: Database,
    c: Context<Env>,
    promotionId: string,
  ): Promise<OperatorPromotionDetail> {
    const found = await promotionDetail(db, promotionId, reader(c));
    if (found === undefined) throw new ApiError('promotion_not_found');
    return found;
  }

  /** Answers a change once, together with it; a refusal is told by its code, and undoes it. */
  const changed = (
    c: Context<Env>,
    request: object,
    change: (db: Database) => Promise<promotions.PromotionChange>,
    options: { readonly status?: 201; readonly faultless?: boolean } = {},
  ): Promise<Response> =>
    answerOnce(c, deps, 'operator_promotions', request, (remember) =>
      inTransaction(deps.db, async (db) => {
        const result = await change(db);
        if (result.outcome === 'refused') throw new ApiError(result.code);
        if (options.faultless === true) await assertFaultless(db, c, result.promotionId);
        const body = await detail(db, c, result.promotionId);
        const answer = { status: options.status ?? 200, body } as const;
        await remember(answer, (kept) => idempotency.finish(db, kept));
        return answer;
      }),
    );

  app.get(paths.operatorPromotions, async (c) => {
    const page = await pageAt(promotions.listPromotions(deps.db, query(c, promotionListQuerySchema)));
    const items = await promotionItems(deps.db, page.items, reader(c));
    return c.json({ items, nextCursor: page.nextCursor } satisfies OperatorPromotionList);
  });

  app.post(paths.operatorPromotions, author, async (c) => {
    const request = await jsonBody(c, promotionCreateSchema);
    const draft = { ...changer(c, request.note), id: deps.newId(), terms: promotionTermsFrom(request.terms) };
    return changed(c, request, (db) => promotions.createPromotion(db, draft), { status: 201 });
  });

  app.get(ONE, async (c) => c.json(await detail(deps.db, c, idOf(c))));

  app.post(`${ONE}/terms`, author, async (c) => {
    const promotionId = idOf(c);
    const request = await jsonBody(c, promotionEditSchema);
    const terms = promotionTermsFrom(request.terms);
    return changed(c, request, (db) =>
      promotions.editPromotion(db, {
        ...changer(c, request.note),
        promotionId,
        newVersionId: deps.newId(),
        terms,
      }),
    );
  });

  app.post(`${ONE}/submit`, author, async (c) => {
    const promotionId = idOf(c);
    const request = await jsonBody(c, promotionNoteSchema);
    // Looked at once nobody can change it any more; a refusal rolls the change back.
    return changed(
      c,
      request,
      (db) => promotions.submitPromotion(db, { ...changer(c, request.note), promotionId }),
      { faultless: true },
    );
  });

  app.post(`${ONE}/approve`, reviewer, async (c) => {
    const promotionId = idOf(c);
    const request = await jsonBody(c, promotionApproveSchema);
    return changed(c, request, (db) => {
      const by = changer(c, request.note);
      const activation = { activationId: deps.newId(), soonest: soonestChange(by.now) };
      const { contentHash } = request;
      return promotions.approvePromotion(db, { ...by, ...activation, promotionId, contentHash });
    });
  });

  app.post(`${ONE}/reject`, reviewer, async (c) => {
    const promotionId = idOf(c);
    const request = await jsonBody(c, promotionNoteSchema);
    return changed(c, request, (db) =>
      promotions.rejectPromotion(db, { ...changer(c, request.note), promotionId }),
    );
  });

  app.post(`${ONE}/stop`, reviewer, async (c) => {
    const promotionId = idOf(c);
    const request = await jsonBody(c, promotionNoteSchema);
    const activationId = deps.newId();
    return changed(c, request, (db) =>
      promotions.stopPromotion(db, { ...changer(c, request.note), promotionId, activationId }),
    );
  });

  app.post(`${ONE}/restore`, reviewer, async (c) => {
    const promotionId = idOf(c);
    const request = await jsonBody(c, promotionRestoreSchema);
    return changed(c, request, (db) => {
      const by = changer(c, request.note);
      const activation = { activationId: deps.newId(), soonest: soonestChange(by.now) };
      return promotions.restorePromotion(db, { ...by, ...activation, promotionId, version: request.version });
    });
  });

  return app;
}

/** Throws `promotion_faulty`, with each finding as a field, where the newest version cannot go live as it is. */
async function assertFaultless(db: Database, c: Context<Env>, promotionId: string): Promise<void> {
  const newest = (await promotions.versionsOf(db, promotionId)).at(-1);
  const findings = newest === undefined ? [] : promotionFindings(newest.terms, c.get('language'));
  if (findings.length === 0) return;
  throw new ApiError(
    'promotion_faulty',
    findings.map(({ kind, text }) => ({ path: `terms.${kind}`, message: text })),
  );
}
