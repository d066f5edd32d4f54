import { randomUUID } from 'node:crypto';

import { sql } from 'kysely';

import type { Attempt, Problem, Security } from '../../cloud/contract/types';
import { ApiError } from '../../cloud/functions/http/problem';
import { checkPin } from '../../cloud/functions/security/enter-pin';
import { SEED_LINKS } from '../../cloud/store';
import { TestUser, type Answer } from '../support/client';
import { SecureUser, sealFor } from '../support/device';
import { startStack, type Stack } from '../support/stack';

const PIN = '739164';
const OTHER_PIN = '508273';
const HOUR_MS = 3_600_000;

let stack: Stack;
let clockOffsetMs = 0;
/** Where a test needs time to stand still. */
let stoppedAtMs: number | undefined;
const now = (): Date => new Date((stoppedAtMs ?? Date.now()) + clockOffsetMs);
beforeAll(async () => {
  stack = await startStack({ parts: { now } });
});
afterEach(() => {
  clockOffsetMs = 0;
  stoppedAtMs = undefined;
});
afterAll(async () => {
  expect(stack.logs.filter((line) => line.event === 'unexpected_error')).toEqual([]);
  await stack.close();
});

async function newUser(pin?: string): Promise<SecureUser> {
  const user = new SecureUser(stack, await TestUser.signIn(stack, 'weapp'));
  if (pin !== undefined) expect((await user.setPin(pin)).status).toBe(201);
  return user;
}
const signedInAgain = async ({ user }: SecureUser): Promise<SecureUser> =>
  new SecureUser(stack, await TestUser.signIn(stack, 'weapp', user.name));
const codeOf = ({ status, body }: Answer<Problem>): string => `${status} ${body.code}`;
const start = (user: SecureUser, orderId: string, challengeId?: string): Promise<Answer<Attempt & Problem>> =>
  user.user.send(`/v1/orders/${orderId}/attempts`, {
    body: { method: user.user.method, ...(challengeId !== undefined && { challengeId }) },
  });
const kinds = async (user: SecureUser): Promise<readonly string[]> =>
  (await user.user.expect<{ items: { kind: string }[] }>(200, '/v1/security/events')).items.map(
    ({ kind }) => kind,
  );

