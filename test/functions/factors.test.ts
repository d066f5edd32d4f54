import { Secret, TOTP } from 'otpauth';

import type {
  Attempt,
  AuthenticatorSetup,
  Challenge,
  Problem,
  RecoveryCodes,
  Security,
} from '../../cloud/contract/types';
import { TestUser, type Answer } from '../support/client';
import { SecureUser } from '../support/device';
import { startStack, type Stack } from '../support/stack';

const PIN = '739164';
const NEW_PIN = '508273';

let stack: Stack;
let clockOffsetMs = 0;
const now = (): Date => new Date(Date.now() + clockOffsetMs);
beforeAll(async () => {
  stack = await startStack({ parts: { now } });
});
afterAll(async () => {
  expect(stack.logs.filter((line) => line.event === 'unexpected_error')).toEqual([]);
  await stack.close();
});

const codeOf = ({ status, body }: Answer<Problem>): string => `${status} ${body.code}`;

/** Somebody with a PIN and an authenticator app. */
class TwoFactorUser extends SecureUser {
  secret = new Secret();
  recoveryCodes: readonly string[] = [];

  static async make(): Promise<TwoFactorUser> {
    const user = new TwoFactorUser(stack, await TestUser.signIn(stack, 'alipay'));
    await user.setPin(PIN);
    return user;
  }

  /** A code that was not used yet: the clock goes on by a step each time. */
  nextCode(): string {
    clockOffsetMs += 30_000;
    return TOTP.generate({ secret: this.secret, timestamp: now().getTime() });
  }

  ask(action: string): Promise<Challenge> {
    return this.user.expect(201, '/v1/security/challenges', { action });
  }

  async askedAndEntered(action: string): Promise<string> {
    const { id } = await this.ask(action);
    expect((await this.answer(id, PIN)).body.state).toBe('passed');
    return id;
  }

  prove(challengeId: string, body: object): Promise<Answer<Challenge & Problem>> {
    return this.user.send(`/v1/security/challenges/${challengeId}/answers`, { body });
  }

  async addAuthenticator(): Promise<void> {
    const challengeId = await this.askedAndEntered('add_authenticator');
    const setup = await this.user.expect<AuthenticatorSetup>(201, '/v1/security/authenticator', {
      challengeId,
    });
    this.secret = Secret.fromBase32(setup.secret);
    const code = this.nextCode();
    const confirmed = await this.user.expect<RecoveryCodes>(201, '/v1/security/authenticator/confirm', {
      code,
    });
    this.recoveryCodes = confirmed.recoveryCodes;
  }
}

test('an authenticator is set up by whoever knows the PIN, and confirmed by a code of it', async () => {
  const user = await TwoFactorUser.make();
  const open = await user.ask('add_authenticator');
  const unpassed = { body: { challengeId: open.id } };
  expect(codeOf(await user.user.send('/v1/security/authenticator', unpassed))).toBe(
    '404 challenge_not_found',
  );
  expect(
    codeOf(await user.user.send('/v1/security/authenticator/confirm', { body: { code: '123456' } })),
  ).toBe('409 authenticator_not_set');
  const challengeId = await user.askedAndEntered('add_authenticator');
  const setup = await user.user.expect<AuthenticatorSetup>(201, '/v1/security/authenticator', {
    challengeId,
  });
  expect(setup.qrImage).toMatch(/^data:image\/gif;base64,/);
  expect((await user.security()).authenticator).toEqual({ set: false, recoveryCodesLeft: 0 });
  user.secret = Secret.fromBase32(setup.secret);
  const right = user.nextCode();
  const wrong = right === '000000' ? '000001' : '000000';
  const refused = await user.user.send('/v1/security/authenticator/confirm', { body: { code: wrong } });
  expect(refused.body).toMatchObject({ code: 'code_wrong', triesLeft: 4 });
  await user.user.expect(201, '/v1/security/authenticator/confirm', { code: right });
  expect((await user.security()).authenticator).toEqual({ set: true, recoveryCodesLeft: 10 });
  const again = await user.askedAndEntered('add_authenticator');
  const second = await user.user.send('/v1/security/authenticator', { body: { challengeId: again } });
  expect(codeOf(second)).toBe('409 authenticator_already_set');
  const kept = await stack.db.selectFrom('idempotencyKeys').select('body').execute();
  expect(JSON.stringify(kept)).not.toContain(setup.secret);
});

test('a code works once, by itself or at a hundred places at one moment', async () => {
  const user = await TwoFactorUser.make();
  await user.addAuthenticator();
  const challenges = await Promise.all(Array.from({ length: 4 }, () => user.ask('remove_authenticator')));
  const code = user.nextCode();
  const answers = await Promise.all(challenges.map(({ id }) => user.prove(id, { factor: 'totp', code })));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ body }) => body.code === 'code_wrong')).toHaveLength(3);
});

