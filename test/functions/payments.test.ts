import { randomUUID } from 'node:crypto';

import type { Attempt, OrderDetail, Quote } from '../../cloud/contract/types';
import { runJob } from '../../cloud/functions/job/jobs';
import { closeOrder, SEED_LINKS } from '../../cloud/store';
import { control, TestUser } from '../support/client';
import { brokenInvariants } from '../support/invariants';
import { startStack, type Stack } from '../support/stack';

let stack: Stack;
let clockOffsetMs = 0;
const HOSTS = ['weapp', 'alipay'] as const;

beforeAll(async () => {
  stack = await startStack({ parts: { now: () => new Date(Date.now() + clockOffsetMs) } });
});
afterEach(async () => {
  clockOffsetMs = 0;
  await control(stack, 'faults', undefined, 'DELETE');
  expect(await brokenInvariants(stack.db)).toEqual([]);
});
afterAll(async () => {
  expect(stack.logs.filter((line) => line.event === 'unexpected_error')).toEqual([]);
  await stack.close();
});

const fault = (gateway: string, operation: string, kind: string, times = 1, delayMs = 10_000) =>
  control(stack, 'faults', { gateway, operation, fault: { kind, times, delayMs } });

describe.each(HOSTS)('a payment inside %s', (host) => {
  test('goes from a link to a paid order with points and history', async () => {
    const user = await TestUser.signIn(stack, host);
    const order = await user.order(128_000, { linkCode: SEED_LINKS.fixedLargeAmount });
    expect(order).toMatchObject({ state: 'created', amountFen: 128_000, feeFen: 78, totalFen: 128_078 });
    const attempt = await user.attempt(order.id);
    expect(attempt.invocation?.kind).toBe(user.method);
    await user.decide(attempt);
    const paid = await user.until(order.id, 'paid');
    expect(paid).toMatchObject({ points: 1_280, method: user.method, totalFen: 128_078 });
    expect(paid.transactionId).toMatch(/^\d{28}$/);
    expect(paid.history.map(({ subject, to }) => `${subject} ${to}`)).toEqual([
      'order created',
      'attempt created',
      'order paying',
      'attempt submitted',
      'attempt succeeded',
      'order paid',
    ]);
    expect(paid.history.every((entry) => /\p{Script=Han}/u.test(entry.text))).toBe(true);
    const me = await user.send<{ pointsBalance: number }>('/v1/me');
    expect(me.body.pointsBalance).toBe(1_280);
    const recent = await user.send<{ items: { name: string }[] }>('/v1/merchants/recent');
    expect(recent.body.items.map(({ name }) => name)).toEqual(['山野民宿']);
  });

  test('cancelled in the window can be taken up again with the same attempt', async () => {
    const user = await TestUser.signIn(stack, host);
    const order = await user.order(1_000);
    const first = await user.attempt(order.id);
    await user.decide(first, 'cancel');
    expect((await user.poll(first)).state).toBe('submitted');
    const second = await user.attempt(order.id);
    expect(second.id).toBe(first.id);
    await user.decide(second);
    await user.until(order.id, 'paid');
  });

  test('paid while the window lost its network is found by asking', async () => {
    const user = await TestUser.signIn(stack, host);
    await fault(host === 'weapp' ? 'wechatpay' : 'alipay', 'notify', 'drop', 20);
    const order = await user.order(1_000);
    const attempt = await user.attempt(order.id);
    await user.decide(attempt, 'network_lost');
    expect((await user.read(order.id)).state).toBe('paying');
    expect(await user.poll(attempt)).toMatchObject({
      state: 'succeeded',
      orderState: 'paid',
      invocation: null,
    });
    const again = await user.send(`/v1/orders/${order.id}/attempts`, { body: { method: user.method } });
    expect([again.status, again.body.code]).toEqual([409, 'order_paid']);
  });

  test('never confirmed by anybody is settled by the job', async () => {
    const user = await TestUser.signIn(stack, host);
    await fault(host === 'weapp' ? 'wechatpay' : 'alipay', 'notify', 'drop', 20);
    const order = await user.order(1_000);
    await user.decide(await user.attempt(order.id), 'network_lost');
    clockOffsetMs = 30_000;
    await runJob(stack.deps, 'settle-unresolved-attempts');
    expect((await user.read(order.id)).state).toBe('paid');
  });

  test('whose gateway times out after taking it is picked up, not made twice', async () => {
    const user = await TestUser.signIn(stack, host);
    const gateway = host === 'weapp' ? 'wechatpay' : 'alipay';
    await fault(gateway, host === 'weapp' ? 'jsapi' : 'alipay.trade.create', 'error_after_commit');
    const order = await user.order(1_000);
    const lost = await user.send(`/v1/orders/${order.id}/attempts`, { body: { method: user.method } });
    expect([lost.status, lost.body.code]).toEqual([503, 'gateway_unavailable']);
    const attempt = await user.attempt(order.id);
    await user.decide(attempt);
    const paid = await user.until(order.id, 'paid');
    expect(paid.history.filter(({ to, subject }) => subject === 'attempt' && to === 'created')).toHaveLength(
      1,
    );
    expect(paid.history.some(({ to }) => to === 'unknown')).toBe(true);
  });

  test.each(['duplicate', 'reorder', 'delay', 'signtest_first'])(
    'is applied once when its notification is %s',
    async (kind) => {
      const user = await TestUser.signIn(stack, host);
      await fault(host === 'weapp' ? 'wechatpay' : 'alipay', 'notify', kind, 1, 100);
      const order = await user.order(1_000);
      await user.decide(await user.attempt(order.id));
      const paid = await user.until(order.id, 'paid');
      expect(paid.history.filter(({ to }) => to === 'paid')).toHaveLength(1);
    },
  );

  test.each(['bad_signature', 'stale_timestamp', 'unknown_serial'])(
    'is not applied by a notification with %s',
    async (kind) => {
      const user = await TestUser.signIn(stack, host);
      await fault(host === 'weapp' ? 'wechatpay' : 'alipay', 'notify', kind);
      const order = await user.order(1_000);
      await user.decide(await user.attempt(order.id));
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect((await user.read(order.id)).state).toBe('paying');
    },
  );

  test('of another amount is noted and not applied', async () => {
    const user = await TestUser.signIn(stack, host);
    await fault(host === 'weapp' ? 'wechatpay' : 'alipay', 'notify', 'wrong_amount');
    const order = await user.order(1_000);
    await user.decide(await user.attempt(order.id));
    for (let tries = 0; tries < 50; tries += 1) {
      if ((await user.read(order.id)).history.some(({ reason }) => reason === 'amount_mismatch')) break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const order2 = await user.read(order.id);
    expect(order2.state).toBe('paying');
    expect(order2.history.at(-1)?.reason).toBe('amount_mismatch');
  });

  test('that comes after the order was closed is refunded', async () => {
    const user = await TestUser.signIn(stack, host);
    const order = await user.order(1_000);
    const attempt = await user.attempt(order.id);
    // The close goes around the gateway, as if its answer had been forged: the money comes all the same.
    await closeOrder(stack.db, { orderId: order.id, reason: 'expired', actor: 'system', now: new Date() });
    await user.decide(attempt);
    expect(await user.poll(attempt)).toMatchObject({ orderState: 'closed' });
    for (let tries = 0; tries < 100; tries += 1) {
      if ((await user.poll(attempt)).state === 'succeeded') break;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await control(stack, 'time-scale', { scale: 0.0001 });
    await runJob(stack.deps, 'send-requested-refunds');
    await new Promise((resolve) => setTimeout(resolve, 200));
    clockOffsetMs = 61_000;
    await runJob(stack.deps, 'send-requested-refunds');
    await control(stack, 'time-scale', { scale: 1 });
    const refund = await stack.db
      .selectFrom('refunds')
      .selectAll()
      .where('orderId', '=', order.id)
      .executeTakeFirstOrThrow();
    expect(refund).toMatchObject({ state: 'succeeded', refundFen: 1_000, reason: 'order_closed' });
  });

  test('is cancelled at the gateway before the order closes', async () => {
    const user = await TestUser.signIn(stack, host);
    const order = await user.order(1_000);
    const attempt = await user.attempt(order.id);
    const cancelled = await user.send<OrderDetail>(`/v1/orders/${order.id}/cancel`, { body: {} });
    expect([cancelled.status, cancelled.body.state]).toEqual([200, 'closed']);
    await expect(user.decide(attempt)).rejects.toThrow('400');
    const again = await user.send(`/v1/orders/${order.id}/attempts`, { body: { method: user.method } });
    expect([again.status, again.body.code]).toEqual([409, 'order_closed']);
  });

  test('left alone is closed by the job once its time is over', async () => {
    const user = await TestUser.signIn(stack, host);
    const order = await user.order(1_000);
    await user.attempt(order.id);
    clockOffsetMs = 16 * 60_000;
    await runJob(stack.deps, 'close-expired-orders');
    clockOffsetMs = 0;
    const closed = await user.read(order.id);
    expect([closed.state, closed.history.at(-1)?.reason]).toEqual(['closed', 'expired']);
  });

  test('paid at the last moment is not closed by the job', async () => {
    const user = await TestUser.signIn(stack, host);
    await fault(host === 'weapp' ? 'wechatpay' : 'alipay', 'notify', 'drop', 20);
    const order = await user.order(1_000);
    await user.decide(await user.attempt(order.id));
    clockOffsetMs = 16 * 60_000;
    await runJob(stack.deps, 'close-expired-orders');
    clockOffsetMs = 0;
    expect((await user.read(order.id)).state).toBe('paid');
  });
});

test('a code paid in the other host pays the order', async () => {
  for (const [host, other, method] of [
    ['weapp', 'alipay', 'alipay'],
    ['alipay', 'weapp', 'wechat'],
  ] as const) {
    const user = await TestUser.signIn(stack, host);
    const order = await user.order(2_000);
    const attempt = await user.attempt(order.id, method);
    if (attempt.invocation?.kind !== 'handoff') throw new Error('no code');
    expect(attempt.invocation.codeImage).toMatch(/^data:image\/gif;base64,/);
    const { codeUrl } = attempt.invocation;
    await control(stack, 'pay-code', { codeUrl, host: other, user: 'friend', password: '123456' });
    expect(await user.until(order.id, 'paid')).toMatchObject({ method });
  }
});

test('switching the method ends the attempt before it', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  const order = await user.order(2_000);
  const first = await user.attempt(order.id);
  const second = await user.attempt(order.id, 'alipay');
  expect(second.id).not.toBe(first.id);
  expect((await user.poll(first)).state).toBe('closed');
  await expect(user.decide(first)).rejects.toThrow('400');
});

test('a hundred confirmations at once give one posting and one paid', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  await fault('wechatpay', 'notify', 'drop', 1);
  const order = await user.order(1_000);
  const attempt = await user.attempt(order.id);
  await user.decide(attempt);
  await Promise.all(Array.from({ length: 100 }, () => user.poll(attempt)));
  const paid = await user.read(order.id);
  expect(paid.history.filter(({ to }) => to === 'paid')).toHaveLength(1);
  const postings = await stack.db
    .selectFrom('postings')
    .selectAll()
    .where('orderId', '=', order.id)
    .execute();
  expect(postings).toHaveLength(1);
});

