import * as schemas from '../../contract/login-schemas';
import type { Operation } from './operations';

const shared = { tag: 'security', access: 'user' } as const;
const CODE_PROBLEMS = ['account_locked', 'phone_not_set', 'pin_not_set', 'link_code_invalid'] as const;
const OBSTACLES = [
  'link_phone_differs',
  'link_same_host',
  'link_account_locked',
  'link_being_deleted',
  'link_must_wait',
] as const;
const PRESENCE_PROBLEMS = ['login_code_invalid', 'gateway_unavailable'] as const;

/** The hosts in which somebody signs in to one account. */
export const LOGIN_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    method: 'get',
    path: '/v1/security/logins',
    id: 'listLogins',
    summary: 'The hosts in which the user signs in to this account',
    success: { status: 200, schema: schemas.loginListSchema, description: 'The logins, oldest first' },
  },
  {
    ...shared,
    method: 'post',
    path: '/v1/security/logins/link-codes',
    id: 'createLinkCode',
    summary: "A code by which the user's account in another host is joined into this one, told only now",
    body: schemas.linkCodeCreateSchema,
    success: { status: 201, schema: schemas.linkCodeSchema, description: 'The code, for ten minutes' },
    problems: [
      'account_locked',
      'consent_required',
      'phone_not_set',
      'pin_not_set',
      'link_same_host',
      'challenge_not_found',
      ...PRESENCE_PROBLEMS,
    ],
  },
  {
    ...shared,
    method: 'post',
    path: '/v1/security/logins/join-previews',
    id: 'previewJoin',
    summary: 'Which account a code leads to, and what of this one becomes part of it',
    body: schemas.joinPreviewCreateSchema,
    success: { status: 200, schema: schemas.joinPreviewSchema, description: 'What would happen' },
    problems: [...CODE_PROBLEMS, ...OBSTACLES],
  },
  {
    ...shared,
    method: 'post',
    path: '/v1/security/logins/joins',
    id: 'joinAccount',
    summary: 'Join this account into the one that a code leads to',
    idempotencyKey: true,
    body: schemas.joinCreateSchema,
    success: { status: 200, schema: schemas.joinedSchema, description: 'The accounts are one' },
    problems: [
      ...CODE_PROBLEMS,
      ...OBSTACLES,
      ...PRESENCE_PROBLEMS,
      'consent_required',
      'phone_unavailable',
      'challenge_not_found',
    ],
  },
  {
    ...shared,
    method: 'post',
    path: '/v1/security/logins/unlinks',
    id: 'unlinkLogin',
    summary: 'Take a login off the account; that host then signs in to a new one, and nothing moves back',
    idempotencyKey: true,
    body: schemas.unlinkCreateSchema,
    success: { status: 200, schema: schemas.loginListSchema, description: 'The logins that are left' },
    problems: [
      'account_locked',
      'challenge_not_found',
      'login_not_linked',
      'login_is_last',
      'unlink_too_soon',
    ],
  },
];
