import { Hono } from 'hono';

import {
  cardCreateSchema,
  cardParametersSchema,
  type BankCard,
  type BankCardList,
} from '../../contract/card-schemas';
import { paths } from '../../contract/paths';
import { readCard } from '../../domain/cards';
import { idempotency } from '../../store';
import * as vault from '../../store/vault';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { jsonBody, pathParameters } from '../http/body';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { requireConsent } from '../personal/required';
import { unlocked } from '../security/unlocked';
import { cardNumberSchema, unseal } from '../security/unseal';
import { permitBinding } from './permit';

/** Bank cards: bind, list, take away. Absent where the vault has no keys. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const keys = deps.vault;
  if (keys === undefined) return app;
  const signedIn = authenticated(deps);
  const mayChange = unlocked(deps);

  app.post(paths.cards, signedIn, mayChange, async (c) => {
    const request = await jsonBody(c, cardCreateSchema);
    return answerOnce(c, deps, 'cards', request, async (remember) => {
      const caller = c.get('caller');
      const { accountId } = caller;
      await requireConsent(deps, accountId, 'bank_card');
      const { number } = await unseal(deps, caller, request.sealed, cardNumberSchema);
      const card = readCard(number);
      if (card === undefined) throw new ApiError('card_number_invalid');
      const index = vault.indexOf(keys, 'card', card.number);
      const spend = await permitBinding(deps, caller, { index, challengeId: request.challengeId });
      const bind = { accountId, id: deps.newId(), card, now: deps.now() };
      const bound = await vault.bindCard(deps.db, keys, bind, async (db, row) => {
        await spend(db);
        await remember({ status: 201, body: answerOf(row) }, (kept) => idempotency.finish(db, kept));
      });
      switch (bound.outcome) {
        case 'already_bound':
          throw new ApiError('card_already_bound');
        case 'too_many':
          throw new ApiError('card_limit_reached');
        case 'too_many_today':
          throw new ApiError('card_day_limit_reached');
        case 'bound':
          return { status: 201, body: answerOf(bound.card) };
      }
    });
  });

  app.get(paths.cards, signedIn, async (c) => {
    const cards = await vault.listCards(deps.db, c.get('caller').accountId);
    return c.json({ items: cards.map(answerOf) } satisfies BankCardList);
  });

  app.delete('/v1/cards/:cardId', signedIn, async (c) => {
    const { cardId } = pathParameters(c, cardParametersSchema, 'card_not_found');
    const { accountId } = c.get('caller');
    const gone = await vault.deleteCard(deps.db, { accountId, id: cardId, now: deps.now() });
    if (!gone) throw new ApiError('card_not_found');
    return c.body(null, 204);
  });

  return app;
}

const answerOf = ({ id, scheme, bank, kind, lastFour, boundAt }: vault.BankCardRow): BankCard => ({
  id,
  scheme,
  bank,
  kind,
  lastFour,
  boundAt: boundAt.toISOString(),
});
