import * as schemas from '../../contract/biometric-schemas';
import { passedChallengeSchema, securitySchema } from '../../contract/security-schemas';
import type { Operation } from './operations';

const shared = { tag: 'security', access: 'user' } as const;

/** Fingerprint and face, as the host recognises them. */
export const BIOMETRIC_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    method: 'post',
    path: '/v1/security/challenges/{challengeId}/biometric-nonces',
    id: 'createBiometricNonce',
    summary: 'What the host of this device is to sign for a challenge; the one before is over',
    parameters: schemas.biometricNonceParametersSchema,
    success: { status: 201, schema: schemas.biometricNonceSchema, description: 'What to sign' },
    problems: ['challenge_not_found', 'biometric_not_set', 'biometric_stopped'],
  },
  {
    ...shared,
    method: 'post',
    path: '/v1/security/biometric',
    id: 'setBiometric',
    summary: 'Let fingerprint or face prove who its owner is on this device, after the payment PIN',
    idempotencyKey: true,
    body: schemas.biometricSetSchema,
    success: { status: 200, schema: securitySchema, description: 'It is on' },
    problems: [
      'account_locked',
      'challenge_not_found',
      'biometric_nonce_expired',
      'biometric_rejected',
      'gateway_unavailable',
    ],
  },
  {
    ...shared,
    method: 'post',
    path: '/v1/security/biometric/remove',
    id: 'removeBiometric',
    summary: 'Turn fingerprint and face off on this device',
    idempotencyKey: true,
    body: passedChallengeSchema,
    success: { status: 200, schema: securitySchema, description: 'It is off' },
    problems: ['account_locked', 'challenge_not_found', 'biometric_not_set'],
  },
];
