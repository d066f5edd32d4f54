import { Hono, type Context } from 'hono';

import { paths } from '../../contract/paths';
import {
  feeRehearsalCreateSchema,
  feeRehearsalParametersSchema,
  promotionRehearsalCreateSchema,
  promotionRehearsalParametersSchema,
} from '../../contract/rehearsal-schemas';
import {
  riskBookParametersSchema,
  riskBookRehearsalCreateSchema,
  riskBookRehearsalParametersSchema,
} from '../../contract/risk-book-schemas';
import type { FeeRehearsal, PromotionRehearsal, RiskBookRehearsal } from '../../contract/types';
import type { PromotionRehearsalReport } from '../../domain';
import { idempotency, inTransaction, type Database } from '../../store';
import { FEE_RULE_SETS } from '../../store/fees';
import * as promotions from '../../store/promotions';
import * as rehearsals from '../../store/rehearsals';
import { getRiskBook, noteBookRehearsal } from '../../store/risk';
import { getVersion, noteRehearsal } from '../../store/rules';
import type { Dependencies } from '../dependencies';
import { jsonBody, pathParameters } from '../http/body';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';

const FEES = '/v1/operator/fee-rule-sets/:ruleSetId/rehearsals';
const PROMOTIONS = '/v1/operator/promotions/:promotionId/rehearsals';
const BOOKS = `${paths.operatorRiskBooks}/:bookId/rehearsals`;

const isoOrNull = (instant: Date | null): string | null => instant?.toISOString() ?? null;

const common = (rehearsal: rehearsals.RehearsalRow) => ({
  id: rehearsal.id,
  contentHash: rehearsal.contentHash,
  from: rehearsal.fromAt.toISOString(),
  to: rehearsal.toAt.toISOString(),
  state: rehearsal.state,
  requestedBy: rehearsal.requestedBy,
  createdAt: rehearsal.createdAt.toISOString(),
  finishedAt: isoOrNull(rehearsal.finishedAt),
});

/** How far one over orders is. */
const overOrders = ({ total, done, failure }: rehearsals.RehearsalRow) => ({
  ordersTotal: total,
  ordersDone: done,
  failure: failure as FeeRehearsal['failure'],
});

/** A rehearsal of fee rules with its report, where that is there. */
export const feeRehearsalAnswer = (rehearsal: rehearsals.RehearsalRow): FeeRehearsal => ({
  ...common(rehearsal),
  ...overOrders(rehearsal),
  ruleSetId: rehearsal.versionId,
  asOf: isoOrNull(rehearsal.asOf),
  report: rehearsal.report as FeeRehearsal['report'],
});

/** A rehearsal of a version of a promotion with its report, where that is there. */
export function promotionRehearsalAnswer(
  promotionId: string,
  rehearsal: rehearsals.RehearsalRow,
): PromotionRehearsal {
  const report = rehearsal.report as PromotionRehearsalReport | null;
  const { versionId } = rehearsal;
  const told = { ...common(rehearsal), ...overOrders(rehearsal), promotionId, versionId };
  if (report === null) return { ...told, report };
  const { ranOutAtMs, ...budget } = report.budget;
  const ranOutAt = ranOutAtMs === null ? null : new Date(ranOutAtMs).toISOString();
  const answer = {
    ...report,
    budget: { ...budget, ranOutAt },
  } as unknown as PromotionRehearsal['report'];
  return { ...told, report: answer };
}

/** A rehearsal of a book of risk rules with its report, where that is there. */
export const riskBookRehearsalAnswer = (rehearsal: rehearsals.RehearsalRow): RiskBookRehearsal => ({
  ...common(rehearsal),
  bookId: rehearsal.versionId,
  eventsTotal: rehearsal.total,
  eventsDone: rehearsal.done,
  failure: rehearsal.failure as RiskBookRehearsal['failure'],
  report: rehearsal.report as RiskBookRehearsal['report'],
});

