import { randomUUID } from 'node:crypto';

import fc from 'fast-check';

import { paths } from '../../cloud/contract/paths';
import type { FeeRehearsal, FeeRuleSetDetail, Problem } from '../../cloud/contract/types';
import { runJob } from '../../cloud/functions/job/jobs';
import {
  accountId as accountName,
  compileFees,
  fen,
  paymentPosting,
  startRehearsal,
  type FeeRule,
  type PaymentMethod,
} from '../../cloud/domain';
import { recordPayment, SEED_LINKS } from '../../cloud/store';
import { readPastOrders } from '../../cloud/store/rehearsals';
import { TestUser, type Answer } from '../support/client';
import { asInput, feeRule } from '../support/fee-rules';
import { brokenInvariants } from '../support/invariants';
import { TestOperator } from '../support/operator';
import { OPERATORS_BY_ROLE, sha256, startStack, SUPPORT_TOKEN, type Stack } from '../support/stack';
import { newAttempt } from '../support/store';

const FIRST = '01900000-0000-7000-8000-0000000fee01';

let stack: Stack;
let now = new Date('2026-11-24T02:00:00.000Z');
const pass = (ms: number): void => {
  now = new Date(now.getTime() + ms);
};

const alice = () => new TestOperator(stack, 'alice');
const bob = () => new TestOperator(stack, 'bob');
type Sent<Body> = Promise<Answer<Body>>;
const act = <Body = FeeRuleSetDetail>(
  by: TestOperator,
  id: string,
  action: string,
  body: object,
): Sent<Body> =>
  by.send<Body>(`${paths.operatorFeeRuleSet(id)}/${action}`, { body: { note: 'because', ...body } });

beforeAll(async () => {
  stack = await startStack({
    parts: { now: () => now },
    environment: { OPERATORS: OPERATORS_BY_ROLE },
  });
});
afterAll(async () => {
  expect(stack.logs.filter((line) => line.event === 'unexpected_error')).toEqual([]);
  expect(await brokenInvariants(stack.db)).toEqual([]);
  await stack.close();
});

async function draft(...rules: readonly FeeRule[]): Promise<FeeRuleSetDetail> {
  const body = { name: '双十二', rules: rules.map(asInput), note: 'for december' };
  const created = await alice().send<FeeRuleSetDetail>(paths.operatorFeeRuleSets, { body });
  expect(created.status).toBe(201);
  return created.body;
}

/** Runs a set over the orders of the last days; the finished rehearsal. */
async function rehearsed(id: string): Promise<FeeRehearsal> {
  const asked = await act<FeeRehearsal>(alice(), id, 'rehearsals', {
    note: undefined,
    from: new Date(now.getTime() - 86_400_000).toISOString(),
    to: new Date(now.getTime() + 1).toISOString(),
  });
  expect([asked.status, asked.body.state]).toEqual([201, 'waiting']);
  await runJob(stack.deps, 'run-rehearsals');
  const path = `${paths.operatorFeeRuleSet(id)}/rehearsals/${asked.body.id}`;
  return (await alice().send<FeeRehearsal>(path)).body;
}

/** Takes rules from a draft to being live. */
async function goLive(rules: readonly FeeRule[], liveFrom?: Date): Promise<FeeRuleSetDetail> {
  const { id, contentHash } = await draft(...rules);
  await rehearsed(id);
  const submitted = await act(alice(), id, 'submit', {
    ...(liveFrom && { liveFrom: liveFrom.toISOString() }),
  });
  expect(submitted.status).toBe(200);
  const approved = await act(bob(), id, 'approve', { contentHash });
  expect([approved.status, approved.body.standing]).toEqual([200, 'scheduled']);
  if (liveFrom === undefined) pass(2_000);
  return approved.body;
}

async function restoreFirst(): Promise<void> {
  expect((await act(bob(), FIRST, 'restore', {})).status).toBe(200);
  pass(2_000);
}

