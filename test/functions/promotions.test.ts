import { paths } from '../../cloud/contract/paths';
import type {
  OperatorPromotionDetail,
  OperatorPromotionList,
  OrderDetail,
  Problem,
  PromotionRehearsal,
  Quote,
  UserPromotionList,
} from '../../cloud/contract/types';
import type { PaymentMethod, PromotionTerms } from '../../cloud/domain';
import { runJob } from '../../cloud/functions/job/jobs';
import { SEED_LINKS } from '../../cloud/store';
import { TestUser, type Answer } from '../support/client';
import { brokenInvariants } from '../support/invariants';
import { TestOperator } from '../support/operator';
import { asTermsInput, promotionTerms } from '../support/promotions';
import { OPERATORS_BY_ROLE, startStack, SUPPORT_TOKEN, type Stack } from '../support/stack';
import { newAttempt, payAttempt } from '../support/store';

let stack: Stack;
// A Tuesday noon in Shanghai.
let now = new Date('2026-11-24T04:00:00.000Z');
const pass = (ms: number): void => {
  now = new Date(now.getTime() + ms);
};
const alice = () => new TestOperator(stack, 'alice');
const bob = () => new TestOperator(stack, 'bob');
const act = <Body = OperatorPromotionDetail>(
  by: TestOperator,
  id: string,
  action: string,
  body: object = {},
): Promise<Answer<Body>> =>
  by.send<Body>(`${paths.operatorPromotion(id)}/${action}`, { body: { note: 'because', ...body } });

beforeAll(async () => {
  stack = await startStack({
    payoutGateways: ['wechatpay', 'alipay'],
    parts: { now: () => now },
    environment: { OPERATORS: OPERATORS_BY_ROLE },
  });
});
afterAll(async () => {
  expect(stack.logs.filter((line) => line.event === 'unexpected_error')).toEqual([]);
  expect(await brokenInvariants(stack.db)).toEqual([]);
  await stack.close();
});

async function draft(parts: Partial<PromotionTerms> = {}): Promise<OperatorPromotionDetail> {
  const body = { terms: asTermsInput(promotionTerms(parts)), note: 'for december' };
  const created = await alice().send<OperatorPromotionDetail>(paths.operatorPromotions, { body });
  expect(created.status).toBe(201);
  return created.body;
}

const hashOf = (detail: OperatorPromotionDetail): string => detail.versions.at(-1)?.contentHash ?? '';

/** Takes a promotion from its draft to being live. */
async function goLive(parts: Partial<PromotionTerms> = {}): Promise<string> {
  const created = await draft(parts);
  const id = created.promotionId;
  expect((await act(alice(), id, 'submit')).status).toBe(200);
  const approved = await act(bob(), id, 'approve', { contentHash: hashOf(created) });
  expect([approved.status, approved.body.versions[0]?.standing]).toEqual([200, 'scheduled']);
  pass(2_000);
  return id;
}
const stop = async (id: string): Promise<void> => {
  expect((await act(bob(), id, 'stop')).status).toBe(200);
};

async function quote(user: TestUser, amountFen: number, couponCode?: string): Promise<Quote> {
  const body = {
    payee: { linkCode: SEED_LINKS.openAmount },
    amountFen,
    ...(couponCode !== undefined && { couponCode }),
  };
  const answer = await user.send<Quote>('/v1/quotes', { body });
  expect(answer.status).toBe(201);
  return answer.body;
}
const place = (user: TestUser, { quote: token }: Quote) =>
  user.send<OrderDetail & Problem>('/v1/orders', { body: { quote: token, method: user.method } });

/** Pays an order, as its gateway tells of it. */
async function settle(orderId: string, method: PaymentMethod): Promise<void> {
  const attempt = await newAttempt(stack.db, orderId, method, now);
  expect(await payAttempt(stack.db, attempt)).toEqual({ outcome: 'applied' });
}