describe('the payment PIN', () => {
  test('is set once by whoever is in the host now, and changed by whoever knows it', async () => {
    const user = await newUser();
    expect(await user.security()).toMatchObject({ pin: { set: false, setAt: null }, lock: null });
    const stranger = await user.loginCode(`stranger-${randomUUID().slice(0, 8)}`);
    expect(codeOf(await user.setPin(PIN, stranger))).toBe('401 login_code_invalid');
    expect((await user.setPin(PIN)).body).toMatchObject({ pin: { set: true } });
    expect(codeOf(await user.setPin(OTHER_PIN))).toBe('409 pin_already_set');
    expect(codeOf(await user.changePin(OTHER_PIN, PIN))).toBe('403 pin_wrong');
    expect(codeOf(await user.changePin(PIN, PIN))).toBe('409 pin_unchanged');
    expect(codeOf(await user.changePin(PIN, '123456'))).toBe('400 pin_weak');
    expect((await user.changePin(PIN, OTHER_PIN)).status).toBe(200);
    expect(codeOf(await user.changePin(PIN, '963850'))).toBe('403 pin_wrong');
    expect(await kinds(user)).toEqual(['pin_wrong', 'pin_changed', 'pin_wrong', 'pin_set']);
  });

  test.each(['000000', '123456', '900817', '121212'])('%s is too weak', async (pin) => {
    expect(codeOf(await (await newUser()).setPin(pin))).toBe('400 pin_weak');
  });

  test('a box works once, for the session it was made for, until it runs out', async () => {
    const [user, other] = [await newUser(PIN), await newUser(PIN)];
    const entered = { pin: PIN, newPin: OTHER_PIN };
    const change = (by: SecureUser, sealed: object) =>
      by.user.send('/v1/security/pin/change', { body: { sealed }, key: randomUUID() });
    const box = await user.sealed(entered);
    expect(codeOf(await change(other, box))).toBe('409 sealing_key_invalid');
    expect((await change(user, box)).status).toBe(200);
    expect(codeOf(await change(user, box))).toBe('409 sealing_key_invalid');
    const late = await other.sealed(entered);
    clockOffsetMs = 3 * 60_000;
    expect(codeOf(await change(other, late))).toBe('409 sealing_key_invalid');
  });

  test('what was not sealed to the key, or not as it must be, is refused and counts as no try', async () => {
    const user = await newUser(PIN);
    const send = (sealed: object) => user.user.send('/v1/security/pin/change', { body: { sealed } });
    const [first, second] = [await user.key(), await user.key()];
    const swapped = { ...sealFor(first, { pin: PIN, newPin: OTHER_PIN }), keyId: second.keyId };
    expect(codeOf(await send(swapped))).toBe('400 sealed_invalid');
    const zeros = { keyId: first.keyId, box: Buffer.alloc(112).toString('base64url') };
    expect(codeOf(await send(zeros))).toBe('400 sealed_invalid');
    expect(codeOf(await send(sealFor(await user.key(), { pin: 'abcdef', newPin: OTHER_PIN })))).toBe(
      '400 sealed_invalid',
    );
    expect(codeOf(await send(sealFor(await user.key(), { pin: PIN, newPin: OTHER_PIN }, 80)))).toBe(
      '400 invalid_request',
    );
    const answer = await user.changePin('963850', OTHER_PIN);
    expect(answer.body).toMatchObject({ code: 'pin_wrong', triesLeft: 4 });
  });

  test('of a thousand guesses, as many at once as the database takes, five are looked at', async () => {
    const user = await newUser(PIN);
    const { account } = user.user.session;
    const caller = { accountId: account.id, sessionId: randomUUID(), host: account.host };
    const looks = jest.spyOn(stack.deps.identity.pins, 'verify');
    const guesses = Array.from({ length: 1_000 }, (_, index) => String(200_000 + index));
    const codes: unknown[] = [];
    const guessOn = async (): Promise<void> => {
      for (let guess = guesses.pop(); guess !== undefined; guess = guesses.pop()) {
        await checkPin(stack.deps, caller, guess).then(
          () => codes.push('right'),
          (error: unknown) => codes.push(error instanceof ApiError ? error.code : error),
        );
      }
    };
    await Promise.all(Array.from({ length: 20 }, guessOn));
    expect(looks).toHaveBeenCalledTimes(5);
    looks.mockRestore();
    expect(codes.filter((code) => code === 'pin_wrong')).toHaveLength(4);
    expect(codes.filter((code) => code === 'pin_locked')).toHaveLength(996);
    // The fifth locked the account as well, which ended its sessions. The right PIN helps nobody now.
    const back = await signedInAgain(user);
    expect((await back.security()).lock).toMatchObject({ reason: 'risk' });
    expect(codeOf(await back.changePin(PIN, OTHER_PIN))).toBe('423 account_locked');
    expect(codeOf(await back.answer((await back.challenge()).id, PIN))).toBe('423 pin_locked');
    const judged = await stack.db
      .selectFrom('riskEvents')
      .select(['action', 'verdict'])
      .where('account', '=', account.id)
      .where('action', '=', 'pin_fail')
      .orderBy('at')
      .orderBy('id')
      .execute();
    expect(judged.map(({ verdict }) => verdict).sort()).toEqual(['allow', 'allow', 'allow', 'allow', 'lock']);
  });

  test('of sealed guesses that come at one moment five are looked at', async () => {
    const user = await newUser(PIN);
    const looks = jest.spyOn(stack.deps.identity.pins, 'verify');
    const boxes = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        user.sealed({ pin: String(200_000 + index), newPin: OTHER_PIN }),
      ),
    );
    const answers = await Promise.all(
      boxes.map((sealed) => user.user.send('/v1/security/pin/change', { body: { sealed } })),
    );
    expect(looks).toHaveBeenCalledTimes(5);
    looks.mockRestore();
    expect(answers.filter(({ body }) => body.code === 'pin_wrong')).toHaveLength(4);
    // The fifth signs the account out: whoever comes after that is not heard at all.
    const refused = ['423 pin_locked', '423 account_locked', '401 unauthenticated'];
    expect(answers.filter((answer) => refused.includes(codeOf(answer)))).toHaveLength(26);
  });

  test('five wrong ones stop further tries, each time for longer; a right one makes good', async () => {
    let user = await newUser(PIN);
    // A locked account answers challenges, so as to be unlocked.
    const entered = async (pin: string): Promise<Problem> =>
      (await user.answer((await user.challenge()).id, pin)).body;
    const wrong = async (times: number): Promise<Problem> => {
      let last: Problem | undefined;
      for (let count = 0; count < times; count += 1) last = await entered('963850');
      if (last === undefined) throw new Error('no try was made');
      return last;
    };
    stoppedAtMs = Date.now();
    expect(await wrong(4)).toMatchObject({ code: 'pin_wrong', triesLeft: 1 });
    for (const hours of [0.5, 3, 24, 24]) {
      const stopped = await wrong(hours === 0.5 ? 1 : 5);
      expect(stopped.code).toBe('pin_locked');
      const waitMs = Date.parse(stopped.retryAt ?? '') - now().getTime();
      expect(waitMs).toBe(hours * HOUR_MS);
      // The first stop locked the account, which signed it out.
      user = await signedInAgain(user);
      expect((await entered(PIN)).code).toBe('pin_locked');
      expect((await user.security()).pin.lockedUntil).toBe(stopped.retryAt);
      clockOffsetMs += waitMs;
      // The access token has run out meanwhile.
      user = await signedInAgain(user);
    }
    expect(await entered(PIN)).toMatchObject({ state: 'passed' });
    expect(await entered('963850')).toMatchObject({ triesLeft: 4 });
  });

  test('neither log nor database holds a PIN, and each hash is another', async () => {
    const [one, two] = [await newUser('274096'), await newUser('274096')];
    await one.changePin('418305', '963850');
    await two.changePin('274096', '418305');
    const written = JSON.stringify(stack.logs);
    const { rows } = await sql<{ dump: string }>`
      select (select json_agg(p)::text from payment_pins p) || (select json_agg(i)::text from idempotency_keys i)
        || (select json_agg(e)::text from security_events e) as dump`.execute(stack.db);
    for (const pin of ['274096', '418305', '963850']) {
      expect(written).not.toContain(pin);
      // Ids and hashes hold any six digits by chance; a PIN would stand alone.
      expect(rows[0]?.dump).not.toMatch(new RegExp(`(?<![\\w-])${pin}(?![\\w-])`));
    }
    const hashes = await stack.db.selectFrom('paymentPins').select('hash').execute();
    expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(hashes.length);
  });
});

