import * as schemas from '../../contract/phone-schemas';
import { passedChallengeSchema, securitySchema } from '../../contract/security-schemas';
import type { Operation } from './operations';

const shared = { tag: 'security', access: 'user' } as const;

/** The account's phone, and codes that are sent to it. */
export const PHONE_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    method: 'post',
    path: '/v1/security/phone',
    id: 'setPhone',
    summary: "Take the phone number that the host tells with its user's consent; it rests in the vault",
    idempotencyKey: true,
    body: schemas.phoneSetSchema,
    success: { status: 200, schema: securitySchema, description: 'The phone is set' },
    problems: [
      'account_locked',
      'consent_required',
      'phone_unavailable',
      'phone_proof_invalid',
      'phone_unsupported',
      'challenge_not_found',
      'login_code_invalid',
      'gateway_unavailable',
    ],
  },
  {
    ...shared,
    method: 'post',
    path: '/v1/security/phone/remove',
    id: 'removePhone',
    summary: 'Take the phone away; its number can never be read again',
    idempotencyKey: true,
    body: passedChallengeSchema,
    success: { status: 200, schema: securitySchema, description: 'The phone is gone' },
    problems: ['account_locked', 'challenge_not_found', 'phone_not_set'],
  },
  {
    ...shared,
    method: 'post',
    path: '/v1/security/challenges/{challengeId}/sms-codes',
    id: 'sendSmsCode',
    summary: "Send a code for a challenge to the account's phone",
    idempotencyKey: true,
    parameters: schemas.smsSentParametersSchema,
    success: { status: 201, schema: schemas.smsSentSchema, description: 'The code is on its way' },
    problems: ['challenge_not_found', 'phone_not_set', 'sms_refused', 'rate_limited', 'gateway_unavailable'],
  },
];
