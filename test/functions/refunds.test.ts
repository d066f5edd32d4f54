import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type {
  Attempt,
  Host,
  OperatorRefund,
  OperatorRefundList,
  OrderDetail,
} from '../../cloud/contract/types';
import { REFUND_FAILURES_MAX } from '../../cloud/domain';
import { runJob } from '../../cloud/functions/job/jobs';
import { recordPayment } from '../../cloud/store';
import { control, TestUser } from '../support/client';
import { brokenInvariants } from '../support/invariants';
import { TestOperator } from '../support/operator';
import { reducedBy, WHOLE_PPM } from '../support/pricing';
import { startStack, type Stack } from '../support/stack';
import { newOrder } from '../support/store';

let stack: Stack;
let alice: TestOperator;
let bob: TestOperator;
let clockOffsetMs = 0;

beforeAll(async () => {
  // Refunds of WeChat Pay take a minute; here some six milliseconds.
  stack = await startStack({
    notifyTimeScale: 0.0001,
    parts: { now: () => new Date(Date.now() + clockOffsetMs) },
  });
  alice = new TestOperator(stack, 'alice');
  bob = new TestOperator(stack, 'bob');
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

const GATEWAYS = { weapp: 'wechatpay', alipay: 'alipay' } as const;
const REFUND_CALLS = { weapp: 'refund', alipay: 'alipay.trade.refund' } as const;
const fault = (gateway: string, operation: string, kind: string, times = 1) =>
  control(stack, 'faults', { gateway, operation, fault: { kind, times, delayMs: 10_000 } });
const work = () => runJob(stack.deps, 'send-requested-refunds');

/** Works, a while later each time, until the refund is in a state; the jobs are asked, not the clock on the wall. */
async function until(refund: OperatorRefund, state: OperatorRefund['state']): Promise<OperatorRefund> {
  for (let round = 0; round < 60; round += 1) {
    const found = (await alice.refundsOf(refund.orderId)).items.find(({ id }) => id === refund.id);
    if (found?.state === state) {
      // Sessions live on the real clock.
      clockOffsetMs = 0;
      return found;
    }
    await sleep(20);
    clockOffsetMs += 60_000;
    await work();
  }
  throw new Error(`the refund never came to be ${state}`);
}

describe.each<Host>(['weapp', 'alipay'])('an order paid inside %s', (host) => {
  test('is refunded in parts, to the last fen of amount, fee and points', async () => {
    const user = await TestUser.signIn(stack, host);
    const order = await user.pay(128_000);
    const first = await alice.refund(order.id, 28_001);
    expect(first).toMatchObject({ state: 'requested', amountFen: 28_001, feeFen: 17, points: 280 });
    const waiting = await user.read(order.id);
    expect(waiting.refunds).toMatchObject([
      { kind: 'order', state: 'requested', refundFen: 28_018, reason: '商品缺货', returnedAt: null },
    ]);
    await until(first, 'succeeded');
    expect(await user.read(order.id)).toMatchObject({ state: 'partially_refunded', refundedFen: 28_018 });
    const second = await alice.refund(order.id, 50_000);
    await until(second, 'succeeded');
    expect((await alice.refundsOf(order.id)).refundableFen).toBe(49_999);
    const last = await alice.refund(order.id);
    await until(last, 'succeeded');
    const done = await user.read(order.id);
    expect(done).toMatchObject({ state: 'refunded', refundedFen: 128_078 });
    expect(done.refunds.reduce((sum, { refundFen }) => sum + refundFen, 0)).toBe(128_078);
    expect(done.refunds.every(({ returnedAt, text }) => returnedAt !== null && text === '已原路退回')).toBe(
      true,
    );
    expect(done.history.at(-1)).toMatchObject({ subject: 'order', to: 'refunded' });
    const me = await user.send<{ pointsBalance: number }>('/v1/me');
    expect(me.body.pointsBalance).toBe(0);
    const english = await user.send<OrderDetail>(`/v1/orders/${order.id}`, { language: 'en' });
    expect(english.body.refunds[0]?.text).toBe('Returned to where it was paid from');
  });

  test('of which nothing is left to pay is paid by its confirming, and its points come back without a gateway', async () => {
    const user = await TestUser.signIn(stack, host);
    const orderId = await newOrder(stack.db, {
      accountId: user.session.account.id,
      amountFen: 1_000,
      method: user.method,
      reducers: reducedBy({ waivedPpm: 0, discountPpm: 0, pointsPpm: WHOLE_PPM }),
      now: new Date(),
    });
    const [first, second] = await Promise.all(
      [1, 2].map(() =>
        user.send<Attempt>(`/v1/orders/${orderId}/attempts`, { body: { method: user.method } }),
      ),
    );
    expect([first?.status, second?.status].sort()).toEqual([201, 409]);
    const attempt = first?.status === 201 ? first.body : second?.body;
    expect(attempt).toMatchObject({ state: 'succeeded', orderState: 'paid', invocation: null, totalFen: 0 });
    const paid = await user.read(orderId);
    expect(paid).toMatchObject({ state: 'paid', totalFen: 0, pointsRedeemed: 1_000, transactionId: null });
    expect(paid.history.at(-1)).toMatchObject({ to: 'paid', reason: 'paid_by_confirmation', actor: 'user' });
    const done = await until(await alice.refund(orderId, 400), 'succeeded');
    expect(done).toMatchObject({ refundFen: 0, pointsRedeemed: 400, tries: 1 });
    expect(await user.read(orderId)).toMatchObject({ state: 'partially_refunded', refundedFen: 0 });
  });

  test('of parallel refunds grants no more than was paid', async () => {
    const user = await TestUser.signIn(stack, host);
    const order = await user.pay(10_000);
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        alice.send<OperatorRefund>(`/v1/operator/orders/${order.id}/refunds`, {
          body: { amountFen: 3_000, reason: '重复点击' },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array(3).fill(201),
      ...Array(9).fill(409),
    ]);
    const granted = answers.filter(({ status }) => status === 201).map(({ body }) => body);
    for (const refund of granted) await until(refund, 'succeeded');
    expect(await user.read(order.id)).toMatchObject({ state: 'partially_refunded', refundedFen: 9_000 });
  });

  test('whose refund is refused is refunded later, under the same number', async () => {
    const user = await TestUser.signIn(stack, host);
    const order = await user.pay(1_000);
    await fault(GATEWAYS[host], REFUND_CALLS[host], 'refuse', 2);
    const refund = await alice.refund(order.id, 400);
    await work();
    const refused = await user.read(order.id);
    expect(refused.refunds[0]).toMatchObject({ state: 'failed', text: expect.stringContaining('自动重试') });
    // Before its pause is over nobody asks again.
    expect(await work()).toMatchObject({ claimed: 0 });
    const done = await until(refund, 'succeeded');
    expect(done).toMatchObject({ failures: 2, outRefundNo: refund.outRefundNo });
  });

  test('whose refund is refused again and again is handed to a person, who lets it be tried again', async () => {
    const user = await TestUser.signIn(stack, host);
    const order = await user.pay(1_000);
    await fault(GATEWAYS[host], REFUND_CALLS[host], 'refuse', REFUND_FAILURES_MAX);
    const refund = await alice.refund(order.id);
    for (let tries = 0; tries < REFUND_FAILURES_MAX; tries += 1) {
      await work();
      clockOffsetMs += 7 * 3_600_000;
    }
    clockOffsetMs = 0;
    const { body: listed } = await bob.send<OperatorRefundList>('/v1/operator/refunds?state=needs_review');
    expect(listed.items.map(({ id }) => id)).toContain(refund.id);
    expect((await user.read(order.id)).refunds[0]?.text).toContain('工作人员正在处理');
    const body = { reason: '账户已充值' };
    const retried = await bob.send<OperatorRefund>(`/v1/operator/refunds/${refund.id}/retry`, { body });
    expect([retried.status, retried.body.state]).toEqual([200, 'processing']);
    const done = await until(refund, 'succeeded');
    expect(done.outRefundNo).toBe(refund.outRefundNo);
    const { history } = await bob.refundsOf(order.id);
    expect(history.find(({ reason }) => reason === 'refund_retried')).toMatchObject({
      operator: 'bob',
      note: '账户已充值',
    });
  });

  test('whose gateway took a refund without answering is not refunded twice', async () => {
    const user = await TestUser.signIn(stack, host);
    const order = await user.pay(1_000);
    await fault(GATEWAYS[host], REFUND_CALLS[host], 'error_after_commit', 2);
    const refund = await alice.refund(order.id, 600);
    await until(refund, 'succeeded');
    const state = (await control(stack, 'state')) as Record<string, { refunds: { refundFen: number }[] }[]>;
    const moved = state[GATEWAYS[host]]?.flatMap((payment) =>
      JSON.stringify(payment).includes(refund.outRefundNo) ? payment.refunds : [],
    );
    expect(moved?.map(({ refundFen }) => refundFen)).toEqual([600]);
  });

  test('paid twice while it is refunded returns both, each once', async () => {
    const user = await TestUser.signIn(stack, host);
    const order = await user.order(2_000);
    const attempt = await user.attempt(order.id);
    const code = await user.attempt(order.id, host === 'weapp' ? 'alipay' : 'wechat');
    // The first attempt was ended for the second; it is paid all the same, as if the close had been forged.
    if (code.invocation?.kind !== 'handoff') throw new Error('no code');
    const other = host === 'weapp' ? 'alipay' : 'weapp';
    const { codeUrl } = code.invocation;
    await control(stack, 'pay-code', { codeUrl, host: other, user: 'friend', password: '123456' });
    await user.until(order.id, 'paid');
    const [refund] = await Promise.all([
      alice.refund(order.id),
      recordPayment(stack.db, {
        attemptId: attempt.id,
        transactionId: `late-${attempt.id}`,
        totalFen: attempt.totalFen,
        succeededAt: new Date(),
        source: 'query',
        now: new Date(),
      }),
    ]);
    await until(refund, 'succeeded');
    const { refunds, state } = await user.read(order.id);
    expect(state).toBe('refunded');
    expect(refunds.map(({ kind }) => kind).sort()).toEqual(['order', 'surplus']);
  });
});

describe('a refund that WeChat Pay gives up', () => {
  test('is settled by hand once the gateway is sure not to return it', async () => {
    const user = await TestUser.signIn(stack, 'weapp');
    const order = await user.pay(60_000);
    await fault('wechatpay', 'refund', 'closed');
    const refund = await until(await alice.refund(order.id), 'needs_review');
    const settle = (body: object, id = refund.id) =>
      bob.send<OperatorRefund>(`/v1/operator/refunds/${id}/settle`, { body });
    const settled = await settle({ reason: '已银行转账', returnedBy: 'person' });
    expect([settled.status, settled.body.state, settled.body.returnedBy]).toEqual([
      200,
      'succeeded',
      'person',
    ]);
    const told = await user.read(order.id);
    expect(told.state).toBe('refunded');
    expect(told.refunds[0]?.text).toBe('已由工作人员通过其他方式退回');
    const again = await bob.send(`/v1/operator/refunds/${refund.id}/settle`, {
      body: { reason: '再次', returnedBy: 'person' },
    });
    expect([again.status, again.body.code]).toEqual([409, 'refund_not_in_review']);
    const { history } = await bob.refundsOf(order.id);
    expect(history.at(-1)).toMatchObject({ to: 'succeeded', operator: 'bob', note: '已银行转账' });
  });

  test('is finished by its notification once it was repaired in the console', async () => {
    const user = await TestUser.signIn(stack, 'weapp');
    const order = await user.pay(1_000);
    await fault('wechatpay', 'refund', 'abnormal');
    const refund = await until(await alice.refund(order.id), 'needs_review');
    await control(stack, 'repair-refund', { outRefundNo: refund.outRefundNo });
    await user.until(order.id, 'refunded');
    expect((await user.read(order.id)).refunds[0]?.state).toBe('succeeded');
  });

  test('is not paid by hand while the gateway is returning it after all', async () => {
    const user = await TestUser.signIn(stack, 'weapp');
    const order = await user.pay(1_000);
    await fault('wechatpay', 'refund', 'abnormal');
    const refund = await until(await alice.refund(order.id), 'needs_review');
    await fault('wechatpay', 'notify', 'drop', 20);
    await control(stack, 'time-scale', { scale: 1 });
    await control(stack, 'repair-refund', { outRefundNo: refund.outRefundNo });
    const settled = await bob.send(`/v1/operator/refunds/${refund.id}/settle`, {
      body: { reason: '转账', returnedBy: 'person' },
    });
    await control(stack, 'time-scale', { scale: 0.0001 });
    expect([settled.status, settled.body.code]).toEqual([409, 'refund_still_possible']);
  });
});

describe('a refund is refused', () => {
  let order: OrderDetail;
  beforeAll(async () => {
    order = await (await TestUser.signIn(stack, 'alipay')).pay(1_000);
  });
  const refuse = async (status: number, code: string, path: string, body: object, key?: string | null) => {
    const answer = await alice.send(path, { body, ...(key !== undefined && { key }) });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await alice.refundsOf(order.id)).items).toEqual([]);
  };

  test.each<[number, string, object]>([
    [409, 'refund_too_large', { amountFen: 1_001 }],
    [400, 'amount_too_small', { amountFen: 0 }],
    [400, 'amount_too_small', { amountFen: -5 }],
    [400, 'amount_invalid', { amountFen: 1.5 }],
    [400, 'amount_too_large', { amountFen: 1e12 }],
    [400, 'invalid_request', { amountFen: '5' }],
    [400, 'invalid_request', { reason: '' }],
    [400, 'invalid_request', { reason: 'x'.repeat(61) }],
    [400, 'invalid_request', { reason: 'a\u0000b' }],
    [400, 'invalid_request', { surprise: true }],
  ])('%i %s: %j', async (status, code, body) => {
    await refuse(status, code, `/v1/operator/orders/${order.id}/refunds`, { reason: 'r', ...body });
  });
  test('of an order that is unknown or unpaid', async () => {
    const unpaid = await (await TestUser.signIn(stack, 'weapp')).order(100);
    const body = { reason: 'r' };
    await refuse(409, 'order_not_paid', `/v1/operator/orders/${unpaid.id}/refunds`, body);
    await refuse(404, 'order_not_found', `/v1/operator/orders/${randomUUID()}/refunds`, body);
    await refuse(404, 'order_not_found', `/v1/operator/orders/nonsense/refunds`, body);
    await refuse(404, 'refund_not_found', `/v1/operator/refunds/${randomUUID()}/retry`, body);
    await refuse(400, 'invalid_request', `/v1/operator/refunds/${randomUUID()}/settle`, body);
    await refuse(400, 'idempotency_key_missing', `/v1/operator/orders/${order.id}/refunds`, body, null);
  });
  test('to users and strangers', async () => {
    const path = `/v1/operator/orders/${order.id}/refunds`;
    const user = await TestUser.signIn(stack, 'weapp');
    const asked = [
      await user.send(path, { body: { reason: 'r' } }),
      await alice.send(path, { body: { reason: 'r' }, token: 'x'.repeat(40) }),
    ];
    expect(asked.map(({ status, body }) => [status, body.code])).toEqual([
      [401, 'unauthenticated'],
      [401, 'unauthenticated'],
    ]);
  });
});

test("an operator's key makes one refund, and another operator's same key another", async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  const order = await user.pay(1_000);
  const key = randomUUID();
  const path = `/v1/operator/orders/${order.id}/refunds`;
  const body = { amountFen: 100, reason: '缺货' };
  const press = (operator: TestOperator, change = {}) =>
    operator.send<OperatorRefund>(path, { body: { ...body, ...change }, key });
  const first = await press(alice);
  expect((await press(alice)).body).toEqual(first.body);
  expect((await press(alice, { amountFen: 200 })).status).toBe(422);
  expect((await press(bob)).body.id).not.toBe(first.body.id);
  expect((await alice.refundsOf(order.id)).items).toHaveLength(2);
});
