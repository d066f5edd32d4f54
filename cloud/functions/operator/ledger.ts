import { Hono } from 'hono';

import {
  ledgerAccountParametersSchema,
  ledgerBalanceQuerySchema,
  ledgerStatementQuerySchema,
} from '../../contract/schemas';
import type { LedgerBalance, LedgerStatement } from '../../contract/types';
import { balanceOf, statementOf } from '../../store';
import type { Dependencies } from '../dependencies';
import { pathParameters, query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';

/** Accounts of the ledger: balances at any time, statements. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();

  app.get('/v1/operator/ledger/accounts/:account/balance', async (c) => {
    const { account } = pathParameters(c, ledgerAccountParametersSchema, 'not_found');
    const { unit, at } = query(c, ledgerBalanceQuerySchema);
    const asOf = at === undefined ? deps.now() : new Date(at);
    const balance = await balanceOf(deps.db, { account, unit, asOf });
    return c.json({ account, unit, at: asOf.toISOString(), balance } satisfies LedgerBalance);
  });

  app.get('/v1/operator/ledger/accounts/:account/statement', async (c) => {
    const { account } = pathParameters(c, ledgerAccountParametersSchema, 'not_found');
    const { unit, from, to, cursor, limit } = query(c, ledgerStatementQuerySchema);
    const statement = await pageAt(
      statementOf(deps.db, { account, unit, from: new Date(from), to: new Date(to), cursor, limit }),
    );
    return c.json({
      account,
      unit,
      opening: statement.opening,
      closing: statement.closing,
      sealedTo: statement.sealedTo?.toISOString() ?? null,
      lines: statement.lines.map((line) => ({ ...line, bookedAt: line.bookedAt.toISOString() })),
      nextCursor: statement.nextCursor,
    } satisfies LedgerStatement);
  });

  return app;
}
