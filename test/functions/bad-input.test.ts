import { randomUUID } from 'node:crypto';

import { BODY_BYTES_MAX } from '../../cloud/contract/limits';
import type { ErrorCode, Problem } from '../../cloud/contract/types';
import { OPERATIONS } from '../../cloud/functions/openapi/operations';
import { createApp } from '../../cloud/functions/app';
import { SEED_LINKS } from '../../cloud/store';
import { TestUser, type Answer, type SendOptions } from '../support/client';
import { startStack, type Stack } from '../support/stack';

let stack: Stack;
let user: TestUser;
beforeAll(async () => {
  stack = await startStack();
  user = await TestUser.signIn(stack, 'weapp');
});
afterAll(() => stack.close());

/** Rows of everything that a refused request must not touch. */
async function counts(): Promise<number[]> {
  const tables = [
    'orders',
    'attempts',
    'history',
    'postings',
    'entries',
    'inbox',
    'idempotencyKeys',
  ] as const;
  return Promise.all(
    tables.map(async (table) => {
      const { rows } = await stack.db
        .selectFrom(table)
        .select((eb) => eb.fn.countAll<number>().as('rows'))
        .executeTakeFirstOrThrow();
      return rows;
    }),
  );
}

let before: number[];
beforeEach(async () => {
  before = await counts();
});

async function expectRefusal(status: number, code: ErrorCode, path: string, options: SendOptions) {
  const answer: Answer<Problem> = await user.send(path, options);
  expect([answer.status, answer.body.code]).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body.detail).toMatch(/\p{Script=Han}/u);
  expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.ts:|at \w+ \(|select |insert /);
  expect(await counts()).toEqual(before);
  return answer;
}

const quoteOf = (amountFen: unknown, payee: object = { linkCode: SEED_LINKS.openAmount }) => ({
  body: { payee, amountFen },
});

describe('wrong amounts', () => {
  test.each<[string, unknown, ErrorCode]>([
    ['zero', 0, 'amount_too_small'],
    ['negative', -1, 'amount_too_small'],
    ['part of a fen', 12.5, 'amount_invalid'],
    ['over the limit', 5_000_001, 'amount_too_large'],
    ['far over the limit', 1e300, 'amount_too_large'],
    ['text', '100', 'amount_invalid'],
    ['an exponent in text', '1e3', 'amount_invalid'],
    ['null', null, 'amount_invalid'],
    ['nothing', undefined, 'amount_invalid'],
    ['a list', [100], 'amount_invalid'],
    ['yes', true, 'amount_invalid'],
  ])('%s', async (_, amountFen, code) => {
    await expectRefusal(400, code, '/v1/quotes', quoteOf(amountFen));
  });

  test('a number JSON cannot hold', async () => {
    const body = `{"payee":{"linkCode":"${SEED_LINKS.openAmount}"},"amountFen":1e999}`;
    await expectRefusal(400, 'amount_invalid', '/v1/quotes', { body });
  });

  test('another amount than the link asks for', async () => {
    await expectRefusal(
      409,
      'link_amount_fixed',
      '/v1/quotes',
      quoteOf(1, { linkCode: SEED_LINKS.fixedAmount }),
    );
  });
});

describe('links and merchants', () => {
  test.each<[string, number, ErrorCode, string]>([
    ['unknown', 404, 'link_not_found', 'ABCDEFGHJK'],
    ['expired', 410, 'link_expired', SEED_LINKS.expired],
    ['of a closed merchant', 409, 'merchant_closed', SEED_LINKS.closedMerchant],
    ['too long', 404, 'link_not_found', 'A'.repeat(40)],
    ['strange', 404, 'link_not_found', '..%2f..%2fetc'],
  ])('a link that is %s', async (_, status, code, link) => {
    await expectRefusal(status, code, `/v1/links/${link}`, {});
  });

  test.each<[number, ErrorCode, object]>([
    [404, 'link_not_found', { linkCode: 'ABCDEFGHJK' }],
    [410, 'link_expired', { linkCode: SEED_LINKS.expired }],
    [404, 'merchant_not_found', { merchantId: randomUUID() }],
    [400, 'invalid_request', { merchantId: '1' }],
    [400, 'invalid_request', {}],
    [400, 'invalid_request', { merchantId: randomUUID(), linkCode: SEED_LINKS.openAmount }],
  ])('a quote for nobody: %s %s', async (status, code, payee) => {
    await expectRefusal(status, code, '/v1/quotes', quoteOf(100, payee));
  });
});

describe("other people's orders", () => {
  test('cannot be read, paid, cancelled or polled', async () => {
    const other = await TestUser.signIn(stack, 'alipay');
    const order = await other.order(1_000);
    const attempt = await other.attempt(order.id);
    before = await counts();
    await expectRefusal(404, 'order_not_found', `/v1/orders/${order.id}`, {});
    await expectRefusal(404, 'order_not_found', `/v1/orders/${order.id}/attempts`, {
      body: { method: 'wechat' },
    });
    await expectRefusal(404, 'order_not_found', `/v1/orders/${order.id}/cancel`, { body: {} });
    await expectRefusal(404, 'attempt_not_found', `/v1/orders/${order.id}/attempts/${attempt.id}`, {});
    await expectRefusal(404, 'order_not_found', '/v1/orders/not-an-id', {});
  });
});

