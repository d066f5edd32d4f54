import * as schemas from '../../contract/risk-schemas';
import type { Operation } from './operations';

const shared = { tag: 'operators', access: 'operator' } as const;
const cases = '/v1/operator/risk/cases';
const lists = '/v1/operator/risk/lists';
const account = '/v1/operator/risk/accounts/{accountId}';
const accountAnswer = (description: string) =>
  ({ status: 200, schema: schemas.riskAccountSchema, description }) as const;
const detail = (description: string) =>
  ({ status: 200, schema: schemas.riskCaseDetailSchema, description }) as const;
const listed = (description: string) =>
  ({ status: 200, schema: schemas.riskListedListSchema, description }) as const;

/** Risk control: for users, and for operators. */
export const RISK_OPERATIONS: readonly Operation[] = [
  {
    tag: 'risk',
    access: 'user',
    method: 'get',
    path: '/v1/risk/standing',
    id: 'getRiskStanding',
    summary: 'Whether the account may pay, and whether an appeal waits',
    success: { status: 200, schema: schemas.riskStandingSchema, description: 'How the account stands' },
    problems: [],
  },
  {
    tag: 'risk',
    access: 'user',
    method: 'post',
    path: '/v1/risk/appeals',
    id: 'createRiskAppeal',
    summary: 'Ask for what was found last, or for a lock, to be looked at again by a person',
    idempotencyKey: true,
    body: schemas.riskAppealSchema,
    success: { status: 201, schema: schemas.riskStandingSchema, description: 'The appeal waits' },
    problems: ['nothing_to_appeal', 'appeal_pending'],
  },
  {
    ...shared,
    method: 'get',
    path: cases,
    id: 'listRiskCases',
    summary: 'Cases of risk control, newest first',
    query: schemas.riskCaseListQuerySchema,
    success: { status: 200, schema: schemas.riskCaseListSchema, description: 'A page of cases' },
    problems: ['invalid_request', 'cursor_invalid'],
  },
  {
    ...shared,
    method: 'get',
    path: `${cases}/{caseId}`,
    id: 'getRiskCase',
    summary: 'One case with its reasons, its history and what the account did',
    parameters: schemas.riskCaseParametersSchema,
    success: detail('The case'),
    problems: ['risk_case_not_found'],
  },
  {
    ...shared,
    method: 'post',
    path: `${cases}/{caseId}/decide`,
    id: 'decideRiskCase',
    summary:
      'Say whether it was fraud; what was honest goes free, and its account may pay again unless its user locked it',
    idempotencyKey: true,
    parameters: schemas.riskCaseParametersSchema,
    body: schemas.riskCaseDecideSchema,
    success: detail('The decided case'),
    problems: ['risk_case_not_found', 'risk_case_decided'],
  },
  {
    ...shared,
    method: 'post',
    path: `${cases}/{caseId}/snooze`,
    id: 'snoozeRiskCase',
    summary: 'Put a case off until a time',
    idempotencyKey: true,
    parameters: schemas.riskCaseParametersSchema,
    body: schemas.riskCaseSnoozeSchema,
    success: detail('The case, put off'),
    problems: ['risk_case_not_found', 'risk_case_decided'],
  },
  {
    ...shared,
    method: 'get',
    path: account,
    id: 'getRiskAccount',
    summary: 'Whether an account is locked, by whom and since when',
    parameters: schemas.riskAccountParametersSchema,
    success: accountAnswer('The account'),
    problems: ['account_not_found'],
  },
  {
    ...shared,
    method: 'post',
    path: `${account}/lock`,
    id: 'lockRiskAccount',
    summary: 'Lock an account, sign it out everywhere and open a case; only an operator unlocks it',
    idempotencyKey: true,
    parameters: schemas.riskAccountParametersSchema,
    body: schemas.riskAccountChangeSchema,
    success: accountAnswer('The locked account'),
    problems: ['account_not_found'],
  },
  {
    ...shared,
    method: 'post',
    path: `${account}/unlock`,
    id: 'unlockRiskAccount',
    summary: 'Lift the lock of an account, whoever asked for it',
    idempotencyKey: true,
    parameters: schemas.riskAccountParametersSchema,
    body: schemas.riskAccountChangeSchema,
    success: accountAnswer('The unlocked account'),
    problems: ['account_not_found', 'account_not_locked'],
  },
  {
    ...shared,
    method: 'get',
    path: lists,
    id: 'listRiskNames',
    summary: 'Names on the block-list and the allow-list, newest first, at most 200',
    query: schemas.riskListedQuerySchema,
    success: listed('Names'),
    problems: ['invalid_request'],
  },
  {
    ...shared,
    method: 'post',
    path: lists,
    id: 'addRiskName',
    summary: 'Put a name on a list, from the next event on; the block-list wins',
    idempotencyKey: true,
    body: schemas.riskListSchema,
    success: listed('The name as it stands'),
    problems: ['risk_case_not_found'],
  },
  {
    ...shared,
    method: 'post',
    path: `${lists}/remove`,
    id: 'removeRiskName',
    summary: 'Take a name off a list',
    idempotencyKey: true,
    body: schemas.riskUnlistSchema,
    success: listed('What is left of the name'),
    problems: ['risk_name_not_listed'],
  },
];