describe('idempotency', () => {
  test('the same key gives the same order, another body is refused, two at once are one', async () => {
    const user = await TestUser.signIn(stack, 'weapp');
    const { quote } = await user.quote(1_000);
    const key = randomUUID();
    const body = { quote, method: 'wechat' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => user.send<OrderDetail>('/v1/orders', { body, key })),
    );
    const ids = new Set(answers.filter(({ status }) => status === 201).map((answer) => answer.body.id));
    expect(ids.size).toBe(1);
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    const replay = await user.send<OrderDetail>('/v1/orders', { body, key });
    expect(replay.headers.get('idempotent-replayed')).toBe('true');
    expect([...ids]).toEqual([replay.body.id]);
    const other = await user.send('/v1/orders', { body: { ...body, remark: 'x' }, key });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch']);
    const none = await user.send('/v1/orders', { body, key: null });
    expect([none.status, none.body.code]).toEqual([400, 'idempotency_key_missing']);
  });

  test('attempts pressed twice are one payment', async () => {
    const user = await TestUser.signIn(stack, 'alipay');
    const order = await user.order(1_000);
    const key = randomUUID();
    const press = () =>
      user.send<Attempt>(`/v1/orders/${order.id}/attempts`, { body: { method: 'alipay' }, key });
    const [first] = [await press()];
    expect((await press()).body).toEqual(first?.body);
  });
});

test('what a quote promised holds, and an expired one is refused', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  const quoted = await user.quote(60_000);
  expect(quoted.methods.map(({ method, availability, feeFen }) => [method, availability, feeFen])).toEqual([
    ['wechat', 'native', 10],
    ['alipay', 'handoff', 10],
  ]);
  clockOffsetMs = 6 * 60_000;
  const user2 = await TestUser.signIn(stack, 'weapp', user.name);
  const late = await user2.send('/v1/orders', { body: { quote: quoted.quote, method: 'wechat' } });
  expect([late.status, late.body.code]).toEqual([409, 'quote_expired']);
  clockOffsetMs = 0;
  const stranger = await TestUser.signIn(stack, 'weapp');
  const stolen = await stranger.send('/v1/orders', { body: { quote: quoted.quote, method: 'wechat' } });
  expect([stolen.status, stolen.body.code]).toEqual([400, 'quote_invalid']);
  const forged = await user.send<Quote>('/v1/orders', {
    body: { quote: `${quoted.quote}x`, method: 'wechat' },
  });
  expect(forged.status).toBe(400);
});