describe('a large payment', () => {
  test('asks for a challenge, and starts once that is passed', async () => {
    const user = await newUser(PIN);
    const order = await user.user.order(500_001);
    const refused = await start(user, order.id);
    expect(codeOf(refused)).toBe('403 challenge_required');
    const challengeId = refused.body.challengeId ?? '';
    expect(await user.user.expect(200, `/v1/security/challenges/${challengeId}`)).toMatchObject({
      action: 'pay',
      orderId: order.id,
      amountFen: 500_001,
      required: 1,
      passed: [],
      available: ['pin'],
      state: 'open',
    });
    expect(codeOf(await start(user, order.id, challengeId))).toBe('403 challenge_required');
    expect((await user.answer(challengeId, '963850')).body).toMatchObject({
      code: 'pin_wrong',
      triesLeft: 4,
    });
    expect((await user.answer(challengeId, PIN)).body).toMatchObject({ state: 'passed', passed: ['pin'] });
    const started = await start(user, order.id, challengeId);
    expect(started.status).toBe(201);
    await user.user.decide(started.body);
    await user.user.until(order.id, 'paid');
  });

  test('takes a challenge for no other order, session or time', async () => {
    const user = await newUser(PIN);
    const [order, another] = [await user.user.order(600_000), await user.user.order(600_000)];
    const challengeId = (await start(user, order.id)).body.challengeId ?? '';
    const elsewhere = new SecureUser(stack, await TestUser.signIn(stack, 'weapp', user.user.name));
    expect(codeOf(await elsewhere.answer(challengeId, PIN))).toBe('404 challenge_not_found');
    expect((await user.answer(challengeId, PIN)).status).toBe(200);
    expect(codeOf(await start(user, another.id, challengeId))).toBe('403 challenge_required');
    expect(codeOf(await start(elsewhere, order.id, challengeId))).toBe('403 challenge_required');
    clockOffsetMs = 6 * 60_000;
    expect(codeOf(await start(user, order.id, challengeId))).toBe('403 challenge_required');
    clockOffsetMs = 0;
    expect((await start(user, order.id, challengeId)).status).toBe(403);
  });

  test('counts what else is paid on the day, open orders too', async () => {
    const user = await newUser();
    await user.user.pay(300_000);
    const [second, third] = [await user.user.order(150_000), await user.user.order(100_000)];
    expect((await start(user, second.id)).body.code).toBe('challenge_required');
    await user.user.expect(200, `/v1/orders/${second.id}/cancel`, {});
    expect((await start(user, third.id)).status).toBe(201);
    const small = await user.user.order(99_999);
    expect((await start(user, small.id)).status).toBe(201);
  });
});

