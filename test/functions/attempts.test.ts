import type { Attempt, OrderDetail, Problem } from '../../cloud/contract/types';
import { control, TestUser, type Answer } from '../support/client';
import { brokenInvariants } from '../support/invariants';
import { startStack, type Stack } from '../support/stack';

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});
afterEach(async () => {
  await control(stack, 'faults', undefined, 'DELETE');
  expect(await brokenInvariants(stack.db)).toEqual([]);
});
afterAll(() => stack.close());

const SIDES = [
  { host: 'weapp', gateway: 'wechatpay', create: 'jsapi', close: 'close' },
  { host: 'alipay', gateway: 'alipay', create: 'alipay.trade.create', close: 'alipay.trade.close' },
] as const;

describe.each(SIDES)('an attempt of $gateway', ({ host, gateway, create, close }) => {
  let user: TestUser;
  let order: OrderDetail;
  beforeEach(async () => {
    user = await TestUser.signIn(stack, host);
    order = await user.order(1_000);
  });

  const fault = (operation: string, kind: string) =>
    control(stack, 'faults', { gateway, operation, fault: { kind } });
  const press = (): Promise<Answer<Attempt & Problem>> =>
    user.send(`/v1/orders/${order.id}/attempts`, { body: { method: user.method } });
  const attempts = () =>
    stack.db
      .selectFrom('attempts')
      .select(['id', 'state'])
      .where('orderId', '=', order.id)
      .orderBy('id')
      .execute();

  /** Makes the attempt payable at its gateway, without anybody here knowing it. */
  async function loseTheAnswer(): Promise<void> {
    await fault(create, 'error_after_commit');
    expect((await press()).body.code).toBe('gateway_unavailable');
  }

  test('that is refused before anything was made has failed', async () => {
    await fault(create, 'refuse');
    expect((await press()).body.code).toBe('method_unavailable');
    expect((await attempts()).map(({ state }) => state)).toEqual(['failed']);
    await user.decide(await user.attempt(order.id));
    await user.until(order.id, 'paid');
  });

  test('that may be payable stays open when its retry is refused and nobody can end it', async () => {
    await loseTheAnswer();
    await fault(create, 'refuse');
    await fault(close, 'refuse');
    expect((await press()).body.code).toBe('gateway_unavailable');
    const [unsure] = await attempts();
    expect(unsure?.state).toBe('unknown');
    const taken = await user.attempt(order.id);
    expect(taken.id).toBe(unsure?.id);
    await user.decide(taken);
    await user.until(order.id, 'paid');
  });

  test('that was payable is ended at its gateway when its retry is refused', async () => {
    await loseTheAnswer();
    await fault(create, 'refuse');
    expect((await press()).body.code).toBe('method_unavailable');
    expect((await attempts()).map(({ state }) => state)).toEqual(['closed']);
    const second = await user.attempt(order.id);
    await user.decide(second);
    await user.until(order.id, 'paid');
    expect((await attempts()).map(({ state }) => state)).toEqual(['closed', 'succeeded']);
  });

  test('is one, however many presses come at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => press()));
    const made = await attempts();
    expect(made).toHaveLength(1);
    expect(answers.map(({ status, body }) => [status, body.id])).toEqual(
      Array.from({ length: 8 }, () => [201, made[0]?.id]),
    );
  });
});

test('a session that was ended is heard nowhere on the way of a payment, whose token is still fresh', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  const { quote } = await user.quote(1_000);
  const order = await user.order(2_000);
  const key = 'made-before-the-session-ended';
  const placed = await user.send<OrderDetail>('/v1/orders', { body: { quote, method: 'wechat' }, key });
  expect(placed.status).toBe(201);
  expect((await user.send('/v1/sessions/current', { method: 'DELETE' })).status).toBe(204);
  const refused = [
    await user.send('/v1/orders', { body: { quote, method: 'wechat' } }),
    await user.send('/v1/orders', { body: { quote, method: 'wechat' }, key }),
    await user.send(`/v1/orders/${order.id}/attempts`, { body: { method: 'wechat' } }),
    await user.send(`/v1/orders/${order.id}`),
    await user.send(`/v1/orders/${order.id}/cancel`, { body: {} }),
  ];
  expect(refused.map(({ status, body }) => [status, body.code])).toEqual(
    refused.map(() => [401, 'unauthenticated']),
  );
  const { orders } = await stack.db
    .selectFrom('orders')
    .select(({ fn }) => fn.countAll<number>().as('orders'))
    .where('accountId', '=', user.session.account.id)
    .executeTakeFirstOrThrow();
  expect(orders).toBe(2);
});
