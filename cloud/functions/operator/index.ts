import { Hono } from 'hono';

import type { Dependencies } from '../dependencies';
import type { App, Env } from '../http/environment';
import { operatorOnly, operatorWith } from '../http/operator';
import { audited } from '../http/operator-audit';
import type { Routes } from '../mount';
import { routes as differences } from './differences';
import { routes as deadLetters } from './dead-letters';
import { routes as feeRules } from './fee-rules';
import { routes as ledger } from './ledger';
import { routes as pointsRules } from './points-rules';
import { routes as promotions } from './promotions';
import { routes as rehearsals } from './rehearsals';
import { routes as refunds } from './refunds';
import { routes as risk } from './risk';
import { routes as riskAccounts } from './risk-accounts';
import { routes as riskBooks } from './risk-books';
import { routes as settlementTerms } from './settlement-terms';
import { routes as settlements } from './settlements';

/** What operators do, a file for each concern. */
const CONCERNS: readonly Routes[] = [
  refunds,
  settlements,
  settlementTerms,
  differences,
  ledger,
  deadLetters,
  feeRules,
  pointsRules,
  promotions,
  rehearsals,
  risk,
  riskAccounts,
  riskBooks,
];

/** What asks for roles of its own; everything else is support. */
const OWN_ROLES = /^\/v1\/operator\/(fee-rule-sets|points-rule-sets|promotions|risk\/books)(\/|$)/;

/** `/v1/operator/…`: absent where no operator is configured. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  if (deps.settings.operators.size === 0) return app;
  app.use('/v1/operator/*', operatorOnly(deps));
  const support = operatorWith('support');
  app.use('/v1/operator/*', (c, next) => (OWN_ROLES.test(c.req.path) ? next() : support(c, next)));
  app.use('/v1/operator/*', audited(deps));
  for (const concern of CONCERNS) app.route('/', concern(deps));
  return app;
}
