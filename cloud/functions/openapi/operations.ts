import type { z } from 'zod';

import type { ErrorCode } from '../../contract/errors';
import * as schemas from '../../contract/schemas';
import { SETTLEMENT_OPERATIONS } from './settlement-operations';

/** What a reader of the API is told of one route. */
export interface Operation {
  readonly method: 'get' | 'post' | 'delete';
  /** Path with `{parameters}`. */
  readonly path: string;
  readonly id: string;
  readonly tag: 'sessions' | 'merchants' | 'payments' | 'gateways' | 'operators' | 'service';
  readonly summary: string;
  /** Who may call: anyone, a signed-in user, the gateway (signature), an operator (token), or the timer (job secret). */
  readonly access: 'public' | 'user' | 'gateway' | 'operator' | 'timer';
  readonly idempotencyKey?: true;
  readonly parameters?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly success: {
    readonly status: 200 | 201 | 204;
    readonly schema?: z.ZodType;
    readonly description: string;
  };
  /** Problems besides those that every route of its kind can answer. */
  readonly problems?: readonly ErrorCode[];
}

/** Every route of the API. A test holds this list beside the routes that are mounted. */
export const OPERATIONS: readonly Operation[] = [
  {
    method: 'post',
    path: '/v1/sessions',
    id: 'createSession',
    tag: 'sessions',
    summary: "Sign in with the host's login code",
    access: 'public',
    body: schemas.sessionCreateSchema,
    success: {
      status: 201,
      schema: schemas.sessionSchema,
      description: 'A session bound to host and device',
    },
    problems: ['login_code_invalid', 'account_blocked', 'gateway_unavailable'],
  },
  {
    method: 'post',
    path: '/v1/sessions/refresh',
    id: 'refreshSession',
    tag: 'sessions',
    summary: 'Exchange a refresh token, which works once, for new tokens',
    access: 'public',
    body: schemas.sessionRefreshSchema,
    success: { status: 200, schema: schemas.sessionSchema, description: 'The session with new tokens' },
    problems: ['refresh_token_invalid', 'account_blocked'],
  },
  {
    method: 'delete',
    path: '/v1/sessions/current',
    id: 'revokeSession',
    tag: 'sessions',
    summary: 'Sign out: the session ends at once',
    access: 'user',
    success: { status: 204, description: 'The session has ended' },
  },
  {
    method: 'get',
    path: '/v1/me',
    id: 'getMe',
    tag: 'sessions',
    summary: 'The signed-in account and its points',
    access: 'user',
    success: { status: 200, schema: schemas.accountSchema, description: 'The account' },
  },
  {
    method: 'get',
    path: '/v1/categories',
    id: 'listCategories',
    tag: 'merchants',
    summary: 'Categories of merchants with their counts',
    access: 'public',
    success: { status: 200, schema: schemas.categoryListSchema, description: 'All categories' },
  },
  {
    method: 'get',
    path: '/v1/merchants',
    id: 'searchMerchants',
    tag: 'merchants',
    summary: 'Find merchants by name (Chinese, pinyin, initials) and category',
    access: 'user',
    query: schemas.merchantSearchSchema,
    success: { status: 200, schema: schemas.merchantListSchema, description: 'A page of merchants' },
    problems: ['invalid_request', 'cursor_invalid'],
  },
  {
    method: 'get',
    path: '/v1/merchants/recent',
    id: 'listRecentMerchants',
    tag: 'merchants',
    summary: 'Merchants the user paid lately, last first',
    access: 'user',
    success: { status: 200, schema: schemas.merchantListSchema, description: 'At most ten merchants' },
  },
  {
    method: 'get',
    path: '/v1/merchants/{merchantId}',
    id: 'getMerchant',
    tag: 'merchants',
    summary: 'One merchant',
    access: 'user',
    parameters: schemas.merchantParametersSchema,
    success: { status: 200, schema: schemas.merchantSchema, description: 'The merchant' },
    problems: ['merchant_not_found'],
  },
  {
    method: 'get',
    path: '/v1/links/{code}',
    id: 'getLink',
    tag: 'merchants',
    summary: 'What a shared link or printed code asks for',
    access: 'public',
    parameters: schemas.linkParametersSchema,
    success: { status: 200, schema: schemas.paymentLinkSchema, description: 'The payment link' },
    problems: ['link_not_found', 'link_expired', 'merchant_closed'],
  },
  {
    method: 'post',
    path: '/v1/quotes',
    id: 'createQuote',
    tag: 'payments',
    summary: 'What a payment would cost through each method, and why',
    access: 'user',
    body: schemas.quoteCreateSchema,
    success: {
      status: 201,
      schema: schemas.quoteSchema,
      description: 'A priced answer, valid for five minutes',
    },
    problems: [
      'amount_invalid',
      'amount_too_small',
      'amount_too_large',
      'merchant_not_found',
      'merchant_closed',
      'link_not_found',
      'link_expired',
      'link_amount_fixed',
    ],
  },
  {
    method: 'post',
    path: '/v1/orders',
    id: 'createOrder',
    tag: 'payments',
    summary: 'Order the payment that a quote priced',
    access: 'user',
    idempotencyKey: true,
    body: schemas.orderCreateSchema,
    success: {
      status: 201,
      schema: schemas.orderDetailSchema,
      description: 'The order, waiting for its payment',
    },
    problems: ['quote_invalid', 'quote_expired', 'merchant_closed', 'link_not_found', 'link_expired'],
  },
  {
    method: 'get',
    path: '/v1/orders',
    id: 'listOrders',
    tag: 'payments',
    summary: "The user's orders, newest first",
    access: 'user',
    query: schemas.orderListQuerySchema,
    success: { status: 200, schema: schemas.orderListSchema, description: 'A page of orders' },
    problems: ['invalid_request', 'cursor_invalid'],
  },
  {
    method: 'get',
    path: '/v1/orders/{orderId}',
    id: 'getOrder',
    tag: 'payments',
    summary: 'One order with its prices and its history',
    access: 'user',
    parameters: schemas.orderParametersSchema,
    success: { status: 200, schema: schemas.orderDetailSchema, description: 'The order' },
    problems: ['order_not_found'],
  },
  {
    method: 'post',
    path: '/v1/orders/{orderId}/cancel',
    id: 'cancelOrder',
    tag: 'payments',
    summary: 'Close an unpaid order, at the gateways first',
    access: 'user',
    idempotencyKey: true,
    parameters: schemas.orderParametersSchema,
    success: { status: 200, schema: schemas.orderDetailSchema, description: 'The closed order' },
    problems: ['order_not_found', 'order_paid', 'order_closed', 'gateway_unavailable'],
  },
  {
    method: 'post',
    path: '/v1/orders/{orderId}/attempts',
    id: 'createAttempt',
    tag: 'payments',
    summary: 'Start paying through a method, or take up the attempt that is under way',
    access: 'user',
    idempotencyKey: true,
    parameters: schemas.orderParametersSchema,
    body: schemas.attemptCreateSchema,
    success: {
      status: 201,
      schema: schemas.attemptSchema,
      description: "What opens the host's payment window",
    },
    problems: ['order_not_found', 'order_paid', 'order_closed', 'method_unavailable', 'gateway_unavailable'],
  },
  {
    method: 'get',
    path: '/v1/orders/{orderId}/attempts/{attemptId}',
    id: 'getAttempt',
    tag: 'payments',
    summary: 'How an attempt stands; asks the gateway where it is not settled',
    access: 'user',
    parameters: schemas.attemptParametersSchema,
    success: { status: 200, schema: schemas.attemptSchema, description: 'The attempt' },
    problems: ['attempt_not_found'],
  },
  {
    method: 'post',
    path: '/v1/notify/wechatpay',
    id: 'notifyWeChatPay',
    tag: 'gateways',
    summary: "WeChat Pay's notifications (APIv3), signed in their headers",
    access: 'gateway',
    success: { status: 200, description: 'Received' },
  },
  {
    method: 'post',
    path: '/v1/notify/alipay',
    id: 'notifyAlipay',
    tag: 'gateways',
    summary: "Alipay's notifications (form fields), signed in the body",
    access: 'gateway',
    success: { status: 200, description: 'The word success' },
  },
  {
    method: 'post',
    path: '/v1/jobs/run',
    id: 'runJobs',
    tag: 'service',
    summary: 'Run the due jobs once; for timers of platforms that call over HTTP',
    access: 'timer',
    body: schemas.jobRunSchema,
    success: { status: 200, schema: schemas.jobReportSchema, description: 'What each job did' },
  },
  {
    method: 'get',
    path: '/v1/openapi.json',
    id: 'getOpenApi',
    tag: 'service',
    summary: 'This document',
    access: 'public',
    success: { status: 200, description: 'OpenAPI 3.1' },
  },
  {
    method: 'get',
    path: '/healthz',
    id: 'getHealth',
    tag: 'service',
    summary: 'Whether the process answers',
    access: 'public',
    success: { status: 200, schema: schemas.healthSchema, description: 'It does' },
  },
  {
    method: 'get',
    path: '/readyz',
    id: 'getReadiness',
    tag: 'service',
    summary: 'Whether the database answers and its schema is up to date',
    access: 'public',
    success: { status: 200, schema: schemas.healthSchema, description: 'It does and is' },
    problems: ['not_ready'],
  },
  ...SETTLEMENT_OPERATIONS,
];
