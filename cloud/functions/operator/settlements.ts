import { Hono } from 'hono';

import {
  paidByHandSchema,
  settlementListQuerySchema,
  settlementParametersSchema,
} from '../../contract/settlement-schemas';
import { paths } from '../../contract/paths';
import type { ErrorCode, SettlementList } from '../../contract/types';
import { getSettlement, listSettlements, payByHand, retryPayouts, type SettlementRow } from '../../store';
import type { Dependencies } from '../dependencies';
import { jsonBody, pathParameters, query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';
import { ApiError } from '../http/problem';
import { settlementAnswer, settlementDetail } from './settlement-answers';

/** What a refusal of the store is called in the contract. */
const CODES = {
  settlement_not_found: 'settlement_not_found',
  settlement_not_payable: 'settlement_not_payable',
  payout_not_failed: 'payout_not_failed',
  terms_missing: 'settlement_terms_missing',
  on_hold: 'settlement_on_hold',
} as const satisfies Record<string, ErrorCode>;

/** Settlements: which there are, what they consist of, and what a person does where a payout did not succeed. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();

  async function existing(settlementId: string): Promise<SettlementRow> {
    const settlement = await getSettlement(deps.db, settlementId);
    if (settlement === undefined) throw new ApiError('settlement_not_found');
    return settlement;
  }

  app.get(paths.operatorSettlements, async (c) => {
    const found = await pageAt(listSettlements(deps.db, query(c, settlementListQuerySchema)));
    return c.json({
      items: found.items.map(settlementAnswer),
      nextCursor: found.nextCursor,
    } satisfies SettlementList);
  });

  app.get('/v1/operator/settlements/:settlementId', async (c) => {
    const { settlementId } = pathParameters(c, settlementParametersSchema, 'settlement_not_found');
    return c.json(await settlementDetail(deps.db, await existing(settlementId)));
  });

  app.post('/v1/operator/settlements/:settlementId/retry', async (c) => {
    const { settlementId } = pathParameters(c, settlementParametersSchema, 'settlement_not_found');
    const retried = await retryPayouts(deps.db, {
      settlementId,
      newId: deps.newId,
      actor: `operator:${c.get('operator')}`,
      now: deps.now(),
    });
    if (retried.outcome === 'refused') throw new ApiError(CODES[retried.code]);
    return c.json(await settlementDetail(deps.db, await existing(settlementId)));
  });

  app.post('/v1/operator/settlements/:settlementId/paid-by-hand', async (c) => {
    const { settlementId } = pathParameters(c, settlementParametersSchema, 'settlement_not_found');
    const { reference } = await jsonBody(c, paidByHandSchema);
    const paid = await payByHand(deps.db, {
      settlementId,
      reference,
      newId: deps.newId,
      actor: `operator:${c.get('operator')}`,
      now: deps.now(),
    });
    if (paid.outcome === 'refused') throw new ApiError(CODES[paid.code]);
    return c.json(await settlementDetail(deps.db, await existing(settlementId)));
  });

  return app;
}
