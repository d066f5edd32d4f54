import { setTimeout as sleep } from 'node:timers/promises';

import type { Account, DeadLetter, DeadLetterList, Host, MessageList } from '../../cloud/contract/types';
import { createApp } from '../../cloud/functions/app';
import { runJob } from '../../cloud/functions/job/jobs';
import { claimOutbox, closeOrder, completeOutbox } from '../../cloud/store';
import { control, TestUser } from '../support/client';
import { TestOperator } from '../support/operator';
import { publishAll, startStack, type Stack } from '../support/stack';

let stack: Stack;
let alice: TestOperator;
let clockOffsetMs = 0;

beforeAll(async () => {
  stack = await startStack({
    notifyTimeScale: 0.0001,
    parts: { now: () => new Date(Date.now() + clockOffsetMs) },
  });
  alice = new TestOperator(stack);
});
beforeEach(() => drain());
afterEach(async () => {
  clockOffsetMs = 0;
  await control(stack, 'faults', undefined, 'DELETE');
});
afterAll(async () => {
  expect(stack.logs.filter((line) => line.event === 'unexpected_error')).toEqual([]);
  await stack.close();
});

interface State {
  readonly messages: { host: Host; openId: string; templateId: string; page: string; values: object }[];
  readonly shipments: { outTradeNo: string; openId: string; uploads: number }[];
  readonly wechatpay: { terms: { outTradeNo: string }; payerOpenId: string }[];
}
const state = async () => (await control(stack, 'state')) as unknown as State;
const publish = () => runJob(stack.deps, 'publish-events');
const fault = (gateway: string, operation: string, kind: string, times = 1) =>
  control(stack, 'faults', { gateway, operation, fault: { kind, times, delayMs: 10_000 } });
const allow = (user: TestUser, templateId: string, times = 1) =>
  control(stack, 'subscriptions', { host: user.host, user: user.name, templateId, times });

/** Delivers what earlier tests left, so that each sees its own events alone. */
const drain = (): Promise<void> => publishAll(stack);

/** The notices that a host showed of one order. */
const noticesOf = async (orderId: string) =>
  (await state()).messages.filter(({ page }) => page === `pages/order/index?id=${orderId}`);

const messagesOf = async (user: TestUser, language = 'zh-CN') =>
  (await user.send<MessageList>('/v1/messages', { language })).body;

async function eventOf(orderId: string) {
  const { id } = await stack.db
    .selectFrom('outbox')
    .select('id')
    .where('completedAt', 'is', null)
    .where((eb) => eb.cast<string>('payload', 'text'), 'like', `%${orderId}%`)
    .executeTakeFirstOrThrow();
  return id;
}

