import { randomUUID } from 'node:crypto';

import { paths } from '../../cloud/contract/paths';
import type { OrderDetail, PointsRuleSetDetail, Problem, RuleSetList } from '../../cloud/contract/types';
import { runJob } from '../../cloud/functions/job/jobs';
import { TestUser, type Answer } from '../support/client';
import { brokenInvariants } from '../support/invariants';
import { TestOperator } from '../support/operator';
import { OPERATORS_BY_ROLE, sha256, startStack, SUPPORT_TOKEN, type Stack } from '../support/stack';
import { newAttempt, payAttempt } from '../support/store';

const FIRST = '01900000-0000-7000-8000-0000000b0001';
const DAY_MS = 86_400_000;

let stack: Stack;
let now = new Date('2026-11-24T04:00:00.000Z');
const pass = (ms: number): void => {
  now = new Date(now.getTime() + ms);
};
const alice = () => new TestOperator(stack, 'alice');
const bob = () => new TestOperator(stack, 'bob');
const act = <Body = PointsRuleSetDetail>(
  by: TestOperator,
  id: string,
  action: string,
  body: object = {},
): Promise<Answer<Body>> =>
  by.send<Body>(`${paths.operatorPointsRuleSet(id)}/${action}`, { body: { note: 'because', ...body } });
const get = async (id: string): Promise<PointsRuleSetDetail> =>
  (await bob().send<PointsRuleSetDetail>(paths.operatorPointsRuleSet(id))).body;

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

type Rules = PointsRuleSetDetail['rules'];

async function draft(parts: Partial<Rules>): Promise<PointsRuleSetDetail> {
  const rules = { ...(await get(FIRST)).rules, ...parts };
  const body = { name: '双倍积分', rules, note: 'for december' };
  const created = await alice().send<PointsRuleSetDetail>(paths.operatorPointsRuleSets, { body });
  expect(created.status).toBe(201);
  return created.body;
}

async function goLive(parts: Partial<Rules>): Promise<string> {
  const { id, contentHash } = await draft(parts);
  expect((await act(alice(), id, 'submit')).body.standing).toBe('review');
  const approved = await act(bob(), id, 'approve', { contentHash });
  expect([approved.status, approved.body.standing]).toEqual([200, 'scheduled']);
  pass(2_000);
  return id;
}
const restoreFirst = async (): Promise<void> => {
  expect((await act(bob(), FIRST, 'restore')).status).toBe(200);
  pass(2_000);
};

const pointsNow = async (user: TestUser, amountFen = 10_000) =>
  (await user.quote(amountFen)).methods[0]?.points;

test('the first version is what every database begins with, and says so in the trail', async () => {
  const first = await get(FIRST);
  expect(first).toMatchObject({
    version: 1,
    standing: 'live',
    findings: [],
    rules: { fenPerPoint: 100, pendingDays: 7, lifeDays: 365, redemption: { sharePpm: 500_000 } },
    audit: [{ action: 'migrated', actor: 'system' }],
  });
  expect(await pointsNow(await TestUser.signIn(stack, 'weapp'))).toBe(100);
});

test('an order earns by the version that it was priced by, whatever goes live before it is paid', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  const id = await goLive({ fenPerPoint: 50, pendingDays: 1 });
  expect(await pointsNow(user)).toBe(200);
  const ordered: OrderDetail = await user.order(10_000);
  await restoreFirst();
  expect(await pointsNow(user)).toBe(100);
  await payAttempt(stack.db, await newAttempt(stack.db, ordered.id, 'wechat', now));
  await runJob(stack.deps, 'publish-events');
  const lot = await stack.db
    .selectFrom('pointsLots')
    .innerJoin('orders', 'orders.id', 'orderId')
    .select(['earned', 'availableAt', 'orders.paidAt'])
    .where('orderId', '=', ordered.id)
    .executeTakeFirstOrThrow();
  expect(lot.earned).toBe(200);
  expect(lot.availableAt.getTime() - (lot.paidAt?.getTime() ?? 0)).toBe(DAY_MS);
  expect((await get(id)).standing).toBe('retired');
  expect((await get(FIRST)).audit.at(-1)).toMatchObject({ action: 'restored', actor: 'operator:bob' });
});

