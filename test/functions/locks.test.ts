import type {
  DeviceList,
  MessageList,
  Problem,
  RiskAccount,
  RiskCaseDetail,
  RiskStanding,
  Security,
} from '../../cloud/contract/types';
import { Population, SHIPPED_BOOK, type RuleBook } from '../../cloud/domain/risk';
import { runJob } from '../../cloud/functions/job/jobs';
import { control, TestUser, type Answer } from '../support/client';
import { SecureUser } from '../support/device';
import { lockByRisk } from '../support/locks';
import { TestOperator } from '../support/operator';
import { publishAll, startStack, type Stack } from '../support/stack';

const PIN = '739164';
const OTHER_PIN = '508273';
const MINUTE_MS = 60_000;

/** A book by which every payment locks its account. */
const LOCKING: RuleBook = {
  version: 'test',
  basePoints: 0,
  rules: [
    {
      id: 'test.lock',
      version: 1,
      family: 'known_bad',
      mode: 'live',
      actions: ['pay'],
      when: [],
      points: 0,
      verdict: 'lock',
    },
  ],
};

let stack: Stack;
let alice: TestOperator;
let isLocking = false;
let clockOffsetMs = 0;
const now = (): Date => new Date(Date.now() + clockOffsetMs);

beforeAll(async () => {
  const policy = {
    ...SHIPPED_BOOK,
    population: new Population(),
    cutoffs: { challenge: 90_000, block: 90_000 },
    shadow: undefined,
  };
  const at = () => Promise.resolve(isLocking ? { ...policy, book: LOCKING } : policy);
  stack = await startStack({ parts: { now, risk: { at } } });
  alice = new TestOperator(stack);
});
beforeEach(() => publish());
afterEach(async () => {
  isLocking = false;
  clockOffsetMs = 0;
  await control(stack, 'faults', undefined, 'DELETE');
});
afterAll(async () => {
  expect(stack.logs.filter((line) => line.event === 'unexpected_error')).toEqual([]);
  await stack.close();
});

const publish = (): Promise<void> => publishAll(stack);
const codeOf = ({ status, body }: Answer<Problem>): string => `${status} ${body.code}`;

/** Somebody with a PIN, and a phone whose number the host told. */
class LockedUser extends SecureUser {
  static async make(name?: string): Promise<LockedUser> {
    const user = new LockedUser(stack, await TestUser.signIn(stack, 'weapp', name));
    if (name === undefined) expect((await user.setPin(PIN)).status).toBe(201);
    return user;
  }

  get id(): string {
    return this.user.session.account.id;
  }

  async setPhone(): Promise<void> {
    await this.user.agree('phone_number');
    const challengeId = (await this.ask('set_phone')).id;
    await this.answer(challengeId, PIN);
    const { proof } = await control(stack, 'phone-proofs', { host: this.user.host, user: this.user.name });
    const body = { proof, loginCode: await this.loginCode(), challengeId };
    await this.user.expect(200, '/v1/security/phone', body);
  }

  ask(action: string): Promise<{ id: string; required: number }> {
    return this.user.expect(201, '/v1/security/challenges', { action });
  }

  async texts(): Promise<readonly { text: string; params: string[] }[]> {
    const { phone } = await control(stack, `users/${this.user.name}`);
    return (await control(stack, `texts?phone=${String(phone)}`)).texts as {
      text: string;
      params: string[];
    }[];
  }

  async notices(): Promise<readonly string[]> {
    const { messages } = (await control(stack, 'state')) as {
      messages: { openId: string; page: string; values: object; user?: string }[];
    };
    return messages
      .filter(({ page }) => page === 'packages/security/locked/index')
      .flatMap(({ values }) => Object.values(values) as string[])
      .filter((value) => value.startsWith('账户'));
  }

  async messages(): Promise<readonly string[]> {
    return (await this.user.expect<MessageList>(200, '/v1/messages')).items.map(({ kind }) => kind);
  }

  async unlock(challengeId: string): Promise<Answer<Security & Problem>> {
    const body = { challengeId, loginCode: await this.loginCode() };
    return this.user.send('/v1/security/unlock', { body });
  }

