import { Hono, type Context } from 'hono';

import { STATEMENT_LINES_MAX } from '../../contract/limits';
import { merchantParametersSchema } from '../../contract/schemas';
import {
  settlementHoldSchema,
  settlementTermsSetSchema,
  statementQuerySchema,
} from '../../contract/settlement-schemas';
import { addDays, dayFrom, startOfDayMs } from '../../domain';
import {
  getMerchant,
  getSettlementTerms,
  readStatement,
  setSettlementHold,
  setSettlementTerms,
  type MerchantRow,
} from '../../store';
import type { Dependencies } from '../dependencies';
import { jsonBody, pathParameters, query } from '../http/body';
import type { App, Env } from '../http/environment';
import { ApiError } from '../http/problem';
import { statementAnswer, statementCsv } from '../payout/statement';
import { termsDetail } from './settlement-answers';

/** How merchants are paid out, whether they are for now, and their statements. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const root = '/v1/operator/merchants/:merchantId';

  async function merchantOf(c: Context<Env>): Promise<MerchantRow> {
    const { merchantId } = pathParameters(c, merchantParametersSchema, 'merchant_not_found');
    const merchant = await getMerchant(deps.db, merchantId);
    if (merchant === undefined) throw new ApiError('merchant_not_found');
    return merchant;
  }

  async function termsOf(c: Context<Env>, merchant: MerchantRow): Promise<Response> {
    const terms = await getSettlementTerms(deps.db, merchant.id);
    if (terms === undefined) throw new ApiError('settlement_terms_missing');
    return c.json(await termsDetail(deps.db, terms));
  }

  app.get(`${root}/settlement-terms`, async (c) => termsOf(c, await merchantOf(c)));

  app.post(`${root}/settlement-terms`, async (c) => {
    const merchant = await merchantOf(c);
    const { payeeName = null, ...terms } = await jsonBody(c, settlementTermsSetSchema);
    const actor = `operator:${c.get('operator')}`;
    await setSettlementTerms(deps.db, {
      ...terms,
      payeeName,
      merchantId: merchant.id,
      actor,
      now: deps.now(),
    });
    return termsOf(c, merchant);
  });

  async function hold(c: Context<Env>, merchant: MerchantRow, reason: string | null): Promise<Response> {
    const actor = `operator:${c.get('operator')}`;
    await setSettlementHold(deps.db, { merchantId: merchant.id, reason, actor, now: deps.now() });
    return termsOf(c, merchant);
  }

  app.post(`${root}/settlement-hold`, async (c) => {
    const merchant = await merchantOf(c);
    return hold(c, merchant, (await jsonBody(c, settlementHoldSchema)).reason);
  });

  app.delete(`${root}/settlement-hold`, async (c) => hold(c, await merchantOf(c), null));

  async function statementOf(c: Context<Env>) {
    const merchant = await merchantOf(c);
    const days = query(c, statementQuerySchema);
    const statement = await readStatement(deps.db, {
      merchantId: merchant.id,
      from: new Date(startOfDayMs(dayFrom(days.from))),
      to: new Date(startOfDayMs(addDays(dayFrom(days.to), 1))),
      linesMax: STATEMENT_LINES_MAX,
    });
    if (statement === undefined) throw new ApiError('statement_too_long');
    return statementAnswer(merchant, days, statement);
  }

  app.get(`${root}/statement`, async (c) => c.json(await statementOf(c)));

  app.get(`${root}/statement.csv`, async (c) => {
    const statement = await statementOf(c);
    return c.body(statementCsv(statement), 200, {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="statement-${statement.from}-${statement.to}.csv"`,
    });
  });

  return app;
}