describe.each<Host>(['weapp', 'alipay'])('a user inside %s', (host) => {
  test('is told of a payment in the app and, where allowed, by the host', async () => {
    const user = await TestUser.signIn(stack, host);
    // The app asks for what the API names.
    const { noticeTemplates } = (await user.send<Account>('/v1/me')).body;
    expect(noticeTemplates).toEqual(['sandbox-paid', 'sandbox-refunded', 'sandbox-locked']);
    await allow(user, String(noticeTemplates[0]));
    const order = await user.pay(128_000);
    expect(await publish()).toMatchObject({ published: 1, failed: 0, dead: 0 });
    expect((await messagesOf(user)).items).toMatchObject([
      { kind: 'paid', orderId: order.id, title: '支付成功', amountFen: order.totalFen },
    ]);
    expect((await messagesOf(user, 'en')).items[0]?.text).toBe(`¥1280.78 paid to ${order.merchant.name}`);
    const [notice, ...more] = await noticesOf(order.id);
    expect(more).toEqual([]);
    expect(Object.values(notice?.values ?? {})).toEqual(
      expect.arrayContaining([order.merchant.name, '¥1280.78', order.orderNumber]),
    );
  });

  test('is asked for no notices where none are set up', async () => {
    const user = await TestUser.signIn(stack, host);
    const settings = { ...stack.deps.settings, notices: { weapp: {}, alipay: {} } };
    const answer = await createApp({ ...stack.deps, settings }).request('/v1/me', {
      headers: { authorization: `Bearer ${user.session.accessToken}` },
    });
    expect(await answer.json()).toMatchObject({ noticeTemplates: [] });
  });

  test('who allows no notices is told in the app alone', async () => {
    const user = await TestUser.signIn(stack, host);
    const order = await user.pay(1_000);
    expect(await publish()).toMatchObject({ published: 1, failed: 0 });
    expect(await noticesOf(order.id)).toEqual([]);
    expect((await messagesOf(user)).items).toHaveLength(1);
  });

  test('is told of a refund once the money is back', async () => {
    const user = await TestUser.signIn(stack, host);
    await allow(user, 'sandbox-refunded');
    const order = await user.pay(1_000);
    await alice.refund(order.id, 300);
    await drain();
    expect((await messagesOf(user)).items.map(({ kind }) => kind)).toEqual(['paid']);
    for (let round = 0; (await user.read(order.id)).state === 'paid' && round < 20; round += 1) {
      await runJob(stack.deps, 'send-requested-refunds');
      await sleep(20);
      clockOffsetMs += 30_000;
    }
    clockOffsetMs = 0;
    await drain();
    expect((await messagesOf(user)).items.map(({ kind, amountFen }) => [kind, amountFen])).toEqual([
      ['refunded', 300],
      ['paid', 1_000],
    ]);
    expect((await noticesOf(order.id)).map(({ values }) => Object.values(values))).toEqual([
      expect.arrayContaining(['退款成功', '¥3.00']),
    ]);
  });

  test('is told that an order was closed', async () => {
    const user = await TestUser.signIn(stack, host);
    const order = await user.order(1_000);
    await closeOrder(stack.db, { orderId: order.id, reason: 'expired', actor: 'system', now: new Date() });
    await drain();
    expect((await messagesOf(user)).items).toMatchObject([{ kind: 'closed', orderId: order.id }]);
  });

  test('sees own messages only, page by page', async () => {
    const [user, stranger] = [await TestUser.signIn(stack, host), await TestUser.signIn(stack, host)];
    for (let count = 0; count < 3; count += 1) await user.pay(100);
    await drain();
    const first = (await user.send<MessageList>('/v1/messages?limit=2')).body;
    expect(first.items).toHaveLength(2);
    const rest = (await user.send<MessageList>(`/v1/messages?limit=2&cursor=${first.nextCursor}`)).body;
    expect([rest.items.length, rest.nextCursor]).toEqual([1, null]);
    expect((await messagesOf(stranger)).items).toEqual([]);
    const strange = await user.send('/v1/messages?cursor=bm90aGluZw');
    expect([strange.status, strange.body.code]).toEqual([400, 'cursor_invalid']);
  });
});

test('WeChat is told that what was paid for through it is delivered, whoever paid', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  await user.pay(1_000);
  const friend = await TestUser.signIn(stack, 'alipay');
  const handedOff = await friend.order(2_000);
  const attempt = await friend.attempt(handedOff.id, 'wechat');
  if (attempt.invocation?.kind !== 'handoff') throw new Error('no code');
  const { codeUrl } = attempt.invocation;
  await control(stack, 'pay-code', { codeUrl, host: 'weapp', user: 'payer', password: '123456' });
  await friend.until(handedOff.id, 'paid');
  const shippedBefore = (await state()).shipments.length;
  expect(await publish()).toMatchObject({ published: 2 });
  const { shipments, wechatpay } = await state();
  expect(shipments.length - shippedBefore).toBe(2);
  const shipment = shipments.find(({ outTradeNo }) => outTradeNo === attempt.id.replaceAll('-', ''));
  const payment = wechatpay.find(({ terms }) => terms.outTradeNo === shipment?.outTradeNo);
  expect(shipment?.openId).toBe(payment?.payerOpenId);
});

test('an effect that fails is tried again alone', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  await allow(user, 'sandbox-paid', 5);
  const order = await user.pay(1_000);
  await fault('wechat', 'upload_shipping_info', 'http_500', 2);
  expect(await publish()).toMatchObject({ published: 0, failed: 1 });
  expect(await publish()).toMatchObject({ claimed: 0 });
  clockOffsetMs = 60_000;
  expect(await publish()).toMatchObject({ failed: 1 });
  clockOffsetMs = 120_000;
  expect(await publish()).toMatchObject({ published: 1 });
  clockOffsetMs = 0;
  expect(await noticesOf(order.id)).toHaveLength(1);
  expect((await messagesOf(user)).items).toHaveLength(1);
});

