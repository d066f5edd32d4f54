import * as schemas from '../../contract/card-schemas';
import type { Operation } from './operations';

const shared = { tag: 'cards', access: 'user' } as const;

/** What users do with their bank cards. */
export const CARD_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    method: 'post',
    path: '/v1/cards',
    id: 'bindCard',
    summary: "Keep a bank card's number in the vault",
    idempotencyKey: true,
    body: schemas.cardCreateSchema,
    success: { status: 201, schema: schemas.cardSchema, description: 'The card without its number' },
    problems: [
      'account_locked',
      'consent_required',
      'sealing_key_invalid',
      'sealed_invalid',
      'card_number_invalid',
      'card_refused',
      'challenge_required',
      'challenge_not_found',
      'card_already_bound',
      'card_limit_reached',
      'card_day_limit_reached',
      'gateway_unavailable',
    ],
  },
  {
    ...shared,
    method: 'get',
    path: '/v1/cards',
    id: 'listCards',
    summary: "The user's bank cards, those bound last first",
    success: { status: 200, schema: schemas.cardListSchema, description: 'At most ten cards' },
  },
  {
    ...shared,
    method: 'delete',
    path: '/v1/cards/{cardId}',
    id: 'deleteCard',
    summary: 'Take a card away; its number can never be read again',
    parameters: schemas.cardParametersSchema,
    success: { status: 204, description: 'The card is gone' },
    problems: ['card_not_found'],
  },
];
