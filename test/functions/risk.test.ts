import type {
  Problem,
  RiskCaseDetail,
  RiskCaseList,
  RiskListedList,
  RiskStanding,
} from '../../cloud/contract/types';
import { Population, SHIPPED_BOOK } from '../../cloud/domain/risk';
import { runJob } from '../../cloud/functions/job/jobs';
import { releasePayment } from '../../cloud/store/risk';
import { TestUser } from '../support/client';
import { lockByRisk } from '../support/locks';
import { brokenInvariants } from '../support/invariants';
import { TestOperator } from '../support/operator';
import { startStack, type Stack } from '../support/stack';

let stack: Stack;
let operator: TestOperator;
let user: TestUser;

beforeAll(async () => {
  stack = await startStack();
  operator = new TestOperator(stack);
});
beforeEach(async () => {
  user = await TestUser.signIn(stack, 'weapp');
});
afterEach(async () => {
  expect(await brokenInvariants(stack.db)).toEqual([]);
});
afterAll(() => stack.close());

const press = (orderId: string) =>
  user.send<Problem>(`/v1/orders/${orderId}/attempts`, { body: { method: user.method } });
const accountId = (): string => user.session.account.id;
const list = (list: 'block' | 'allow', subject: 'user' | 'device' | 'payee', name: string) =>
  operator.send<RiskListedList>('/v1/operator/risk/lists', {
    body: { list, subject, name, note: 'reported by a bank' },
  });
const unlist = (list: 'block' | 'allow', subject: 'user' | 'device' | 'payee', name: string) =>
  operator.send<RiskListedList & Problem>('/v1/operator/risk/lists/remove', {
    body: { list, subject, name, note: 'cleared' },
  });
const events = () =>
  stack.db
    .selectFrom('riskEvents')
    .selectAll()
    .where('account', '=', accountId())
    .orderBy('at')
    .orderBy('id')
    .execute();
const decide = (caseId: string, finding: 'fraud' | 'honest') =>
  operator.send<RiskCaseDetail & Problem>(`/v1/operator/risk/cases/${caseId}/decide`, {
    body: { finding, note: 'called the customer' },
  });
const standing = async (): Promise<RiskStanding> => (await user.send<RiskStanding>('/v1/risk/standing')).body;
const openCase = async (): Promise<RiskCaseDetail> => {
  const { body } = await operator.send<RiskCaseList>('/v1/operator/risk/cases?state=open');
  const found = body.items.find((item) => item.accountId === accountId());
  if (found === undefined) throw new Error('no case');
  return (await operator.send<RiskCaseDetail>(`/v1/operator/risk/cases/${found.id}`)).body;
};

/** An order that was stopped because its device is on the block-list. */
async function stoppedOrder(): Promise<string> {
  const { id } = await user.order(3_000);
  await list('block', 'device', `device-of-${user.name}`);
  expect((await press(id)).body).toMatchObject({ status: 403, code: 'payment_refused' });
  return id;
}

describe('a payment', () => {
  test('is judged and kept once, with the versions that decided, and the login before it too', async () => {
    const { id } = await user.order(3_000);
    await user.decide(await user.attempt(id));
    await user.until(id, 'paid');
    const kept = await events();
    expect(kept.map(({ action, verdict, held }) => ({ action, verdict, held }))).toEqual([
      { action: 'login', verdict: 'allow', held: false },
      { action: 'pay', verdict: 'allow', held: false },
    ]);
    expect(kept[1]).toMatchObject({
      orderId: id,
      amountFen: 3_000,
      device: `device-of-${user.name}`,
      newPayee: true,
      book: expect.any(String) as string,
    });
    expect(kept[1]?.reasons.every((reason) => /^[a-z_.]+@\d+$/.test(reason))).toBe(true);
  });

  test('from a blocked device is refused, however often it is tried, and a person is told once', async () => {
    const id = await stoppedOrder();
    expect((await press(id)).body.code).toBe('payment_refused');
    expect((await press(id)).body.code).toBe('payment_refused');
    expect((await events()).filter(({ action }) => action === 'pay')).toHaveLength(1);
    const found = await openCase();
    expect(found).toMatchObject({ verdict: 'block', locked: false, appealed: false });
    expect(found.history).toHaveLength(1);
    expect(found.events[0]).toMatchObject({ orderId: id, held: true });
    expect(found.events[0]?.reasons).toContain('block_list:device');
  });

  test('goes through once a person found it honest and took the name off the list', async () => {
    const id = await stoppedOrder();
    const { body } = await decide((await openCase()).id, 'honest');
    expect(body).toMatchObject({ state: 'decided', finding: 'honest' });
    expect(body.events[0]).toMatchObject({ label: 'honest', held: false });
    await user.decide(await user.attempt(id));
    await user.until(id, 'paid');
    const next = await user.order(3_100);
    expect((await press(next.id)).body.code).toBe('payment_refused');
    expect((await unlist('block', 'device', `device-of-${user.name}`)).status).toBe(200);
    await user.attempt((await user.order(3_200)).id);
  });

  test('cannot be begun by signing in on a blocked device', async () => {
    await stoppedOrder();
    await expect(TestUser.signIn(stack, 'weapp', user.name)).rejects.toThrow('sign_in_refused');
  });
});