  async enterSms(challengeId: string): Promise<Answer<{ state: string } & Problem>> {
    await this.user.expect(201, `/v1/security/challenges/${challengeId}/sms-codes`, {});
    const code = (await this.texts()).at(-1)?.params[0];
    return this.user.send(`/v1/security/challenges/${challengeId}/answers`, {
      body: { factor: 'sms', code },
    });
  }

  standing(): Promise<RiskStanding> {
    return this.user.expect(200, '/v1/risk/standing');
  }

  async press(): Promise<Answer<Problem>> {
    const { id } = await this.user.order(3_000);
    return this.user.send(`/v1/orders/${id}/attempts`, { body: { method: this.user.method } });
  }

  again(): Promise<LockedUser> {
    return LockedUser.make(this.user.name);
  }
}

/** As if the cooling time were over: SMS services take no request of another time. */
const cool = (user: LockedUser) =>
  stack.db.updateTable('accounts').set({ unlockAfter: now() }).where('id', '=', user.id).execute();
const lockOf = (user: LockedUser) =>
  alice.send<RiskAccount & Problem>(`/v1/operator/risk/accounts/${user.id}`);
const byOperator = (user: LockedUser, what: 'lock' | 'unlock') =>
  alice.send<RiskAccount & Problem>(`/v1/operator/risk/accounts/${user.id}/${what}`, {
    body: { note: 'asked by phone' },
  });
const decide = (caseId: string, finding: 'fraud' | 'honest') =>
  alice.send<RiskCaseDetail>(`/v1/operator/risk/cases/${caseId}/decide`, {
    body: { finding, note: 'called the customer' },
  });