describe('bodies', () => {
  test.each<[number, ErrorCode, string]>([
    [400, 'malformed_json', '{"quote":'],
    [400, 'malformed_json', ''],
    [400, 'invalid_request', '[]'],
    [400, 'invalid_request', 'null'],
    [400, 'invalid_request', '{"quote":"x","method":"cash"}'],
    [400, 'invalid_request', '{"quote":"x","method":"wechat","more":1}'],
    [400, 'invalid_request', '{"quote":"x","method":"wechat","remark":"a\\u0000b"}'],
    [400, 'quote_invalid', '{"quote":"x","method":"wechat"}'],
    [413, 'body_too_large', `{"quote":"${'x'.repeat(BODY_BYTES_MAX)}"}`],
  ])('%s %s', async (status, code, body) => {
    await expectRefusal(status, code, '/v1/orders', { body });
  });

  test('keys that are no keys', async () => {
    const body = { quote: 'x', method: 'wechat' };
    await expectRefusal(400, 'idempotency_key_invalid', '/v1/orders', { body, key: 'x'.repeat(256) });
    await expectRefusal(400, 'idempotency_key_missing', '/v1/orders', { body, key: null });
  });

  test('cursors that are no cursors', async () => {
    await expectRefusal(400, 'cursor_invalid', '/v1/orders?cursor=bm9uc2Vuc2U', {});
    await expectRefusal(400, 'cursor_invalid', '/v1/merchants?cursor=bm9uc2Vuc2U', {});
    await expectRefusal(400, 'invalid_request', '/v1/orders?limit=0', {});
    await expectRefusal(400, 'invalid_request', '/v1/orders?state=lost', {});
  });

  test('the wrong media type', async () => {
    const headers = { 'content-type': 'text/plain' };
    await expectRefusal(415, 'unsupported_media_type', '/v1/orders', { body: '{}', headers });
  });
});

describe('strangers', () => {
  test.each(['', 'Bearer', 'Bearer x', `Bearer ${'x'.repeat(64)}`, 'Basic dXNlcjpwYXNz'])(
    'with "%s" are asked to sign in',
    async (authorization) => {
      await expectRefusal(401, 'unauthenticated', '/v1/me', { headers: { authorization } });
    },
  );

  test('with a login code that was used', async () => {
    const body = { host: 'weapp', code: 'no-such-code', deviceId: 'device-1' };
    await expectRefusal(401, 'login_code_invalid', '/v1/sessions', { body });
    await expectRefusal(401, 'login_code_invalid', '/v1/sessions', { body: { ...body, host: 'alipay' } });
    await expectRefusal(401, 'refresh_token_invalid', '/v1/sessions/refresh', {
      body: { refreshToken: 'x'.repeat(40) },
    });
  });

  test('do not run jobs', async () => {
    await expectRefusal(401, 'unauthenticated', '/v1/jobs/run', { body: {} });
  });

  test('are not believed as gateways', async () => {
    for (const gateway of ['wechatpay', 'alipay']) {
      const response = await fetch(`${stack.apiUrl}/v1/notify/${gateway}`, { method: 'POST', body: 'a=b' });
      expect([400, 401]).toContain(response.status);
      expect(await response.text()).not.toMatch(/success|SUCCESS/);
    }
    expect(await counts()).toEqual(before);
  });
});

test('an order that is closed cannot be paid or cancelled', async () => {
  const order = await user.order(1_000);
  await user.send(`/v1/orders/${order.id}/cancel`, { body: {} });
  before = await counts();
  await expectRefusal(409, 'order_closed', `/v1/orders/${order.id}/attempts`, { body: { method: 'wechat' } });
  await expectRefusal(409, 'order_closed', `/v1/orders/${order.id}/cancel`, { body: {} });
});

test('an order that is paid cannot be paid again or cancelled', async () => {
  const order = await user.pay(1_000);
  before = await counts();
  await expectRefusal(409, 'order_paid', `/v1/orders/${order.id}/attempts`, { body: { method: 'alipay' } });
  await expectRefusal(409, 'order_paid', `/v1/orders/${order.id}/cancel`, { body: {} });
});

test('the OpenAPI document tells every route that is mounted, and no other', async () => {
  const mounted = createApp(stack.deps)
    .routes.filter((route) => route.method !== 'ALL')
    .map((route) => `${route.method.toLowerCase()} ${route.path.replace(/:(\w+)/g, '{$1}')}`);
  const told = OPERATIONS.map((operation) => `${operation.method} ${operation.path}`);
  expect([...new Set(mounted)].sort()).toEqual([...told].sort());
  const response = await fetch(`${stack.apiUrl}/v1/openapi.json`);
  const document = (await response.json()) as { openapi: string; paths: Record<string, object> };
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).sort()).toEqual([...new Set(OPERATIONS.map(({ path }) => path))].sort());
});

test('messages come in the language that was asked for', async () => {
  const answer = await user.send('/v1/orders/none', { language: 'en-GB,en;q=0.9' });
  expect(answer.body.detail).toBe('This order does not exist.');
});