describe('the lock', () => {
  test('stops every payment of every session until whoever knows the PIN unlocks', async () => {
    const user = await newUser(PIN);
    const order = await user.user.order(1_000, { linkCode: SEED_LINKS.openAmount });
    const elsewhere = new SecureUser(stack, await TestUser.signIn(stack, 'weapp', user.user.name));
    const locked = await elsewhere.user.expect<Security>(200, '/v1/security/lock', {});
    expect(locked.lock).toMatchObject({ reason: 'user' });
    await elsewhere.user.expect(200, '/v1/security/lock', {});
    expect(codeOf(await start(user, order.id))).toBe('423 account_locked');
    expect(codeOf(await start(elsewhere, order.id))).toBe('423 account_locked');

    const unlock = async (challengeId: string, loginCode: string) =>
      user.user.send<Security & Problem>('/v1/security/unlock', { body: { challengeId, loginCode } });
    const { id } = await user.challenge();
    expect(codeOf(await unlock(id, await user.loginCode()))).toBe('404 challenge_not_found');
    expect((await user.answer(id, PIN)).status).toBe(200);
    const stranger = await user.loginCode(`stranger-${randomUUID().slice(0, 8)}`);
    expect(codeOf(await unlock(id, stranger))).toBe('401 login_code_invalid');
    const unlocked = await unlock(id, await user.loginCode());
    expect(unlocked.body).toMatchObject({ lock: null, cautiousUntil: expect.any(String) });
    expect(codeOf(await unlock(id, await user.loginCode()))).toBe('409 account_not_locked');
    expect(await kinds(user)).toEqual(['account_unlocked', 'account_locked', 'pin_set']);

    // For a day even a small payment asks for the PIN.
    const refused = await start(user, order.id);
    expect(codeOf(refused)).toBe('403 challenge_required');
    const challengeId = refused.body.challengeId ?? '';
    await user.answer(challengeId, PIN);
    expect((await start(user, order.id, challengeId)).status).toBe(201);
  });

  test('that is not due cannot be lifted by anybody', async () => {
    const user = await newUser(PIN);
    const accountId = user.user.session.account.id;
    await stack.db
      .updateTable('accounts')
      .set({
        lockedAt: new Date(),
        lockReason: 'risk',
        unlockAfter: new Date(Date.now() + HOUR_MS),
      })
      .where('id', '=', accountId)
      .execute();
    const { id } = await user.challenge();
    await user.answer(id, PIN);
    const answer = await user.user.send('/v1/security/unlock', {
      body: { challengeId: id, loginCode: await user.loginCode() },
    });
    expect(codeOf(answer)).toBe('409 unlock_too_early');
    expect(answer.body.retryAt).toEqual(expect.any(String));
  });
});