describe('a lock by risk control', () => {
  test('signs out everywhere, and is told once in the app, by the host and by SMS', async () => {
    const user = await LockedUser.make();
    await user.setPhone();
    const elsewhere = await user.again();
    await control(stack, 'subscriptions', {
      host: 'weapp',
      user: user.user.name,
      templateId: 'sandbox-locked',
      times: 2,
    });
    const noticed = (await user.notices()).length;
    isLocking = true;
    expect(codeOf(await user.press())).toBe('423 account_locked');
    for (const { user: session } of [user, elsewhere]) {
      expect(codeOf(await session.send('/v1/security'))).toBe('401 unauthenticated');
      const { refreshToken } = session.session;
      const refreshed = await session.send('/v1/sessions/refresh', { body: { refreshToken } });
      expect(codeOf(refreshed)).toBe('401 refresh_token_invalid');
    }
    const back = await user.again();
    const { lock } = await back.security();
    expect(lock?.reason).toBe('risk');
    const waitMs = Date.parse(lock?.unlockAfter ?? '') - Date.parse(lock?.lockedAt ?? '');
    expect(waitMs).toBe(30 * MINUTE_MS);
    expect(codeOf(await back.press())).toBe('423 account_locked');
    await Promise.all([runJob(stack.deps, 'publish-events'), runJob(stack.deps, 'publish-events')]);
    await publish();
    expect(await back.messages()).toEqual(['account_locked']);
    expect(await back.texts()).toMatchObject([{ text: expect.stringContaining('已锁定') as string }]);
    expect((await back.notices()).slice(noticed)).toEqual(['账户锁定']);
  });

  test('is told of although the SMS service is down for a while, each way once', async () => {
    const user = await LockedUser.make();
    await user.setPhone();
    await control(stack, 'faults', {
      gateway: 'sms',
      operation: 'SendSms',
      fault: { kind: 'http_500', times: 1 },
    });
    await lockByRisk(stack, user.id);
    const back = await user.again();
    await publish();
    expect([await back.messages(), await back.texts()]).toEqual([['account_locked'], []]);
    clockOffsetMs = MINUTE_MS;
    await publish();
    expect([(await back.messages()).length, (await back.texts()).length]).toEqual([1, 1]);
  });

  test('is lifted after the cooling time by two factors of a user who has two, and care follows', async () => {
    const user = await LockedUser.make();
    await user.setPhone();
    await lockByRisk(stack, user.id);
    await publish();
    const back = await user.again();
    const early = await back.ask('unlock');
    await back.answer(early.id, PIN);
    const tooEarly = await back.unlock(early.id);
    expect(codeOf(tooEarly)).toBe('409 unlock_too_early');
    expect(tooEarly.body.retryAt).toBe((await back.security()).lock?.unlockAfter);

    await cool(user);
    const { id, required } = await back.ask('unlock');
    expect(required).toBe(2);
    await back.answer(id, PIN);
    expect(codeOf(await back.unlock(id))).toBe('404 challenge_not_found');
    expect((await back.enterSms(id)).body.state).toBe('passed');
    expect((await back.unlock(id)).body).toMatchObject({ lock: null, cautiousUntil: expect.any(String) });
    await publish();
    expect(await back.messages()).toEqual(['account_unlocked', 'account_locked']);
    const events = await back.user.expect<{ items: { kind: string }[] }>(200, '/v1/security/events');
    expect(events.items.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['account_locked', 'account_unlocked']),
    );
    expect(codeOf(await back.press())).toBe('403 challenge_required');
  });

  test('keeps PIN, factors, phone and cards as they are, and lets the rest be read', async () => {
    const user = await LockedUser.make();
    await lockByRisk(stack, user.id);
    const back = await user.again();
    const challengeId = (await back.ask('add_authenticator')).id;
    await back.answer(challengeId, PIN);
    const loginCode = await back.loginCode();
    const sealed = await back.sealed({ pin: PIN, newPin: OTHER_PIN });
    const tried: readonly (readonly [path: string, body: object])[] = [
      ['/v1/security/pin', { sealed, loginCode }],
      ['/v1/security/pin/change', { sealed }],
      ['/v1/security/pin/reset-request', { loginCode }],
      ['/v1/security/pin/reset', { sealed, loginCode, challengeId }],
      ['/v1/security/authenticator', { challengeId }],
      ['/v1/security/authenticator/confirm', { code: '123456' }],
      ['/v1/security/authenticator/remove', { challengeId }],
      ['/v1/security/phone', { proof: 'x', loginCode, challengeId }],
      ['/v1/security/phone/remove', { challengeId }],
      ['/v1/cards', { sealed }],
    ];
    for (const [path, body] of tried) {
      expect([path, codeOf(await back.user.send(path, { body }))]).toEqual([path, '423 account_locked']);
    }
    for (const path of ['/v1/orders', '/v1/cards', '/v1/points', '/v1/security', '/v1/messages']) {
      expect((await back.user.send(path)).status).toBe(200);
    }
    expect((await back.user.expect<DeviceList>(200, '/v1/security/devices')).items).toHaveLength(1);
  });

  test('takes the place of one by the user, who cannot keep it away so', async () => {
    const user = await LockedUser.make();
    await user.user.expect(200, '/v1/security/lock', {});
    await lockByRisk(stack, user.id);
    const back = await user.again();
    expect((await back.user.expect<Security>(200, '/v1/security/lock', {})).lock?.reason).toBe('risk');
  });
});

describe('a lock by the user', () => {
  test('keeps sessions, and whoever has no factor may still set a first PIN to lift it', async () => {
    const name = `user-without-pin-${Date.now()}`;
    const user = new LockedUser(stack, await TestUser.signIn(stack, 'weapp', name));
    const { lock } = await user.user.expect<Security>(200, '/v1/security/lock', {});
    expect(lock?.unlockAfter).toBe(lock?.lockedAt);
    expect((await user.setPin(PIN)).status).toBe(201);
    expect(codeOf(await user.changePin(PIN, OTHER_PIN))).toBe('423 account_locked');
    const { id } = await user.ask('unlock');
    await user.answer(id, PIN);
    expect((await user.unlock(id)).status).toBe(200);
    await publish();
    expect([...(await user.messages())].sort()).toEqual(['account_locked', 'account_unlocked']);
    expect(await user.texts()).toEqual([]);
  });

  test('is told to an operator, who hears the appeal of one who cannot lift it, and lifts it', async () => {
    const user = await LockedUser.make();
    await user.user.expect(200, '/v1/security/lock', {});
    expect(await user.standing()).toMatchObject({ locked: true, mayAppeal: true, appeal: null });
    await user.user.expect(201, '/v1/risk/appeals', { text: '忘记支付密码' });
    const { lock, caseId } = (await lockOf(user)).body;
    expect(lock?.reason).toBe('user');
    // What was found honest leaves a lock of the user's own in place.
    expect((await decide(caseId ?? '', 'honest')).body.locked).toBe(true);
    expect((await byOperator(user, 'unlock')).body.lock).toBeNull();
    expect(codeOf(await byOperator(user, 'unlock'))).toBe('409 account_not_locked');
  });
});