test('a crash after delivery and before its mark repeats nothing that was noted', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  await allow(user, 'sandbox-paid', 5);
  const order = await user.pay(1_000);
  // The worker that has the event dies when it is about to mark it.
  const dying = new Error('the process is gone');
  const doomed: Stack['deps'] = {
    ...stack.deps,
    log: (level, event, fields) => {
      stack.deps.log(level, event, fields);
      if (event === 'order.paid') throw dying;
    },
  };
  await expect(runJob(doomed, 'publish-events')).rejects.toBe(dying);
  expect(await noticesOf(order.id)).toHaveLength(1);
  // Its lease keeps the others away until it has run out.
  expect(await publish()).toMatchObject({ claimed: 0 });
  clockOffsetMs = 181_000;
  expect(await publish()).toMatchObject({ published: 1 });
  clockOffsetMs = 0;
  expect(await noticesOf(order.id)).toHaveLength(1);
  expect((await messagesOf(user)).items).toHaveLength(1);
});

test('many workers at once deliver each event once', async () => {
  const user = await TestUser.signIn(stack, 'alipay');
  await allow(user, 'sandbox-paid', 50);
  for (let count = 0; count < 12; count += 1) await user.pay(100);
  const reports = await Promise.all(Array.from({ length: 6 }, publish));
  expect(reports.reduce((sum, { published = 0 }) => sum + published, 0)).toBe(12);
  const { items } = await messagesOf(user);
  expect(new Set(items.map(({ orderId }) => orderId)).size).toBe(12);
  for (const { orderId } of items) expect(await noticesOf(orderId ?? '')).toHaveLength(1);
});

test('a token that WeChat no longer takes is replaced, once for all callers', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  await allow(user, 'sandbox-paid', 2);
  await user.pay(1_000);
  await publish();
  await control(stack, 'revoke-token', {});
  const order = await user.pay(1_000);
  expect(await publish()).toMatchObject({ published: 1 });
  expect(await noticesOf(order.id)).toHaveLength(1);
});

describe('a dead letter', () => {
  test('is seen by operators and delivered once its cause is gone', async () => {
    const user = await TestUser.signIn(stack, 'weapp');
    const order = await user.pay(1_000);
    await fault('wechat', 'upload_shipping_info', 'http_500', 12);
    const id = await eventOf(order.id);
    for (let tries = 0; tries < 12; tries += 1) {
      await publish();
      clockOffsetMs += 2 * 3_600_000;
    }
    clockOffsetMs = 0;
    const { body } = await alice.send<DeadLetterList>('/v1/operator/dead-letters');
    expect(body.items.find((letter) => letter.id === id)).toMatchObject({
      type: 'order.paid',
      attempts: 12,
      delivered: ['message', 'points', 'notice'],
      lastError: expect.stringContaining('HTTP_500'),
    });
    expect(stack.logs.some(({ event, level }) => event === 'dead_letter' && level === 'error')).toBe(true);
    const path = `/v1/operator/dead-letters/${id}/replay`;
    const replayed = await alice.send<DeadLetter>(path, { body: {} });
    expect([replayed.status, replayed.body.deadAt]).toEqual([200, null]);
    expect(await publish()).toMatchObject({ published: 1 });
    expect((await messagesOf(user)).items).toHaveLength(1);
    const again = await alice.send(path, { body: {} });
    expect([again.status, again.body.code]).toEqual([404, 'dead_letter_not_found']);
  });

  test('is what nobody knows what to do with, at once', async () => {
    const id = '01900000-0000-7000-8000-00000000dead';
    const now = new Date();
    await stack.db
      .insertInto('outbox')
      .values({ id, type: 'moon.full', payload: '{"type":"moon.full"}', createdAt: now, nextAt: now })
      .execute();
    expect(await publish()).toMatchObject({ dead: 1 });
    await completeOutbox(stack.db, { id, now });
    expect(await claimOutbox(stack.db, { limit: 10, now, leaseMs: 1 })).toEqual([]);
  });
});
