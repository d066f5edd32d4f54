import { randomUUID } from 'node:crypto';

import type { BankCard } from '../../cloud/contract/card-schemas';
import type { Challenge, Host, Problem, RiskCaseDetail, RiskCaseList } from '../../cloud/contract/types';
import { fitsLuhn } from '../../cloud/domain/cards';
import { RULE_BOOK, type Rule } from '../../cloud/domain/risk';
import { liveRisk, type LiveRisk } from '../../cloud/functions/risk/live';
import { TestUser, type Answer } from '../support/client';
import { cardWish, SecureUser, sealFor } from '../support/device';
import { brokenInvariants } from '../support/invariants';
import { TestOperator } from '../support/operator';
import { startStack, type Stack } from '../support/stack';

const PIN = '739164';
const WRONG = '963850';

let stack: Stack;
let operator: TestOperator;
/** Rules besides those in force, and those of a book in shadow. */
let added: readonly Rule[] = [];
let inShadow: readonly Rule[] = [];
let live: LiveRisk | undefined;
const risk: LiveRisk = {
  async at(now) {
    live ??= liveRisk(stack.db);
    const policy = await live.at(now);
    const book = { ...policy.book, rules: [...policy.book.rules, ...added] };
    const shadow = inShadow.length === 0 ? undefined : { ...RULE_BOOK, version: 'book-7', rules: inShadow };
    return { ...policy, book, shadow };
  },
};

beforeAll(async () => {
  stack = await startStack({ parts: { risk } });
  operator = new TestOperator(stack);
});
afterEach(async () => {
  added = [];
  inShadow = [];
  expect(await brokenInvariants(stack.db)).toEqual([]);
});
afterAll(() => stack.close());

let serial = 0;
/** The number of another debit card of ICBC each time. */
function anotherCard(): string {
  serial += 1;
  const body = `622202${String(serial).padStart(12, '0')}`;
  return body + [...'0123456789'].find((digit) => fitsLuhn(body + digit));
}
const gate = (id: string, rule: Pick<Rule, 'actions' | 'when' | 'verdict'>): Rule => ({
  id,
  version: 1,
  family: 'factors',
  mode: 'live',
  points: 0,
  ...rule,
});

/** Somebody with a PIN who agreed that their cards are kept. */
async function holder(host: Host = 'weapp', name?: string): Promise<SecureUser> {
  const user = new SecureUser(stack, await TestUser.signIn(stack, host, name));
  await user.user.agree('bank_card');
  expect((await user.setPin(PIN)).status).toBe(201);
  return user;
}
const idOf = ({ user }: SecureUser): string => user.session.account.id;
const bind = async ({ user }: SecureUser, number: string, challengeId?: string) =>
  user.send<BankCard & Problem>('/v1/cards', { body: await cardWish(user, number, challengeId) });
const codeOf = ({ status, body }: Answer<Problem>): string =>
  body.code === undefined ? String(status) : `${status} ${body.code}`;
const listed = async ({ user }: SecureUser): Promise<readonly BankCard[]> =>
  (await user.expect<{ items: BankCard[] }>(200, '/v1/cards')).items;
const judged = (user: SecureUser, action: 'pin_fail' | 'bind_card' | 'pay') =>
  stack.db
    .selectFrom('riskEvents')
    .selectAll()
    .where('account', '=', idOf(user))
    .where('action', '=', action)
    .orderBy('at')
    .orderBy('id')
    .execute();
const wrongPin = (user: SecureUser) => user.changePin(WRONG, '508273');
async function caseOf(user: SecureUser): Promise<RiskCaseDetail> {
  const { body } = await operator.send<RiskCaseList>('/v1/operator/risk/cases');
  const found = body.items.find(({ accountId }) => accountId === idOf(user));
  if (found === undefined) throw new Error('no case');
  return (await operator.send<RiskCaseDetail>(`/v1/operator/risk/cases/${found.id}`)).body;
}