describe('a payment with promotions', () => {
  test('is charged what it was quoted, each line with its reason, and pays the merchant in full', async () => {
    const waiver = await goLive({
      title: { 'zh-CN': '免手续费周', en: 'No-fee week' },
      benefit: { kind: 'fee_waiver', fixed: 0, ratePpm: 1_000_000, max: null },
    });
    const discount = await goLive({
      title: { 'zh-CN': '满百减', en: 'Ten off' },
      benefit: { kind: 'discount', fixed: 0, ratePpm: 100_000, max: 1_000 },
      when: { methods: ['wechat'], amountFenMin: 10_000 },
    });
    const user = await TestUser.signIn(stack, 'weapp');
    const quoted = await quote(user, 100_000);
    const [wechat, alipay] = quoted.methods;
    expect(wechat).toMatchObject({ feeFen: 50, feeWaivedFen: 50, discountFen: 1_000, totalFen: 99_000 });
    expect(alipay).toMatchObject({ feeFen: 50, feeWaivedFen: 50, discountFen: 0, totalFen: 100_000 });
    const told = wechat?.lines
      .slice(2)
      .map(({ kind, amountFen, text, rule }) => [kind, amountFen, text, rule?.id]);
    expect(told).toEqual([
      ['fee_waived', -50, '免手续费周：免手续费', waiver],
      ['discount', -1_000, '满百减：立减 10%，最多 10 元', discount],
    ]);
    expect(wechat?.lines[3]?.details).toEqual([
      '1000 元 × 10% = 100 元，不足的舍去',
      '超过上限，按 10 元计',
      '依据活动「满百减」第 1 版',
    ]);
    const ordered = await place(user, quoted);
    expect([ordered.status, ordered.body.totalFen]).toEqual([201, 99_000]);
    await settle(ordered.body.id, 'wechat');
    expect(await user.read(ordered.body.id)).toMatchObject({
      state: 'paid',
      totalFen: 99_000,
      discountFen: 1_000,
    });
    await stop(waiver);
    await stop(discount);
  });

  test('earns cashback and more points, which the quote tells', async () => {
    const back = await goLive({
      title: { 'zh-CN': '返现', en: 'Cash back' },
      benefit: { kind: 'cashback', fixed: 0, ratePpm: 20_000, max: null },
    });
    const points = await goLive({ benefit: { kind: 'bonus_points', fixed: 30, ratePpm: 0, max: null } });
    const user = await TestUser.signIn(stack, 'alipay');
    const quoted = await quote(user, 10_000);
    expect(quoted.methods[1]).toMatchObject({
      totalFen: 10_000,
      points: 130,
      rewards: [
        { kind: 'cashback', amount: 200, text: '返现：返现 2%' },
        { kind: 'bonus_points', amount: 30 },
      ],
    });
    const ordered = await place(user, quoted);
    await settle(ordered.body.id, 'alipay');
    const owed = await stack.db
      .selectFrom('cashbacks')
      .select(['owedFen', 'state'])
      .where('orderId', '=', ordered.body.id)
      .execute();
    expect(owed).toEqual([{ owedFen: 200, state: 'waiting' }]);
    await stop(back);
    await stop(points);
  });

  test('that was stopped or used up since it was quoted is asked for anew, never at another price', async () => {
    const benefit = { kind: 'discount', fixed: 500, ratePpm: 0, max: null } as const;
    const limits = { timesPerUser: null, timesPerUserDay: null, budgetFen: 500, budgetTimes: null };
    const id = await goLive({ benefit, limits });
    const [one, other] = [await TestUser.signIn(stack, 'weapp'), await TestUser.signIn(stack, 'weapp')];
    const quotes = [await quote(one, 2_000), await quote(other, 2_000)] as const;
    expect(quotes.map(({ methods }) => methods[0]?.totalFen)).toEqual([1_500, 1_500]);
    expect((await place(one, quotes[0])).body.totalFen).toBe(1_500);
    const late = await place(other, quotes[1]);
    expect([late.status, late.body.code]).toEqual([409, 'quote_expired']);
    expect((await quote(other, 2_000)).methods[0]?.totalFen).toBe(2_000);
    await stop(id);
    const again = await goLive({ benefit });
    const stopped = await quote(other, 2_000);
    await stop(again);
    expect((await place(other, stopped)).body.code).toBe('quote_expired');
  });

  test('takes a code as it is entered and tells what became of it', async () => {
    const id = await goLive({
      when: { couponCode: 'TEA2026', amountFenMin: 1_000 },
      limits: { timesPerUser: 1, timesPerUserDay: null, budgetFen: 10_000, budgetTimes: null },
    });
    const user = await TestUser.signIn(stack, 'weapp');
    const outcome = async (amountFen: number, code?: string) => (await quote(user, amountFen, code)).coupon;
    expect(await outcome(2_000)).toBeNull();
    expect(await outcome(2_000, 'nothing')).toEqual({ outcome: 'unknown', text: '优惠码无效或已结束' });
    expect((await outcome(900, 'TEA2026'))?.outcome).toBe('not_for_payment');
    const quoted = await quote(user, 2_000, ' tea 2026');
    expect([quoted.coupon?.outcome, quoted.methods[0]?.discountFen]).toEqual(['applied', 200]);
    expect((await place(user, quoted)).status).toBe(201);
    expect((await outcome(2_000, 'TEA2026'))?.outcome).toBe('used_up');
    const better = await goLive({
      benefit: { kind: 'discount', fixed: 900, ratePpm: 0, max: null },
      stacking: { group: null, alone: true, priority: 0 },
    });
    const fresh = await TestUser.signIn(stack, 'weapp');
    expect((await quote(fresh, 2_000, 'TEA2026')).coupon?.outcome).toBe('outdone');
    await stop(id);
    await stop(better);
  });
});