/** Pays an order, as its gateway tells of it; the posting's entries without those of nothing. */
async function settle(orderId: string, method: PaymentMethod): Promise<void> {
  const attempt = await newAttempt(stack.db, orderId, method, now);
  const { outcome } = await recordPayment(stack.db, {
    attemptId: attempt.id,
    transactionId: `4200${randomUUID()}`,
    totalFen: attempt.totalFen,
    succeededAt: now,
    source: 'query',
    now,
  });
  expect(outcome).toBe('applied');
}

const double = feeRule('double', { tiers: [{ upToFen: null, ratePpm: 2_000, fixedFen: fen(0) }] });
const feeNow = async (user: TestUser, amountFen = 100_000) =>
  (await user.quote(amountFen)).methods[0]?.feeFen;

describe('a change of rules', () => {
  afterEach(restoreFirst);

  test('takes effect at its time to the millisecond, and what was quoted before is charged as quoted', async () => {
    const liveFrom = new Date(now.getTime() + 600_000);
    const { id } = await goLive([double], liveFrom);
    pass(598_000);
    const user = await TestUser.signIn(stack, 'weapp');
    expect(await feeNow(user)).toBe(50);
    now = new Date(liveFrom.getTime() - 1);
    const before = await user.quote(100_000);
    expect(before.methods[0]).toMatchObject({ feeFen: 50 });
    expect(before.methods[0]?.lines[1]).toMatchObject({ rule: { id: 'standard_fee', version: 1 } });
    now = liveFrom;
    const after = await user.quote(100_000);
    expect(after.methods[0]).toMatchObject({ feeFen: 200 });
    expect(after.methods[0]?.lines[1]?.rule?.id).toBe('double');
    expect((await alice().send<FeeRuleSetDetail>(paths.operatorFeeRuleSet(id))).body.standing).toBe('live');
    for (const [quote, feeFen] of [
      [before, 50],
      [after, 200],
    ] as const) {
      const body = { quote: quote.quote, method: 'wechat' };
      const ordered = await user.send<{ id: string; feeFen: number; totalFen: number }>('/v1/orders', {
        body,
      });
      expect([ordered.status, ordered.body.feeFen]).toEqual([201, feeFen]);
      await settle(ordered.body.id, 'wechat');
      expect(await user.read(ordered.body.id)).toMatchObject({ state: 'paid', totalFen: 100_000 + feeFen });
    }
  });

  test('is rolled back at once, in the same moment everywhere, and the trail tells by whom', async () => {
    const { id } = await goLive([double]);
    const user = await TestUser.signIn(stack, 'alipay');
    expect(await feeNow(user)).toBe(200);
    await act(bob(), FIRST, 'restore', { note: 'too dear' });
    pass(1_999);
    expect(await feeNow(user)).toBe(200);
    pass(1);
    expect(await feeNow(user)).toBe(50);
    const { body } = await bob().send<FeeRuleSetDetail>(paths.operatorFeeRuleSet(FIRST));
    expect(body.audit.at(-1)).toMatchObject({ action: 'restored', actor: 'operator:bob', note: 'too dear' });
    expect((await bob().send<FeeRuleSetDetail>(paths.operatorFeeRuleSet(id))).body.standing).toBe('retired');
  });

  test('can be taken back before its time, and is a draft again', async () => {
    const { id } = await goLive([double], new Date(now.getTime() + 60_000));
    const withdrawn = await act(bob(), id, 'withdraw', {});
    expect([withdrawn.status, withdrawn.body.standing]).toEqual([200, 'draft']);
    pass(61_000);
    expect(await feeNow(await TestUser.signIn(stack, 'weapp'))).toBe(50);
    expect((await act<Problem>(bob(), id, 'withdraw', {})).body.code).toBe('fee_rules_not_scheduled');
    expect((await act<Problem>(bob(), id, 'restore', {})).body.code).toBe('fee_rules_never_live');
  });
});

