import type {
  MessageList,
  OrderDetail,
  PointsOverview,
  PointsStatement,
  Problem,
  Quote,
} from '../../cloud/contract/types';
import { runJob } from '../../cloud/functions/job/jobs';
import { SEED_LINKS } from '../../cloud/store';
import { TestUser } from '../support/client';
import { brokenInvariants } from '../support/invariants';
import { TestOperator } from '../support/operator';
import { startStack, type Stack } from '../support/stack';

let stack: Stack;
let alice: TestOperator;
let clockOffsetMs = 0;
const DAY_MS = 86_400_000;

beforeAll(async () => {
  stack = await startStack({
    notifyTimeScale: 0.0001,
    parts: { now: () => new Date(Date.now() + clockOffsetMs) },
  });
  alice = new TestOperator(stack, 'alice');
});
afterEach(async () => {
  clockOffsetMs = 0;
  expect(await brokenInvariants(stack.db)).toEqual([]);
});
afterAll(async () => {
  expect(stack.logs.filter((line) => line.event === 'unexpected_error')).toEqual([]);
  await stack.close();
});

/** Works off what is due so many days from now; sessions live on the real clock. */
async function work(days: number): Promise<void> {
  clockOffsetMs = days * DAY_MS;
  for (const job of ['publish-events', 'settle-points', 'send-requested-refunds'] as const) {
    await runJob(stack.deps, job);
  }
  clockOffsetMs = 0;
}

/** Delivers what is to be told and then lets the refund window end. */
async function released(): Promise<void> {
  for (let rounds = 0; rounds < 4; rounds += 1) await work(0);
  await work(7.1);
}

const overview = async (user: TestUser, language = 'zh-CN'): Promise<PointsOverview> =>
  (await user.send<PointsOverview>('/v1/points', { language })).body;
const quoted = (user: TestUser, amountFen: number, redeemPoints: boolean) =>
  user.send<Quote>('/v1/quotes', {
    body: { payee: { linkCode: SEED_LINKS.openAmount }, amountFen, redeemPoints },
  });
const ordered = <Body = OrderDetail>(user: TestUser, { quote }: Quote) =>
  user.send<Body>('/v1/orders', { body: { quote, method: user.method } });

describe.each(['weapp', 'alipay'] as const)('points inside %s', (host) => {
  test('are earned, pay a part of the next order, and come back with its refund', async () => {
    const user = await TestUser.signIn(stack, host);
    await user.pay(30_000);
    await work(0);
    expect(await overview(user)).toMatchObject({
      available: 0,
      pending: 300,
      pendingDays: 7,
      expiring: null,
    });
    expect((await quoted(user, 2_000, true)).body).toMatchObject({
      points: { available: 0, redeemable: null, redeemed: false },
      methods: [{ totalFen: 2_000 }, { totalFen: 2_000 }],
    });
    await released();
    expect(await overview(user)).toMatchObject({
      available: 300,
      pending: 0,
      tier: { current: 'standard', yearlyPoints: 300, next: { tier: 'silver', pointsMissing: 1_700 } },
    });

    const offered = await quoted(user, 2_000, false);
    const offer = { points: 300, savesFen: 300 };
    expect(offered.body).toMatchObject({ points: { redeemable: offer, redeemed: false } });
    expect(offered.body.methods.every(({ totalFen }) => totalFen === 2_000)).toBe(true);
    const { body: quote } = await quoted(user, 2_000, true);
    expect(quote).toMatchObject({ points: { available: 300, redeemable: offer, redeemed: true } });
    for (const price of quote.methods) {
      expect(price).toMatchObject({
        totalFen: 1_700,
        pointsRedeemed: 300,
        pointsRedeemedFen: 300,
        points: 17,
      });
      expect(price.lines.at(-1)).toMatchObject({
        kind: 'points_redeemed',
        amountFen: -300,
        text: '使用 300 积分抵扣',
        details: ['每 100 积分抵 1 元'],
      });
    }
    const { body: order } = await ordered(user, quote);
    expect(order).toMatchObject({ totalFen: 1_700, pointsRedeemed: 300 });
    expect((await overview(user)).available).toBe(0);
    await user.decide(await user.attempt(order.id));
    await user.until(order.id, 'paid');

    await alice.refund(order.id);
    await work(0);
    await user.until(order.id, 'refunded');
    expect(await user.read(order.id)).toMatchObject({
      refundedFen: 1_700,
      refunds: [{ pointsRedeemed: 300 }],
    });
    expect(await overview(user)).toMatchObject({ available: 300, pending: 0, owed: 0 });
    const { body: statement } = await user.send<PointsStatement>('/v1/points/statement');
    // Released in a week: before what was done since, as the clock of this test went back.
    expect(statement.items.map(({ text, available, pending }) => [text, available, pending])).toEqual([
      [expect.stringContaining('可以使用'), 300, -300],
      [expect.stringContaining('退款'), 300, -17],
      [expect.stringContaining('使用积分抵扣'), -300, 17],
      [expect.stringContaining('付款'), 0, 300],
    ]);
  });

  test('are held by an order until it is cancelled, and nobody orders with them meanwhile', async () => {
    const user = await TestUser.signIn(stack, host);
    await user.pay(20_000);
    await released();
    const quotes = await Promise.all(Array.from({ length: 5 }, () => quoted(user, 1_000, true)));
    const answers = await Promise.all(quotes.map(({ body }) => ordered<OrderDetail & Problem>(user, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('quote_expired');
    const placed = answers.find(({ status }) => status === 201)?.body.id ?? '';
    await user.attempt(placed);
    expect((await user.send<OrderDetail>(`/v1/orders/${placed}/cancel`, { body: {} })).status).toBe(200);
    expect((await overview(user)).available).toBe(200);
  });

  test('expire after a year, of which their user is told once before', async () => {
    const user = await TestUser.signIn(stack, host);
    await user.pay(15_000);
    await released();
    expect((await overview(user, 'en')).rules[2]).toBe(
      '100 points are worth ¥1: from 100 points, up to 50% of the amount',
    );
    await work(7 + 358.5);
    for (let rounds = 0; rounds < 3; rounds += 1) await work(7 + 358.5);
    const { body: told } = await user.send<MessageList>('/v1/messages');
    expect(told.items.filter(({ kind }) => kind === 'points_expiring')).toMatchObject([
      { orderId: null, amountFen: null, text: '你有 150 积分即将到期，请尽快使用' },
    ]);
    await work(366 + 7);
    expect(await overview(user)).toMatchObject({ available: 0, pending: 0, owed: 0 });
  });
});

test('a page of the statement that nobody made is refused', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  const answer = await user.send('/v1/points/statement?cursor=abc');
  expect([answer.status, answer.body.code]).toEqual([400, 'cursor_invalid']);
});
