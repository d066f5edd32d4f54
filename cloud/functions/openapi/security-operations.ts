import * as schemas from '../../contract/security-schemas';
import type { Operation } from './operations';

const shared = { tag: 'security', access: 'user' } as const;
const security = (status: 200 | 201, description: string) =>
  ({ status, schema: schemas.securitySchema, description }) as const;
const challenge = (status: 200 | 201, description: string) =>
  ({ status, schema: schemas.challengeSchema, description }) as const;
const SEALED_PROBLEMS = ['sealing_key_invalid', 'sealed_invalid', 'busy'] as const;
const PIN_PROBLEMS = [...SEALED_PROBLEMS, 'pin_not_set', 'pin_wrong', 'pin_locked'] as const;

/** What people do for the security of their accounts. */
export const SECURITY_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    method: 'get',
    path: '/v1/security',
    id: 'getSecurity',
    summary: "How the account's security stands",
    success: security(200, 'PIN, lock and limits'),
  },
  {
    ...shared,
    method: 'get',
    path: '/v1/security/events',
    id: 'listSecurityEvents',
    summary: "What happened to the account's security, newest first",
    query: schemas.securityEventListQuerySchema,
    success: { status: 200, schema: schemas.securityEventListSchema, description: 'A page of events' },
    problems: ['invalid_request', 'cursor_invalid'],
  },
  {
    ...shared,
    method: 'post',
    path: '/v1/security/sealing-keys',
    id: 'createSealingKey',
    summary: 'A key of one use, to which the device seals what a person enters',
    success: { status: 201, schema: schemas.sealingKeySchema, description: 'The key' },
  },
  {
    ...shared,
    method: 'post',
    path: '/v1/security/pin',
    id: 'createPaymentPin',
    summary: 'Set the first payment PIN',
    idempotencyKey: true,
    body: schemas.pinCreateSchema,
    success: security(201, 'The PIN is set'),
    problems: [
      ...SEALED_PROBLEMS,
      'pin_weak',
      'pin_already_set',
      'login_code_invalid',
      'gateway_unavailable',
    ],
  },
  {
    ...shared,
    method: 'post',
    path: '/v1/security/pin/change',
    id: 'changePaymentPin',
    summary: 'Change the payment PIN',
    idempotencyKey: true,
    body: schemas.pinChangeSchema,
    success: security(200, 'The PIN is changed'),
    problems: [...PIN_PROBLEMS, 'pin_weak', 'pin_unchanged'],
  },
  {
    ...shared,
    method: 'post',
    path: '/v1/security/challenges',
    id: 'createChallenge',
    summary: 'Ask for a challenge, to be passed before an action',
    idempotencyKey: true,
    body: schemas.challengeCreateSchema,
    success: challenge(201, 'The challenge'),
  },
  {
    ...shared,
    method: 'get',
    path: '/v1/security/challenges/{challengeId}',
    id: 'getChallenge',
    summary: 'How a challenge of this session stands',
    parameters: schemas.challengeParametersSchema,
    success: challenge(200, 'The challenge'),
    problems: ['challenge_not_found'],
  },
  {
    ...shared,
    method: 'post',
    path: '/v1/security/challenges/{challengeId}/answers',
    id: 'answerChallenge',
    summary: 'Prove a factor',
    idempotencyKey: true,
    parameters: schemas.challengeParametersSchema,
    body: schemas.challengeAnswerSchema,
    success: challenge(200, 'The challenge with the factor proved'),
    problems: [...PIN_PROBLEMS, 'challenge_not_found'],
  },
  {
    ...shared,
    method: 'post',
    path: '/v1/security/lock',
    id: 'lockAccount',
    summary: 'Lock the account: nothing is paid until it is unlocked',
    idempotencyKey: true,
    success: security(200, 'The account is locked'),
  },
  {
    ...shared,
    method: 'post',
    path: '/v1/security/unlock',
    id: 'unlockAccount',
    summary:
      'Unlock the account with a passed challenge and a fresh sign-in; payments ask for a factor for a day',
    idempotencyKey: true,
    body: schemas.unlockSchema,
    success: security(200, 'The account is unlocked'),
    problems: [
      'account_not_locked',
      'unlock_too_early',
      'challenge_not_found',
      'login_code_invalid',
      'gateway_unavailable',
    ],
  },
];