/** Drafts of fee rules and of promotions run over past orders, and books of risk rules over past events. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();

  /** Asks for a rehearsal of a version and says so in its trail, once, together with the answer. */
  const requested = (
    c: Context<Env>,
    endpoint: string,
    request: { readonly from: string; readonly to: string; readonly asOf?: string | undefined },
    of: {
      readonly kind: rehearsals.RehearsalKind;
      readonly version: () => Promise<{ readonly id: string; readonly contentHash: string }>;
      readonly note: (
        db: Database,
        by: { readonly operator: string; readonly note: string; readonly now: Date },
      ) => Promise<unknown>;
      readonly answer: (
        rehearsal: rehearsals.RehearsalRow,
      ) => FeeRehearsal | PromotionRehearsal | RiskBookRehearsal;
    },
  ): Promise<Response> =>
    answerOnce(c, deps, endpoint, request, async (remember) => {
      const { id: versionId, contentHash } = await of.version();
      return inTransaction(deps.db, async (db) => {
        const [from, to] = [new Date(request.from), new Date(request.to)];
        const by = { operator: c.get('operator'), now: deps.now() };
        const rehearsal = await rehearsals.requestRehearsal(db, {
          ...by,
          id: deps.newId(),
          kind: of.kind,
          versionId,
          contentHash,
          from,
          to,
          asOf: request.asOf === undefined ? null : new Date(request.asOf),
        });
        await of.note(db, { ...by, note: `${from.toISOString()}/${to.toISOString()}` });
        const answer = { status: 201, body: of.answer(rehearsal) } as const;
        await remember(answer, (kept) => idempotency.finish(db, kept));
        return answer;
      });
    });

  app.post(FEES, async (c) => {
    const { ruleSetId } = pathParameters(
      c,
      feeRehearsalParametersSchema.omit({ rehearsalId: true }),
      'fee_rule_set_not_found',
    );
    const request = await jsonBody(c, feeRehearsalCreateSchema);
    return requested(c, 'operator_fee_rehearsals', request, {
      kind: 'fee_rules',
      version: async () => {
        const set = await getVersion(deps.db, FEE_RULE_SETS.kind, ruleSetId);
        if (set === undefined) throw new ApiError('fee_rule_set_not_found');
        return set;
      },
      note: (db, by) => noteRehearsal(db, FEE_RULE_SETS, { ...by, versionId: ruleSetId }),
      answer: feeRehearsalAnswer,
    });
  });

  app.get(`${FEES}/:rehearsalId`, async (c) => {
    const { ruleSetId, rehearsalId } = pathParameters(c, feeRehearsalParametersSchema, 'rehearsal_not_found');
    const wanted = { versionIds: [ruleSetId], rehearsalId };
    const rehearsal = await rehearsals.getRehearsal(deps.db, wanted);
    if (rehearsal === undefined) throw new ApiError('rehearsal_not_found');
    return c.json(feeRehearsalAnswer(rehearsal));
  });

  app.post(PROMOTIONS, async (c) => {
    const { promotionId } = pathParameters(
      c,
      promotionRehearsalParametersSchema.omit({ rehearsalId: true }),
      'promotion_not_found',
    );
    const request = await jsonBody(c, promotionRehearsalCreateSchema);
    return requested(c, 'operator_promotion_rehearsals', request, {
      kind: 'promotion',
      version: async () => {
        const newest = (await promotions.versionsOf(deps.db, promotionId)).at(-1);
        if (newest === undefined) throw new ApiError('promotion_not_found');
        return newest;
      },
      note: (db, by) => promotions.notePromotionRehearsal(db, { ...by, promotionId }),
      answer: (rehearsal) => promotionRehearsalAnswer(promotionId, rehearsal),
    });
  });

  app.get(`${PROMOTIONS}/:rehearsalId`, async (c) => {
    const { promotionId, rehearsalId } = pathParameters(
      c,
      promotionRehearsalParametersSchema,
      'rehearsal_not_found',
    );
    const versions = await promotions.versionsOf(deps.db, promotionId);
    if (versions.length === 0) throw new ApiError('rehearsal_not_found');
    const wanted = { versionIds: versions.map(({ id }) => id), rehearsalId };
    const rehearsal = await rehearsals.getRehearsal(deps.db, wanted);
    if (rehearsal === undefined) throw new ApiError('rehearsal_not_found');
    return c.json(promotionRehearsalAnswer(promotionId, rehearsal));
  });

  app.post(BOOKS, async (c) => {
    const { bookId } = pathParameters(c, riskBookParametersSchema, 'risk_book_not_found');
    const request = await jsonBody(c, riskBookRehearsalCreateSchema);
    return requested(c, 'operator_risk_rehearsals', request, {
      kind: 'risk_book',
      version: async () => {
        const book = await getRiskBook(deps.db, bookId);
        if (book === undefined) throw new ApiError('risk_book_not_found');
        return book;
      },
      note: (db, by) => noteBookRehearsal(db, { ...by, bookId }),
      answer: riskBookRehearsalAnswer,
    });
  });

  app.get(`${BOOKS}/:rehearsalId`, async (c) => {
    const { bookId, rehearsalId } = pathParameters(
      c,
      riskBookRehearsalParametersSchema,
      'risk_rehearsal_not_found',
    );
    const rehearsal = await rehearsals.getRehearsal(deps.db, { versionIds: [bookId], rehearsalId });
    if (rehearsal === undefined) throw new ApiError('risk_rehearsal_not_found');
    return c.json(riskBookRehearsalAnswer(rehearsal));
  });

  return app;
}