test('rules go live at their time to the millisecond, and can be taken back before', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  const { id, contentHash } = await draft({ fenPerPoint: 200 });
  const liveFrom = new Date(now.getTime() + 60_000);
  await act(alice(), id, 'submit', { liveFrom: liveFrom.toISOString() });
  await act(bob(), id, 'approve', { contentHash });
  pass(59_999);
  expect(await pointsNow(user)).toBe(100);
  pass(1);
  expect(await pointsNow(user)).toBe(50);
  await restoreFirst();
  const other = await draft({ fenPerPoint: 300 });
  await act(alice(), other.id, 'submit', { liveFrom: new Date(now.getTime() + 60_000).toISOString() });
  await act(bob(), other.id, 'approve', { contentHash: other.contentHash });
  expect((await act(bob(), other.id, 'withdraw')).body.standing).toBe('draft');
  pass(61_000);
  expect(await pointsNow(user)).toBe(100);
  expect((await act<Problem>(bob(), other.id, 'withdraw')).body.code).toBe('points_rules_not_scheduled');
  expect((await act<Problem>(bob(), other.id, 'restore')).body.code).toBe('points_rules_never_live');
});

test('nobody approves what they wrote, or what they did not read, and faults are named', async () => {
  const faulty = await draft({
    fenPerPoint: 1,
    redemption: { fenPerHundredPoints: 200, sharePpm: 1, pointsMin: 1 },
  });
  expect(faulty.findings.map(({ kind }) => kind)).toEqual(['earns_more_than_paid']);
  const { id } = faulty;
  const refused = await act<Problem>(alice(), id, 'submit');
  expect([refused.status, refused.body.code, refused.body.fields?.[0]?.path]).toEqual([
    409,
    'points_rules_faulty',
    'rules.earns_more_than_paid',
  ]);
  expect((await get(id)).standing).toBe('draft');
  const rules = { ...faulty.rules, fenPerPoint: 400 };
  const mended = await act(alice(), id, 'rules', { name: '少一点', rules });
  expect([mended.body.name, mended.body.findings]).toEqual(['少一点', []]);
  const { contentHash } = mended.body;
  const codes: unknown[] = [];
  const refusal = async (by: TestOperator, action: string, body: object = {}): Promise<void> => {
    codes.push((await act<Problem>(by, id, action, body)).body.code);
  };
  await refusal(bob(), 'approve', { contentHash });
  await act(alice(), id, 'submit');
  await refusal(alice(), 'approve', { contentHash });
  await refusal(bob(), 'approve', { contentHash: sha256('something else') });
  await refusal(alice(), 'rules', { name: 'x', rules });
  expect(codes).toEqual([
    'points_rules_not_in_review',
    'points_review_needs_second_person',
    'points_rules_changed',
    'points_rules_not_draft',
  ]);
  expect((await act(bob(), id, 'reject')).body.standing).toBe('draft');
  const { audit } = await get(id);
  expect(audit.map(({ action, actor }) => `${actor.replace('operator:', '')} ${action}`)).toEqual([
    'alice created',
    'alice edited',
    'alice submitted',
    'bob rejected',
  ]);
});

test('they are listed by version, and only for whom they are', async () => {
  const listed = await alice().send<RuleSetList>(`${paths.operatorPointsRuleSets}?limit=1`);
  expect(listed.body.items).toHaveLength(1);
  expect(listed.body.nextCursor).not.toBeNull();
  const body = { name: 'x', rules: (await get(FIRST)).rules, note: 'n' };
  const carol = await alice().send(paths.operatorPointsRuleSets, { body, token: SUPPORT_TOKEN });
  expect(carol.body.code).toBe('operator_not_permitted');
  const wrong = { ...body, rules: { ...body.rules, tiers: [] } };
  expect((await alice().send(paths.operatorPointsRuleSets, { body: wrong })).body.code).toBe(
    'invalid_request',
  );
  const nobodys = paths.operatorPointsRuleSet(randomUUID());
  expect((await alice().send(nobodys)).body.code).toBe('points_rule_set_not_found');
  // A set of fee rules is none of points.
  const fees = paths.operatorPointsRuleSet('01900000-0000-7000-8000-0000000fee01');
  expect((await alice().send(fees)).body.code).toBe('points_rule_set_not_found');
});