test('users see what runs, what it asks and what is left to them; what ended is shown last', async () => {
  const limits = { timesPerUser: 2, timesPerUserDay: 1, budgetFen: 10_000, budgetTimes: null };
  const id = await goLive({
    title: { 'zh-CN': '午餐立减', en: 'Lunch' },
    benefit: { kind: 'discount', fixed: 300, ratePpm: 0, max: null },
    when: { categories: ['food'], weekdays: [2, 3], hours: [{ from: 11, to: 14 }], amountFenMin: 1_000 },
    limits,
  });
  const ending = await goLive({ title: { 'zh-CN': '快闪', en: 'Flash' }, endsAtMs: now.getTime() + 60_000 });
  const coming = await goLive({
    title: { 'zh-CN': '周末', en: 'Weekend' },
    startsAtMs: now.getTime() + 86_400_000,
  });
  pass(60_000);
  const user = await TestUser.signIn(stack, 'weapp');
  const list = async (language = 'zh-CN') =>
    (await user.send<UserPromotionList>(paths.promotions, { language })).body.items;
  const mine = (await list()).filter((item) => [id, ending, coming].includes(item.id));
  expect(mine.map(({ title, state }) => [title, state])).toEqual([
    ['午餐立减', 'running'],
    ['周末', 'coming'],
    ['快闪', 'ended'],
  ]);
  expect(mine[0]).toMatchObject({
    benefit: '立减 3 元',
    conditions: ['满 10 元', '限餐饮美食商家', '周二、周三', '每天 11:00-14:00'],
    left: '今天还可用 1 次',
    needsCode: false,
  });
  expect((await list('en')).find((item) => item.id === id)).toMatchObject({
    benefit: '¥3 off',
    conditions: ['From ¥10', 'At merchants of Food', 'Tuesdays, Wednesdays', 'Daily 11:00-14:00'],
    left: '1 left for you today',
  });
  await place(user, await quote(user, 3_000));
  expect((await list()).find((item) => item.id === id)?.state).toBe('used');
  await stop(id);
  expect((await list()).find((item) => item.id === id)).toBeUndefined();
});

test('a draft is rehearsed over past orders, told by segment, and the trail says by whom', async () => {
  pass(1_000);
  const from = now.toISOString();
  const users = [await TestUser.signIn(stack, 'weapp'), await TestUser.signIn(stack, 'alipay')] as const;
  for (const [user, amountFen] of [
    [users[0], 2_000],
    [users[1], 4_000],
    [users[1], 1_000],
  ] as const) {
    pass(1_000);
    const ordered = await place(user, await quote(user, amountFen));
    await settle(ordered.body.id, user.method);
  }
  pass(1_000);
  const limits = { timesPerUser: 1, timesPerUserDay: null, budgetFen: 1_000, budgetTimes: null };
  const created = await draft({ limits });
  const id = created.promotionId;
  const rehearsals = `${paths.operatorPromotion(id)}/rehearsals`;
  const period = { from, to: now.toISOString() };
  const asked = await alice().send<PromotionRehearsal>(rehearsals, { body: period });
  expect([asked.status, asked.body.state, asked.body.contentHash]).toEqual([201, 'waiting', hashOf(created)]);
  await runJob(stack.deps, 'run-rehearsals');
  const done = await bob().send<PromotionRehearsal>(`${rehearsals}/${asked.body.id}`);
  expect(done.body).toMatchObject({
    promotionId: id,
    state: 'done',
    ordersTotal: 3,
    ordersDone: 3,
    report: {
      kind: 'discount',
      total: { orders: 3, amountFen: 7_000, granted: 2, given: 600, notForPayer: 1 },
      segments: { method: { wechat: { granted: 1, given: 200 }, alipay: { granted: 1, given: 400 } } },
      budget: { fenLeft: 400, timesLeft: null, returned: 0, ranOutAt: null },
    },
  });
  await alice().send(rehearsals, { body: period });
  await act(alice(), id, 'terms', {
    terms: asTermsInput(promotionTerms({ limits: { ...limits, budgetFen: 2 } })),
  });
  await runJob(stack.deps, 'run-rehearsals');
  const { body } = await alice().send<OperatorPromotionDetail>(paths.operatorPromotion(id));
  expect(body.rehearsals.map(({ state, failure }) => [state, failure])).toEqual([
    ['failed', 'rules_changed'],
    ['done', null],
  ]);
  expect(body.audit.map(({ action }) => action)).toEqual([
    'created',
    'rehearsal_requested',
    'rehearsal_requested',
    'edited',
  ]);
  expect(body.audit[1]?.note).toBe(`${period.from}/${period.to}`);
  const nobodys = paths.operatorPromotion('01900000-0000-7000-8000-00000000dead');
  const notFound = [
    await alice().send(`${nobodys}/rehearsals`, { body: period }),
    await alice().send(`${nobodys}/rehearsals/${asked.body.id}`),
    await alice().send(rehearsals, { body: { from: period.to, to: period.from } }),
  ];
  expect(notFound.map(({ body: { code } }) => code)).toEqual([
    'promotion_not_found',
    'rehearsal_not_found',
    'invalid_request',
  ]);
});