test('a day of very large payments needs both factors, different ones', async () => {
  const user = await TwoFactorUser.make();
  const order = await user.user.order(2_000_001);
  const start = (challengeId?: string): Promise<Answer<Attempt & Problem>> =>
    user.user.send(`/v1/orders/${order.id}/attempts`, { body: { method: 'alipay', challengeId } });
  const id = (await start()).body.challengeId ?? '';
  expect((await user.answer(id, PIN)).body).toMatchObject({ required: 2, state: 'open', available: [] });
  expect((await user.answer(id, PIN)).body).toMatchObject({ passed: ['pin'], state: 'open' });
  expect(codeOf(await start(id))).toBe('403 challenge_required');
  await user.addAuthenticator();
  const proved = await user.prove(id, { factor: 'totp', code: user.nextCode() });
  expect(proved.body).toMatchObject({ passed: ['pin', 'totp'], state: 'passed' });
  expect((await start(id)).status).toBe(201);
});

test('recovery codes stand for the authenticator, each once; whoever removes it has none left', async () => {
  const user = await TwoFactorUser.make();
  await user.addAuthenticator();
  const [first = ''] = user.recoveryCodes;
  const { id } = await user.ask('remove_authenticator');
  expect((await user.prove(id, { factor: 'recovery', code: first.toUpperCase() })).body.state).toBe('passed');
  const other = await user.ask('remove_authenticator');
  expect((await user.prove(other.id, { factor: 'recovery', code: first })).body.code).toBe('code_wrong');
  expect((await user.security()).authenticator.recoveryCodesLeft).toBe(9);
  const gone = await user.user.expect<Security>(200, '/v1/security/authenticator/remove', {
    challengeId: id,
  });
  expect(gone.authenticator).toEqual({ set: false, recoveryCodesLeft: 0 });
});

test('five wrong codes stop further ones, right or wrong, and recovery codes too', async () => {
  const user = await TwoFactorUser.make();
  await user.addAuthenticator();
  const { id } = await user.ask('remove_authenticator');
  for (const left of [4, 3, 2, 1])
    expect((await user.prove(id, { factor: 'recovery', code: 'aaaaa-aaaaa' })).body.triesLeft).toBe(left);
  expect((await user.prove(id, { factor: 'recovery', code: 'aaaaa-aaaaa' })).body.code).toBe('code_locked');
  expect((await user.prove(id, { factor: 'totp', code: user.nextCode() })).body.code).toBe('code_locked');
});

describe('a forgotten PIN', () => {
  const reset = async (user: SecureUser, challengeId?: string): Promise<Answer<Security & Problem>> =>
    user.user.send('/v1/security/pin/reset', {
      body: { sealed: await user.sealed({ pin: NEW_PIN }), loginCode: await user.loginCode(), challengeId },
    });

  test('is set anew by the authenticator, never by itself', async () => {
    const user = await TwoFactorUser.make();
    await user.addAuthenticator();
    const { id, available } = await user.ask('reset_pin');
    expect(available).toEqual(['totp']);
    expect(codeOf(await user.answer(id, PIN))).toBe('404 challenge_not_found');
    expect(codeOf(await reset(user, id))).toBe('404 challenge_not_found');
    await user.prove(id, { factor: 'totp', code: user.nextCode() });
    expect((await reset(user, id)).status).toBe(200);
    expect(codeOf(await reset(user, id))).toBe('404 challenge_not_found');
    expect((await user.changePin(NEW_PIN, '963850')).status).toBe(200);
  });

  test('is set anew after a day by whoever has nothing else, unless its owner objects', async () => {
    const [owner, forgetful] = [await TwoFactorUser.make(), await TwoFactorUser.make()];
    for (const user of [owner, forgetful]) {
      expect(codeOf(await reset(user))).toBe('409 pin_reset_not_due');
      const loginCode = await user.loginCode();
      const asked = await user.user.expect<Security>(200, '/v1/security/pin/reset-request', { loginCode });
      expect(asked.pin.resetAfter).toEqual(expect.any(String));
      expect((await reset(user)).body.retryAt).toBe(asked.pin.resetAfter);
    }
    await owner.askedAndEntered('unlock');
    clockOffsetMs += 25 * 3_600_000;
    const later = async (user: SecureUser) =>
      new SecureUser(stack, await TestUser.signIn(stack, 'alipay', user.user.name));
    expect(codeOf(await reset(await later(owner)))).toBe('409 pin_reset_not_due');
    const back = await later(forgetful);
    expect((await reset(back)).body).toMatchObject({ pin: { resetAfter: null } });
    expect((await back.changePin(NEW_PIN, '963850')).status).toBe(200);
  });
});