describe('rules go live', () => {
  test('only after a rehearsal and the approval of somebody who did not write them', async () => {
    const { id, contentHash } = await draft(double);
    expect((await act<Problem>(bob(), id, 'approve', { contentHash })).body.code).toBe(
      'fee_rules_not_in_review',
    );
    await act(alice(), id, 'submit', {});
    expect((await act<Problem>(bob(), id, 'approve', { contentHash })).body.code).toBe(
      'fee_rules_not_rehearsed',
    );
    await rehearsed(id);
    const own = await act<Problem>(alice(), id, 'approve', { contentHash });
    expect([own.status, own.body.code]).toEqual([409, 'fee_review_needs_second_person']);
    const other = { contentHash: sha256('something else') };
    expect((await act<Problem>(bob(), id, 'approve', other)).body.code).toBe('fee_rules_changed');
    const edit = { name: 'x', rules: [asInput(double)] };
    expect((await act<Problem>(alice(), id, 'rules', edit)).body.code).toBe('fee_rules_not_draft');
    expect((await act(bob(), id, 'reject', {})).body.standing).toBe('draft');
    // Whoever has written a part of them is no second person any more.
    await act(bob(), id, 'rules', edit);
    await act(bob(), id, 'submit', {});
    await rehearsed(id);
    expect((await act<Problem>(bob(), id, 'approve', { contentHash })).body.code).toBe(
      'fee_review_needs_second_person',
    );
    const { audit } = (await act(bob(), id, 'reject', {})).body;
    expect(audit.map(({ action, actor }) => `${actor} ${action}`)).toEqual([
      'operator:alice created',
      'operator:alice submitted',
      'operator:alice rehearsal_requested',
      'operator:bob rejected',
      'operator:bob edited',
      'operator:bob submitted',
      'operator:alice rehearsal_requested',
      'operator:bob rejected',
    ]);
  });

  test('not with faults: both rules are named on saving and on handing in', async () => {
    const food = feeRule('food', { priority: 1, when: { categories: ['food'] } });
    const wechat = feeRule('wechat', { priority: 1, when: { methods: ['wechat'] } });
    const { id, findings } = await draft(double, food, wechat);
    expect(findings).toEqual([
      {
        kind: 'overlap',
        ruleIds: ['food', 'wechat'],
        text: expect.stringContaining('food 与 wechat') as string,
      },
    ]);
    const refused = await act<Problem>(alice(), id, 'submit', {});
    expect([refused.status, refused.body.code]).toEqual([409, 'fee_rules_faulty']);
    expect(refused.body.fields).toEqual([{ path: 'rules.food,wechat', message: findings[0]?.text }]);
    const mended = await act(alice(), id, 'rules', {
      name: '双十二',
      rules: [asInput(double), asInput(food)],
    });
    expect(mended.body.findings).toEqual([]);
  });

  test('not by operators without the role', async () => {
    const carol = (path: string, body?: object) => alice().send(path, { body, token: SUPPORT_TOKEN });
    const body = { name: 'x', rules: [asInput(double)], note: 'n' };
    const refused = await carol(paths.operatorFeeRuleSets, body);
    expect([refused.status, refused.body.code]).toEqual([403, 'operator_not_permitted']);
    expect((await carol(`${paths.operatorFeeRuleSet(FIRST)}/restore`, { note: 'n' })).status).toBe(403);
    expect((await carol(paths.operatorFeeRuleSets)).status).toBe(200);
    expect((await carol(paths.operatorRefunds)).status).toBe(200);
    expect((await alice().send(paths.operatorRefunds)).status).toBe(403);
  });

  test.each<[string, object]>([
    [
      'tiers that do not rise',
      { tiers: [...[200, 100, null].map((upToFen) => ({ upToFen, ratePpm: 1, fixedFen: 0 }))] },
    ],
    ['a last tier that ends', { tiers: [{ upToFen: 5, ratePpm: 1, fixedFen: 0 }] }],
    ['a maximum below the minimum', { feeFenMin: 2, feeFenMax: 1 }],
    [
      'an end before the beginning',
      { effectiveFrom: '2026-02-01T00:00:00Z', effectiveTo: '2026-01-01T00:00:00Z' },
    ],
    ['more than all', { tiers: [{ upToFen: null, ratePpm: 1_000_001, fixedFen: 0 }] }],
    ['a condition without values', { when: { methods: [] } }],
    ['a value twice', { when: { methods: ['wechat', 'wechat'] } }],
  ])('not with %s', async (_, wrong) => {
    const body = { name: 'x', note: 'n', rules: [{ ...asInput(double), ...wrong }] };
    const refused = await alice().send(paths.operatorFeeRuleSets, { body });
    expect([refused.status, refused.body.code]).toEqual([400, 'invalid_request']);
  });
});