describe('a lock by an operator', () => {
  test('is lifted by an operator alone, after an appeal that is looked at', async () => {
    const user = await LockedUser.make();
    const locked = await byOperator(user, 'lock');
    expect(locked.body.lock).toMatchObject({ reason: 'operator', unlockAfter: null });
    expect((await byOperator(user, 'lock')).body).toEqual(locked.body);
    expect(codeOf(await user.user.send('/v1/security'))).toBe('401 unauthenticated');
    let back = await user.again();
    clockOffsetMs = 48 * 60 * MINUTE_MS;
    back = await user.again();
    const { id } = await back.ask('unlock');
    await back.answer(id, PIN);
    expect(codeOf(await back.unlock(id))).toBe('409 locked_by_operator');

    expect(await back.standing()).toMatchObject({ locked: true, mayAppeal: true, appeal: null });
    const appeal = (text: string) =>
      back.user.send<RiskStanding & Problem>('/v1/risk/appeals', { body: { text } });
    expect((await appeal('是我本人')).body).toMatchObject({
      mayAppeal: false,
      appeal: { state: 'pending', text: '是我本人', answeredAt: null },
    });
    expect(codeOf(await appeal('再看看'))).toBe('409 appeal_pending');
    const caseId = locked.body.caseId ?? '';
    await decide(caseId, 'fraud');
    expect(await back.standing()).toMatchObject({
      locked: true,
      mayAppeal: true,
      appeal: { state: 'refused', answeredAt: expect.any(String) },
    });
    expect((await appeal('请再看看')).status).toBe(201);
    const decided = await decide(caseId, 'honest');
    expect(decided.body).toMatchObject({ locked: false });
    expect(decided.body.history.map(({ action }) => action)).toEqual([
      'locked',
      'appealed',
      'decided',
      'appealed',
      'decided',
      'unlocked',
    ]);
    expect(await back.standing()).toMatchObject({ locked: false, appeal: { state: 'granted' } });
    await publish();
    // Both left at one moment: whichever was kept first, each is told once.
    expect([...(await back.messages())].sort()).toEqual(['account_locked', 'account_unlocked']);
  });

  test('takes the place of others, and names that lead nowhere have their code', async () => {
    const user = await LockedUser.make();
    await lockByRisk(stack, user.id);
    expect((await byOperator(user, 'lock')).body.lock?.reason).toBe('operator');
    for (const id of ['none', '01900000-0000-7000-8000-0000000000ff']) {
      const path = `/v1/operator/risk/accounts/${id}`;
      expect(codeOf(await alice.send(path))).toBe('404 account_not_found');
      expect(codeOf(await alice.send(`${path}/lock`, { body: { note: 'x' } }))).toBe('404 account_not_found');
      expect(codeOf(await alice.send(`${path}/unlock`, { body: { note: 'x' } }))).toBe(
        '404 account_not_found',
      );
    }
  });

  test('at the moment of others and of a decision leaves one lock and no error', async () => {
    const user = await LockedUser.make();
    await lockByRisk(stack, user.id);
    const { caseId } = (await byOperator(user, 'lock')).body;
    const answers = await Promise.all([
      byOperator(user, 'unlock'),
      decide(caseId ?? '', 'honest'),
      byOperator(user, 'lock'),
      byOperator(user, 'unlock'),
      byOperator(user, 'lock'),
    ]);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
  });
});
