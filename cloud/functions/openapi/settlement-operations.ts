import { merchantParametersSchema } from '../../contract/schemas';
import * as schemas from '../../contract/settlement-schemas';
import type { Operation } from './operations';

const shared = { tag: 'operators', access: 'operator' } as const;
const settlement = '/v1/operator/settlements/{settlementId}';
const merchant = '/v1/operator/merchants/{merchantId}';
const detail = (description: string) =>
  ({ status: 200, schema: schemas.settlementDetailSchema, description }) as const;
const terms = (description: string) =>
  ({ status: 200, schema: schemas.settlementTermsSchema, description }) as const;

/** What operators do with settlements. */
export const SETTLEMENT_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    method: 'get',
    path: '/v1/operator/settlements',
    id: 'listSettlements',
    summary: 'Settlements of all merchants or of one, newest first',
    query: schemas.settlementListQuerySchema,
    success: { status: 200, schema: schemas.settlementListSchema, description: 'A page of settlements' },
    problems: ['invalid_request', 'cursor_invalid'],
  },
  {
    ...shared,
    method: 'get',
    path: settlement,
    id: 'getSettlement',
    summary: 'One settlement with its lines, payouts and history',
    parameters: schemas.settlementParametersSchema,
    success: detail('The settlement'),
    problems: ['settlement_not_found'],
  },
  {
    ...shared,
    method: 'post',
    path: `${settlement}/retry`,
    id: 'retryPayouts',
    summary: 'Pay out again what failed or came back, under new numbers, to the account agreed now',
    parameters: schemas.settlementParametersSchema,
    success: detail('The settlement, being paid'),
    problems: ['settlement_not_found', 'payout_not_failed', 'settlement_terms_missing', 'settlement_on_hold'],
  },
  {
    ...shared,
    method: 'post',
    path: `${settlement}/paid-by-hand`,
    id: 'markPaidByHand',
    summary: 'Record that a person paid what no gateway has paid or may still pay',
    parameters: schemas.settlementParametersSchema,
    body: schemas.paidByHandSchema,
    success: detail('The settlement with the payment'),
    problems: ['settlement_not_found', 'settlement_not_payable'],
  },
  {
    ...shared,
    method: 'get',
    path: `${merchant}/settlement-terms`,
    id: 'getSettlementTerms',
    summary: 'How a merchant is paid out',
    parameters: merchantParametersSchema,
    success: terms('The terms'),
    problems: ['merchant_not_found', 'settlement_terms_missing'],
  },
  {
    ...shared,
    method: 'post',
    path: `${merchant}/settlement-terms`,
    id: 'setSettlementTerms',
    summary: 'Set how a merchant is paid out; payouts under way keep the account they were made for',
    parameters: merchantParametersSchema,
    body: schemas.settlementTermsSetSchema,
    success: terms('The terms'),
    problems: ['merchant_not_found'],
  },
  {
    ...shared,
    method: 'post',
    path: `${merchant}/settlement-hold`,
    id: 'holdSettlement',
    summary: 'Settle and send nothing for a merchant until released',
    parameters: merchantParametersSchema,
    body: schemas.settlementHoldSchema,
    success: terms('The terms, on hold'),
    problems: ['merchant_not_found', 'settlement_terms_missing'],
  },
  {
    ...shared,
    method: 'delete',
    path: `${merchant}/settlement-hold`,
    id: 'releaseSettlement',
    summary: 'Settle for a merchant again',
    parameters: merchantParametersSchema,
    success: terms('The terms, released'),
    problems: ['merchant_not_found', 'settlement_terms_missing'],
  },
  {
    ...shared,
    method: 'get',
    path: `${merchant}/statement`,
    id: 'getStatement',
    summary: "A merchant's statement: balances, payments, refunds, fees and payouts of some days",
    parameters: merchantParametersSchema,
    query: schemas.statementQuerySchema,
    success: { status: 200, schema: schemas.statementSchema, description: 'The statement; it sums' },
    problems: ['invalid_request', 'merchant_not_found', 'statement_too_long'],
  },
  {
    ...shared,
    method: 'get',
    path: `${merchant}/statement.csv`,
    id: 'getStatementCsv',
    summary: 'The same as a table for spreadsheets, in yuan',
    parameters: merchantParametersSchema,
    query: schemas.statementQuerySchema,
    success: { status: 200, description: 'text/csv in UTF-8 with a byte order mark' },
    problems: ['invalid_request', 'merchant_not_found', 'statement_too_long'],
  },
];