test('a set that nobody made, or a rehearsal of another set, is not found', async () => {
  const nobodys = paths.operatorFeeRuleSet(randomUUID());
  expect((await alice().send(nobodys)).body.code).toBe('fee_rule_set_not_found');
  expect((await act<Problem>(bob(), randomUUID(), 'restore', {})).body.code).toBe('fee_rule_set_not_found');
  const { id } = await draft(double);
  const { id: rehearsalId } = await rehearsed(id);
  const answer = await alice().send(`${paths.operatorFeeRuleSet(FIRST)}/rehearsals/${rehearsalId}`);
  expect([answer.status, answer.body.code]).toEqual([404, 'rehearsal_not_found']);
});

test('a rehearsal of rules that were changed since says so', async () => {
  const { id } = await draft(double);
  const period = { from: '2026-11-01T00:00:00Z', to: '2026-11-02T00:00:00Z', note: undefined };
  const asked = await act<FeeRehearsal>(alice(), id, 'rehearsals', period);
  await act(alice(), id, 'rules', { name: 'x', rules: [asInput(feeRule('other'))] });
  await runJob(stack.deps, 'run-rehearsals');
  const path = `${paths.operatorFeeRuleSet(id)}/rehearsals/${asked.body.id}`;
  expect((await alice().send<FeeRehearsal>(path)).body).toMatchObject({
    state: 'failed',
    failure: 'rules_changed',
  });
});