describe('a case', () => {
  test('is appealed against by the user, decided once, and unlocks the account where it was honest', async () => {
    const nothing = await user.send('/v1/risk/appeals', { body: { text: 'I paid this myself' } });
    expect(nothing.body).toMatchObject({ status: 409, code: 'nothing_to_appeal' });
    await stoppedOrder();
    await lockByRisk(stack, accountId());
    await unlist('block', 'device', `device-of-${user.name}`);
    user = await TestUser.signIn(stack, 'weapp', user.name);
    const found = await openCase();
    expect((await decide(found.id, 'fraud')).body).toMatchObject({ state: 'decided', locked: true });
    expect((await decide(found.id, 'honest')).body.code).toBe('risk_case_decided');
    expect((await events()).find(({ action }) => action === 'pay')?.label).toBe('fraud');
    const appealed = await user.send('/v1/risk/appeals', { body: { text: 'I paid this myself' } });
    expect(appealed.status).toBe(201);
    expect(await standing()).toMatchObject({ locked: true, appealed: true, mayAppeal: false });
    const again = await user.send('/v1/risk/appeals', { body: { text: 'really' } });
    expect(again.body.code).toBe('appeal_pending');
    const reopened = await openCase();
    expect(reopened).toMatchObject({ id: found.id, appealed: true, finding: null });
    expect((await decide(found.id, 'honest')).body).toMatchObject({ finding: 'honest', locked: false });
    expect(await standing()).toMatchObject({ locked: false, appealed: false, mayAppeal: false });
  });

  test('is put off until a time, and comes back by itself or with something new', async () => {
    const first = await stoppedOrder();
    const { id } = await openCase();
    const snooze = (until: string) =>
      operator.send<RiskCaseDetail & Problem>(`/v1/operator/risk/cases/${id}/snooze`, {
        body: { until, note: 'waiting for the bank' },
      });
    expect((await snooze('2020-01-01T00:00:00Z')).body.code).toBe('invalid_request');
    expect((await snooze('2099-01-01T00:00:00Z')).body.state).toBe('snoozed');
    await expect(openCase()).rejects.toThrow('no case');
    const second = await user.order(4_000);
    expect((await press(second.id)).body.code).toBe('payment_refused');
    const back = await openCase();
    expect(back.id).toBe(id);
    expect(back.history.filter(({ action }) => action === 'found')).toHaveLength(2);
    expect(first).not.toBe(second.id);
    // More often than PostgreSQL plans a prepared statement anew for its parameters.
    for (let count = 0; count < 7; count += 1) {
      expect((await press((await user.order(4_000)).id)).body.code).toBe('payment_refused');
    }
    expect((await openCase()).history.filter(({ action }) => action === 'found')).toHaveLength(9);
  });

  test('that is not there, a name that is not listed, and a body that does not fit have their codes', async () => {
    const nobody = '01900000-0000-7000-8000-0000000000ff';
    expect((await decide(nobody, 'fraud')).body.code).toBe('risk_case_not_found');
    expect((await operator.send('/v1/operator/risk/cases/none')).body.code).toBe('risk_case_not_found');
    expect((await operator.send('/v1/operator/risk/cases?cursor=x')).body.code).toBe('cursor_invalid');
    expect((await unlist('allow', 'user', 'nobody')).body.code).toBe('risk_name_not_listed');
    const empty = await operator.send('/v1/operator/risk/lists', { body: { list: 'block' } });
    expect(empty.body.code).toBe('invalid_request');
    expect((await user.send('/v1/operator/risk/cases')).body.code).toBe('unauthenticated');
  });
});

test('what is usual among everybody is rolled up by a job, in any number of workers', async () => {
  const { id } = await user.order(3_000);
  await user.attempt(id);
  const reports = await Promise.all([runJob(stack.deps, 'roll-up-risk'), runJob(stack.deps, 'roll-up-risk')]);
  expect(reports.every(({ failed = 0 }) => failed === 0)).toBe(true);
});

describe('a doubtful payment', () => {
  let doubting: Stack;
  beforeAll(async () => {
    const policy = {
      ...SHIPPED_BOOK,
      population: new Population(),
      cutoffs: { challenge: -9_000, block: 9_000 },
      shadow: undefined,
    };
    doubting = await startStack({ parts: { risk: { at: () => Promise.resolve(policy) } } });
  });
  afterAll(() => doubting.close());

  test('waits for a factor, is kept once, and goes through once that was given', async () => {
    const payer = await TestUser.signIn(doubting, 'alipay');
    const { id } = await payer.order(3_000);
    const tryIt = () => payer.send<Problem>(`/v1/orders/${id}/attempts`, { body: { method: payer.method } });
    expect((await tryIt()).body.code).toBe('challenge_required');
    expect((await tryIt()).body.code).toBe('challenge_required');
    const held = doubting.db.selectFrom('riskEvents').select(['verdict', 'held']).where('orderId', '=', id);
    expect(await held.execute()).toEqual([{ verdict: 'challenge', held: true }]);
    await releasePayment(doubting.db, id);
    await payer.decide(await payer.attempt(id));
    await payer.until(id, 'paid');
    expect(await held.execute()).toEqual([{ verdict: 'challenge', held: false }]);
  });
});