describe('a card', () => {
  test('of an honest user is judged once and bound, and an answer that got lost is answered again', async () => {
    const user = await holder();
    const wish = await cardWish(user.user, anotherCard());
    const key = randomUUID();
    const first = await user.user.send('/v1/cards', { body: wish, key });
    const again = await user.user.send('/v1/cards', { body: wish, key });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.body).toEqual(first.body);
    expect(await judged(user, 'bind_card')).toMatchObject([
      { verdict: 'allow', held: false, payee: null, amountFen: null, book: RULE_BOOK.version },
    ]);
  });

  test('is the fourth of a day on the device: it asks for a challenge of its own, once passed it is bound', async () => {
    const user = await holder();
    for (let count = 0; count < 3; count += 1) expect((await bind(user, anotherCard())).status).toBe(201);
    const fourth = anotherCard();
    const asked = await bind(user, fourth);
    expect(codeOf(asked)).toBe('403 challenge_required');
    const challengeId = asked.body.challengeId ?? '';
    expect(await user.user.expect<Challenge>(200, `/v1/security/challenges/${challengeId}`)).toMatchObject({
      action: 'bind_card',
      orderId: null,
      required: 1,
      available: ['pin'],
      state: 'open',
    });
    expect(codeOf(await bind(user, fourth, challengeId))).toBe('403 challenge_required');
    expect((await user.answer(challengeId, PIN)).body.state).toBe('passed');
    // Another card is not what was confirmed.
    expect(codeOf(await bind(user, anotherCard(), challengeId))).toBe('403 challenge_required');
    expect(await listed(user)).toHaveLength(3);
    expect((await bind(user, fourth, challengeId)).status).toBe(201);
    expect((await judged(user, 'bind_card')).map(({ verdict, held }) => [verdict, held])).toEqual([
      ['allow', false],
      ['allow', false],
      ['allow', false],
      ['challenge', false],
      ['challenge', true],
    ]);
    const fifth = await bind(user, anotherCard(), challengeId);
    expect(codeOf(fifth)).toBe('403 challenge_required');
  });

  test('asks for a challenge that only the server makes, and that no other session passes', async () => {
    const user = await holder();
    added = [gate('factors.any_card', { actions: ['bind_card'], when: [], verdict: 'challenge' })];
    const made = await user.user.send('/v1/security/challenges', { body: { action: 'bind_card' } });
    expect(codeOf(made)).toBe('400 invalid_request');
    const number = anotherCard();
    const challengeId = (await bind(user, number)).body.challengeId ?? '';
    await user.answer(challengeId, PIN);
    const elsewhere = new SecureUser(stack, await TestUser.signIn(stack, 'weapp', user.user.name));
    expect(codeOf(await bind(elsewhere, number, challengeId))).toBe('403 challenge_required');
    const both = await Promise.all([bind(user, number, challengeId), bind(user, number, challengeId)]);
    expect(both.map(({ status }) => status).sort()).not.toEqual([201, 201]);
    expect(both.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  test('that is refused stays so however often it is tried, until a person says that it was honest', async () => {
    const user = await holder();
    const list = { list: 'block', subject: 'device', name: `device-of-${user.user.name}`, note: 'reported' };
    await operator.send('/v1/operator/risk/lists', { body: list });
    const number = anotherCard();
    expect(codeOf(await bind(user, number))).toBe('403 card_refused');
    await operator.send('/v1/operator/risk/lists/remove', { body: list });
    expect(codeOf(await bind(user, number))).toBe('403 card_refused');
    const found = await caseOf(user);
    expect(found).toMatchObject({ state: 'open', verdict: 'block', locked: false });
    expect(found.history.map(({ action }) => action)).toEqual(['found']);
    const [event] = found.events.filter(({ action }) => action === 'bind_card');
    expect(event).toMatchObject({
      verdict: 'block',
      held: true,
      payee: null,
      amountFen: null,
      reasons: ['block_list:device'],
    });
    expect(await judged(user, 'bind_card')).toHaveLength(1);
    const decided = { finding: 'honest', note: 'called the customer' };
    await operator.send(`/v1/operator/risk/cases/${found.id}/decide`, { body: decided });
    expect((await bind(user, number)).status).toBe(201);
    expect(await judged(user, 'bind_card')).toHaveLength(1);
  });

  test('can lock the account, which is told to its user', async () => {
    const user = await holder();
    added = [gate('factors.any_card', { actions: ['bind_card'], when: [], verdict: 'lock' })];
    expect(codeOf(await bind(user, anotherCard()))).toBe('423 account_locked');
    expect((await user.user.send('/v1/cards')).status).toBe(401);
    const found = await caseOf(user);
    expect(found).toMatchObject({ verdict: 'lock', locked: true });
    expect(found.history.map(({ action }) => action)).toEqual(['found', 'locked']);
    const told = await stack.db.selectFrom('outbox').select(['type', 'payload']).execute();
    const ofUser = told.filter(({ payload }) => JSON.stringify(payload).includes(idOf(user)));
    expect(ofUser.map(({ type }) => type)).toContain('account.locked');
  });

  test('is judged once when it is sent many times at one moment', async () => {
    const user = await holder();
    const number = anotherCard();
    const answers = await Promise.all(Array.from({ length: 5 }, () => bind(user, number)));
    expect(answers.map(codeOf).sort()).toEqual(['201', ...Array<string>(4).fill('409 card_already_bound')]);
    expect(await judged(user, 'bind_card')).toHaveLength(1);
  });

  test('is counted with those that others bind on the device at the same moment', async () => {
    const users = [await holder('weapp', 'shares-a-phone'), await holder('alipay', 'shares-a-phone')];
    const cards = [0, 1, 2, 3].map((place) => ({
      user: users[place % 2] as SecureUser,
      number: anotherCard(),
    }));
    const answers = await Promise.all(cards.map(({ user, number }) => bind(user, number)));
    expect(answers.map(codeOf).sort()).toEqual(['201', '201', '201', '403 challenge_required']);
  });

  test('is told apart by a book in shadow, which decides nothing', async () => {
    const user = await holder();
    inShadow = [gate('factors.any', { actions: ['bind_card', 'pin_fail'], when: [], verdict: 'block' })];
    expect((await bind(user, anotherCard())).status).toBe(201);
    await wrongPin(user);
    const [card] = await judged(user, 'bind_card');
    const [pin] = await judged(user, 'pin_fail');
    expect([card?.shadow, pin?.shadow]).toEqual([
      expect.arrayContaining(['shadow:book-7:block']),
      expect.arrayContaining(['shadow:book-7:block']),
    ]);
  });
});

describe('a wrong PIN', () => {
  test('is judged once: neither a right one nor the same box again is', async () => {
    const user = await holder();
    const sealed = sealFor(await user.key(), { pin: WRONG, newPin: '508273' });
    const key = randomUUID();
    const send = () => user.user.send('/v1/security/pin/change', { body: { sealed }, key });
    expect([codeOf(await send()), codeOf(await send())]).toEqual([
      '403 pin_wrong',
      '409 sealing_key_invalid',
    ]);
    await user.answer((await user.challenge()).id, PIN);
    expect(await judged(user, 'pin_fail')).toMatchObject([
      { verdict: 'allow', held: false, device: `device-of-${user.user.name}`, amountFen: null },
    ]);
  });

  test('is answered the same whatever is decided, and locks the account at the fifth', async () => {
    const user = await holder();
    const answers: string[] = [];
    for (let count = 0; count < 5; count += 1) answers.push(codeOf(await wrongPin(user)));
    expect(answers).toEqual([...Array<string>(4).fill('403 pin_wrong'), '423 pin_locked']);
    expect((await user.user.send('/v1/security')).status).toBe(401);
    const found = await caseOf(user);
    expect(found).toMatchObject({ verdict: 'lock', locked: true });
    expect(found.history.map(({ action }) => action)).toEqual(['found', 'locked']);
    const fails = found.events.filter(({ action }) => action === 'pin_fail');
    expect(fails.map(({ verdict }) => verdict)).toEqual(['lock', 'allow', 'allow', 'allow', 'allow']);
    expect(fails[0]?.reasons).toContain('factors.fifth_wrong_pin@1');
    const back = new SecureUser(stack, await TestUser.signIn(stack, 'weapp', user.user.name));
    expect((await back.security()).lock).toMatchObject({ reason: 'risk' });
  });

  test('that locks early is answered as any other', async () => {
    const user = await holder();
    added = [gate('factors.first_pin', { actions: ['pin_fail'], when: [], verdict: 'lock' })];
    expect((await wrongPin(user)).body).toMatchObject({ code: 'pin_wrong', triesLeft: 4 });
    expect((await user.user.send('/v1/security')).status).toBe(401);
  });

  test('counts in payments that come after it, and so does a card', async () => {
    const user = await holder();
    added = [
      gate('factors.guessed_then_paid', {
        actions: ['pay'],
        when: [
          { feature: 'pinFails1h', atLeast: 3 },
          { feature: 'binds24h', atLeast: 1 },
          { feature: 'deviceBinds24h', atLeast: 1 },
        ],
        verdict: 'block',
      }),
    ];
    const before = await user.user.order(3_000);
    expect((await user.user.attempt(before.id)).state).toBe('submitted');
    for (let count = 0; count < 3; count += 1) await wrongPin(user);
    await bind(user, anotherCard());
    const { id } = await user.user.order(3_000);
    const body = { method: user.user.method };
    expect(codeOf(await user.user.send(`/v1/orders/${id}/attempts`, { body }))).toBe('403 payment_refused');
    const [, payment] = await judged(user, 'pay');
    expect(payment).toMatchObject({ verdict: 'block', held: true });
    expect(payment?.reasons).toContain('factors.guessed_then_paid@1');
  });
});