describe('a monthly allowance', () => {
  const allowance = feeRule('monthly', { freePerMonthFen: fen(150_000) });
  afterEach(restoreFirst);

  test('is used by orders, given back by those that are closed, and never used twice', async () => {
    await goLive([allowance]);
    const user = await TestUser.signIn(stack, 'weapp');
    const first = await user.order(100_000);
    expect(first.feeFen).toBe(0);
    const [quote, same] = [await user.quote(100_000), await user.quote(100_000)];
    expect(quote.methods[0]?.feeFen).toBe(50);
    const body = { quote: quote.quote, method: 'wechat' };
    expect((await user.send('/v1/orders', { body })).status).toBe(201);
    const late = await user.send('/v1/orders', { body: { ...body, quote: same.quote } });
    expect([late.status, late.body.code]).toEqual([409, 'quote_expired']);
    expect(await feeNow(user)).toBe(100);
    await user.send(paths.orderCancel(first.id), { body: {} });
    expect(await feeNow(user)).toBe(0);
  });

  test('is used by one of two orders that are placed at once', async () => {
    await goLive([allowance]);
    const user = await TestUser.signIn(stack, 'weapp');
    const quotes = await Promise.all([user.quote(100_000), user.quote(100_000), user.quote(100_000)]);
    const placed = await Promise.all(
      quotes.map(({ quote }) => user.send('/v1/orders', { body: { quote, method: 'wechat' } })),
    );
    expect(placed.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });
});

test('a rehearsal gives the very entries that the real run gives', async () => {
  const rules = [
    feeRule('rest', { freePerMonthFen: fen(120_000), rounding: 'half_even', feeFenMin: fen(2) }),
    feeRule('alipay', {
      priority: 1,
      when: { methods: ['alipay'] },
      freePerPaymentFen: fen(10_000),
      freePerMonthFen: fen(60_000),
      tiers: [
        { upToFen: fen(50_000), ratePpm: 3_333, fixedFen: fen(0) },
        { upToFen: null, ratePpm: 1_111, fixedFen: fen(7) },
      ],
    }),
  ];
  const plans = fc.sample(
    fc.array(
      fc.record({
        amountFen: fc.integer({ min: 1, max: 90_000 }).map(fen),
        method: fc.constantFrom<PaymentMethod>('wechat', 'alipay'),
        paid: fc.boolean(),
      }),
      { minLength: 6, maxLength: 6 },
    ),
    { numRuns: 4, seed: 20_261_124 },
  );

  /** Plays the plans, each with an account of its own; the accounts, and when they began. */
  async function play(): Promise<{ accounts: string[]; from: Date; to: Date }> {
    const from = now;
    const accounts: string[] = [];
    for (const plan of plans) {
      const user = await TestUser.signIn(stack, 'weapp');
      accounts.push(user.session.account.id);
      for (const { amountFen, method, paid } of plan) {
        pass(1_000);
        const { quote, methods } = await user.quote(amountFen, { linkCode: SEED_LINKS.openAmount });
        pass(500);
        const ordered = await user.send<{ id: string; feeFen: number }>('/v1/orders', {
          body: { quote, method },
        });
        expect(ordered.body.feeFen).toBe(methods.find((price) => price.method === method)?.feeFen);
        if (paid) await settle(ordered.body.id, method);
        else await user.send(paths.orderCancel(ordered.body.id), { body: {} });
      }
    }
    return { accounts, from, to: now };
  }

  /** Entries of the payments of an account, in their order; the account stands as `me`. */
  async function entriesOf(account: string) {
    const rows = await stack.db
      .selectFrom('orders')
      .innerJoin('postings', 'postings.orderId', 'orders.id')
      .innerJoin('entries', 'entries.postingId', 'postings.id')
      .select(['orders.id', 'entries.account', 'entries.unit', 'entries.amount'])
      .where('orders.accountId', '=', account)
      .orderBy('orders.id')
      .execute();
    return rows.map((row) => `${row.account.replace(account, 'me')} ${row.unit} ${row.amount}`).sort();
  }

  const before = await play();
  const planned = new Map<string, string[]>(before.accounts.map((account) => [account, []]));
  const rehearsal = startRehearsal(compileFees({ version: 9, rules }));
  const period = { from: before.from, to: new Date(before.to.getTime() + 1), alsoFrom: before.from };
  await readPastOrders(stack.db, period, async (orders) => {
    for (const order of orders) {
      const trace = rehearsal.add(order);
      if (!order.counted) continue;
      const { entries } = paymentPosting({
        gateway: order.method === 'wechat' ? 'wechatpay' : 'alipay',
        merchantId: '01900000-0000-7000-8000-000000000001',
        userAccountId: 'me',
        amountFen: order.amountFen,
        feeFen: trace?.feeFen ?? fen(0),
        points: Math.trunc(order.amountFen / 100),
      });
      planned
        .get(order.accountId)
        ?.push(...entries.map((entry) => `${accountName(entry.account)} ${entry.unit} ${entry.amount}`));
    }
    await Promise.resolve();
  });

  const { id } = await goLive(rules);
  const real = await play();
  for (const [index, account] of real.accounts.entries()) {
    const expected = planned.get(before.accounts[index] ?? '') ?? [];
    expect(await entriesOf(account)).toEqual([...expected].sort());
  }
  // And run over what they made themselves, the rules change nothing.
  const asked = await act<FeeRehearsal>(alice(), id, 'rehearsals', {
    note: undefined,
    from: real.from.toISOString(),
    to: new Date(now.getTime() + 1).toISOString(),
  });
  await runJob(stack.deps, 'run-rehearsals');
  const path = `${paths.operatorFeeRuleSet(id)}/rehearsals/${asked.body.id}`;
  const { report, ordersDone } = (await bob().send<FeeRehearsal>(path)).body;
  expect(report?.total).toMatchObject({ orders: ordersDone, raised: 0, lowered: 0 });
  expect(report?.total.feeAfterFen).toBe(report?.total.feeBeforeFen);
  expect(report?.total.feeAfterFen).toBeGreaterThan(0);
  const byMethod = Object.values(report?.segments.method ?? {});
  expect(byMethod.reduce((sum, { orders }) => sum + orders, 0)).toBe(ordersDone);
  await restoreFirst();
});

test('the trail of rules can be added to but not changed, and approved rules stay as they are', async () => {
  await expect(stack.db.deleteFrom('ruleAudit').execute()).rejects.toThrow('append-only');
  const tamper = stack.db.updateTable('ruleVersions').set({ content: '[]' }).where('id', '=', FIRST);
  await expect(tamper.execute()).rejects.toThrow('never change');
});