describe('operators', () => {
  test('hand in what is right, a second person lets it go live, and a change is a version of its own', async () => {
    const faulty = await draft({ limits: { ...promotionTerms().limits, budgetFen: null } });
    const id = faulty.promotionId;
    expect(faulty.versions[0]?.findings).toEqual([
      { kind: 'no_budget', text: '没有预算上限，总花费无法控制' },
    ]);
    const refused = await act<Problem>(alice(), id, 'submit');
    expect([refused.status, refused.body.code, refused.body.fields?.[0]?.path]).toEqual([
      409,
      'promotion_faulty',
      'terms.no_budget',
    ]);
    const mended = await act(alice(), id, 'terms', { terms: asTermsInput(promotionTerms()) });
    const contentHash = hashOf(mended.body);
    await act(alice(), id, 'submit');
    expect((await act<Problem>(alice(), id, 'approve', { contentHash })).body.code).toBe(
      'promotion_review_needs_second_person',
    );
    expect((await act<Problem>(bob(), id, 'stop')).body.code).toBe('promotion_not_live');
    expect((await act(bob(), id, 'approve', { contentHash })).status).toBe(200);
    pass(2_000);
    const second = await act(alice(), id, 'terms', {
      terms: asTermsInput(promotionTerms({ benefit: { kind: 'discount', fixed: 1, ratePpm: 0, max: null } })),
    });
    expect(second.body.versions.map(({ standing }) => standing)).toEqual(['live', 'draft']);
    await act(alice(), id, 'submit');
    await act(bob(), id, 'approve', { contentHash: hashOf(second.body) });
    pass(2_000);
    const user = await TestUser.signIn(stack, 'weapp');
    expect((await quote(user, 2_000)).methods[0]?.discountFen).toBe(1);
    const restored = await act(bob(), id, 'restore', { version: 1 });
    expect(restored.body.versions.map(({ standing }) => standing)).toEqual(['scheduled', 'live']);
    pass(2_000);
    expect((await quote(user, 2_000)).methods[0]?.discountFen).toBe(200);
    await stop(id);
    const { body } = await alice().send<OperatorPromotionDetail>(paths.operatorPromotion(id));
    expect(body.audit.map(({ action, actor }) => `${actor.replace('operator:', '')} ${action}`)).toEqual([
      'alice created',
      'alice edited',
      'alice submitted',
      'bob approved',
      'alice created',
      'alice submitted',
      'bob approved',
      'bob restored',
      'bob stopped',
    ]);
    expect(body.versions[0]).toMatchObject({ standing: 'replaced', left: { fen: 1_000_000, times: null } });
    const listed = await alice().send<OperatorPromotionList>(`${paths.operatorPromotions}?limit=1`);
    expect(listed.body.items[0]?.newest.version).toBeGreaterThan(0);
    expect(listed.body.nextCursor).not.toBeNull();
  });

  test('need the role, and terms that can be', async () => {
    const body = { terms: asTermsInput(promotionTerms()), note: 'n' };
    const carol = (path: string, sent?: object) => alice().send(path, { body: sent, token: SUPPORT_TOKEN });
    expect((await carol(paths.operatorPromotions, body)).body.code).toBe('operator_not_permitted');
    expect((await carol(paths.operatorPromotions)).status).toBe(200);
    const wrong = { ...body, terms: { ...body.terms, when: { weekdays: [8] } } };
    const refused = await alice().send(paths.operatorPromotions, { body: wrong });
    expect([refused.status, refused.body.code]).toEqual([400, 'invalid_request']);
    const unknown = await act<Problem>(bob(), '01900000-0000-7000-8000-00000000dead', 'stop');
    expect([unknown.status, unknown.body.code]).toEqual([404, 'promotion_not_found']);
  });
});
