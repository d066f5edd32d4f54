import type {
  Attempt,
  Challenge,
  Host,
  MessageList,
  Problem,
  Security,
  SecurityEventList,
} from '../../cloud/contract/types';
import { control, TestUser, type Answer } from '../support/client';
import { TouchingUser } from '../support/fingers';
import { lockByRisk } from '../support/locks';
import { publishAll, startStack, type Stack } from '../support/stack';

const HOSTS = ['weapp', 'alipay'] as const;
const NEW_PIN = '508273';

let stack: Stack;
let clockOffsetMs = 0;
const now = (): Date => new Date(Date.now() + clockOffsetMs);
beforeAll(async () => {
  stack = await startStack({ parts: { now } });
});
afterEach(() => control(stack, 'faults', undefined, 'DELETE'));
afterAll(async () => {
  expect(stack.logs.filter((line) => line.event === 'unexpected_error')).toEqual([]);
  await stack.close();
});

const codeOf = ({ status, body }: Answer<Problem>): string => `${status} ${body.code}`;

/** Somebody with a PIN, and with biometrics unless they are to be turned on later. */
async function person(host: Host = 'weapp', on = true): Promise<TouchingUser> {
  const user = new TouchingUser(stack, await TestUser.signIn(stack, host));
  expect((await user.setPin(user.pin)).status).toBe(201);
  if (on) expect((await user.turnOn()).body.biometric.set).toBe(true);
  return user;
}

/** The same person on the same phone, or on another, signed in again. */
const again = async (user: TouchingUser): Promise<TouchingUser> =>
  new TouchingUser(stack, await TestUser.signIn(stack, user.user.host, user.user.name), user.pin);

async function kinds(user: TouchingUser): Promise<readonly string[]> {
  const { items } = await user.user.expect<SecurityEventList>(200, '/v1/security/events');
  return items.map(({ kind }) => kind);
}

async function payment(user: TouchingUser, amountFen: number) {
  const order = await user.user.order(amountFen);
  const method = user.user.host === 'weapp' ? 'wechat' : 'alipay';
  const start = (challengeId?: string): Promise<Answer<Attempt & Problem>> =>
    user.user.send(`/v1/orders/${order.id}/attempts`, { body: { method, challengeId } });
  return { start, challengeId: (await start()).body.challengeId ?? '' };
}

describe.each(HOSTS)('in %s', (host) => {
  test('who turned it on with the PIN pays by a finger; turned off, by the PIN again', async () => {
    const user = await person(host);
    const { start, challengeId } = await payment(user, 500_001);
    const asked = await user.user.expect<Challenge>(200, `/v1/security/challenges/${challengeId}`);
    expect(asked.available).toEqual(['biometric', 'pin']);
    const proved = await user.prove(challengeId, await user.touched(challengeId));
    expect(proved.body).toMatchObject({ state: 'passed', passed: ['biometric'] });
    expect((await start(challengeId)).status).toBe(201);
    expect((await user.turnOff()).body.biometric).toEqual({ set: false, setAt: null, stopped: false });
    expect((await user.ask('export_data')).available).toEqual(['pin']);
    expect((await kinds(user)).filter((kind) => kind.startsWith('biometric'))).toEqual([
      'biometric_removed',
      'biometric_added',
    ]);
  });

  test('the owner is told in the app and by the host of a finger that was added', async () => {
    const user = await person(host, false);
    const told = async (): Promise<readonly string[]> => {
      await publishAll(stack);
      const { messages } = (await control(stack, 'state')) as {
        messages: { openId: string; values: object }[];
      };
      const { openId } = await stack.db
        .selectFrom('logins')
        .select('openId')
        .where('accountId', '=', user.user.session.account.id)
        .executeTakeFirstOrThrow();
      const kept = await user.user.expect<MessageList>(200, '/v1/messages');
      return [
        ...kept.items.map(({ title }) => title),
        ...messages
          .filter((message) => message.openId === openId)
          .flatMap(({ values }) =>
            (Object.values(values) as string[]).filter((value) => /[^\d :-]/.test(value)),
          ),
      ];
    };
    await control(stack, 'subscriptions', {
      host,
      user: user.user.name,
      templateId: 'sandbox-locked',
      times: 1,
    });
    expect(await told()).toEqual([]);
    await user.turnOn();
    expect(await told()).toEqual(['安全设置已变更', '安全变更']);
    await user.turnOff();
    expect(await told()).toHaveLength(2);
  });

  test('a proof is for one challenge, works once, and is of nobody else', async () => {
    const user = await person(host);
    const [first, second] = [await user.ask('export_data'), await user.ask('export_data')];
    const proof = await user.touched(first.id);
    expect(codeOf(await user.prove(second.id, proof))).toBe('409 biometric_nonce_expired');
    await user.nonce(second.id);
    expect((await user.prove(second.id, proof)).body).toMatchObject({
      code: 'biometric_rejected',
      triesLeft: 4,
    });
    const fresh = await user.touched(first.id);
    expect((await user.prove(first.id, fresh)).body.state).toBe('passed');
    expect(codeOf(await user.prove(first.id, fresh))).toBe('409 biometric_nonce_expired');
    await user.nonce(first.id);
    expect(codeOf(await user.prove(first.id, fresh))).toBe('403 biometric_rejected');
    const stranger = await person(host);
    const ofStranger = await user.touched(second.id, { user: stranger.user.name });
    expect(codeOf(await user.prove(second.id, ofStranger))).toBe('403 biometric_rejected');
  });

  test('what was asked long ago is signed in vain', async () => {
    const user = await person(host);
    const { id } = await user.ask('export_data');
    const proof = await user.touched(id);
    clockOffsetMs += 2 * 60_000 + 1;
    expect(codeOf(await user.prove(id, proof))).toBe('409 biometric_nonce_expired');
    expect((await user.security()).biometric.stopped).toBe(false);
  });

  test('an outage of the host uses up no tries', async () => {
    const user = await person(host);
    const operation =
      host === 'weapp'
        ? { gateway: 'wechat', operation: 'soter.verify_signature' }
        : { gateway: 'alipay', operation: 'alipay.security.risk.verifyidentity.miniapp.confirm' };
    const { id } = await user.ask('export_data');
    for (let tries = 0; tries < 6; tries += 1) {
      await control(stack, 'faults', { ...operation, fault: { kind: 'http_500' } });
      expect(codeOf(await user.prove(id, await user.touched(id)))).toBe('503 gateway_unavailable');
    }
    expect((await user.prove(id, await user.touched(id))).body.state).toBe('passed');
  });
});

test('it is turned on by PIN and finger together, not by either', async () => {
  const user = await person('weapp', false);
  const { id, available } = await user.ask('add_biometric');
  expect(available).toEqual(['pin']);
  expect(codeOf(await user.nonce(id))).toBe('404 challenge_not_found');
  const challengeId = await user.entered('add_biometric');
  const set = (proof: object): Promise<Answer<Security & Problem>> =>
    user.user.send('/v1/security/biometric', { body: { challengeId, proof } });
  const unasked = await user.sign('what nobody asked for');
  expect(codeOf(await set(unasked))).toBe('409 biometric_nonce_expired');
  await user.nonce(challengeId);
  expect(codeOf(await set(unasked))).toBe('403 biometric_rejected');
  expect((await user.security()).biometric.set).toBe(false);
  const proof = await user.touched(challengeId);
  expect((await set(proof)).body.biometric).toMatchObject({ set: true, stopped: false });
  expect(codeOf(await set(await user.touched(challengeId)))).toBe('404 challenge_not_found');
});

test('WeChat: a changed text, another phone, and a counter that went back are refused', async () => {
  const user = await person();
  const { id } = await user.ask('export_data');
  const proof = await user.touched(id);
  const changed = {
    ...proof,
    resultJson: ('resultJson' in proof ? proof.resultJson : '').replace('"fid":"1"', '"fid":"2"'),
  };
  expect(
    codeOf(
      await user.prove(id, {
        ...changed,
        host: 'weapp',
        signature: 'signature' in proof ? proof.signature : '',
      }),
    ),
  ).toBe('403 biometric_rejected');
  expect(codeOf(await user.prove(id, await user.touched(id, { device: 'other-phone' })))).toBe(
    '403 biometric_rejected',
  );
  expect(codeOf(await user.prove(id, await user.touched(id, { counter: 1 })))).toBe('403 biometric_rejected');
  expect(codeOf(await user.prove(id, { host: 'alipay', verifyId: 'made-up' }))).toBe(
    '409 biometric_nonce_expired',
  );
  expect((await user.prove(id, await user.touched(id))).body.state).toBe('passed');
  expect((await user.prove((await user.ask('export_data')).id, await user.sign('x'))).body.code).toBe(
    'biometric_nonce_expired',
  );
});

test('five refusals stop it until the PIN is entered right, even all at one moment', async () => {
  const user = await person('alipay');
  const challenges = await Promise.all(Array.from({ length: 8 }, () => user.ask('export_data')));
  await Promise.all(challenges.map(({ id }) => user.nonce(id)));
  const answers = await Promise.all(
    challenges.map(({ id }) => user.prove(id, { host: 'alipay', verifyId: 'made-up' })),
  );
  expect(answers.filter(({ body }) => body.code === 'biometric_rejected').length).toBe(4);
  expect(answers.filter(({ body }) => body.code === 'biometric_stopped').length).toBe(4);
  expect((await user.security()).biometric).toMatchObject({ set: true, stopped: true });
  const { id, available } = await user.ask('export_data');
  expect(available).toEqual(['pin']);
  expect(codeOf(await user.nonce(id))).toBe('423 biometric_stopped');
  await user.answer(id, user.pin);
  expect((await user.security()).biometric.stopped).toBe(false);
  const next = await user.ask('export_data');
  expect((await user.prove(next.id, await user.touched(next.id))).body.state).toBe('passed');
});

test.each([
  'unlock',
  'reset_pin',
  'add_authenticator',
  'set_phone',
  'remove_phone',
  'delete_account',
  'remove_biometric',
])('a finger is never enough for %s', async (action) => {
  const user = await person();
  const { id, available } = await user.ask(action);
  expect(available).not.toContain('biometric');
  expect(codeOf(await user.nonce(id))).toBe('404 challenge_not_found');
  expect(codeOf(await user.prove(id, await user.sign('x')))).toBe('404 challenge_not_found');
});

test('a day of very large payments takes a finger and the PIN: two kinds', async () => {
  const user = await person('alipay');
  const { start, challengeId } = await payment(user, 2_000_001);
  const first = await user.prove(challengeId, await user.touched(challengeId));
  expect(first.body).toMatchObject({ required: 2, state: 'open', available: ['pin'] });
  await user.prove(challengeId, await user.touched(challengeId));
  expect(codeOf(await start(challengeId))).toBe('403 challenge_required');
  expect((await user.answer(challengeId, user.pin)).body.state).toBe('passed');
  expect((await start(challengeId)).status).toBe(201);
});

describe('it is off', () => {
  test('on every other device, and on again on its own whoever signs in there anew', async () => {
    const user = await person();
    expect((await (await again(user)).security()).biometric.set).toBe(true);
    const { code } = await control(stack, 'login-codes', { host: 'weapp', user: user.user.name });
    const body = JSON.stringify({ host: 'weapp', code, deviceId: 'another-phone' });
    const headers = { 'content-type': 'application/json' };
    const session = (await (
      await fetch(`${stack.apiUrl}/v1/sessions`, { method: 'POST', headers, body })
    ).json()) as {
      accessToken: string;
    };
    const answer = await fetch(`${stack.apiUrl}/v1/security`, {
      headers: { authorization: `Bearer ${session.accessToken}` },
    });
    expect(((await answer.json()) as Security).biometric.set).toBe(false);
  });

  test('once its device is signed out', async () => {
    const user = await person();
    await user.user.send('/v1/sessions/current', { method: 'DELETE' });
    const back = await again(user);
    expect((await back.security()).biometric.set).toBe(false);
    expect(codeOf(await back.nonce((await back.ask('export_data')).id))).toBe('409 biometric_not_set');
    expect((await back.turnOn()).body.biometric.set).toBe(true);
  });

  test('once the account was locked, by risk control or by its user', async () => {
    const [locked, careful] = [await person(), await person()];
    await lockByRisk(stack, locked.user.session.account.id);
    expect((await (await again(locked)).security()).biometric.set).toBe(false);
    const own = await careful.user.expect<Security>(200, '/v1/security/lock', {});
    expect(own.biometric.set).toBe(false);
    const { id } = await careful.ask('unlock');
    expect(codeOf(await careful.nonce(id))).toBe('404 challenge_not_found');
    const challengeId = await careful.entered('add_biometric');
    const proof = await careful.touched(challengeId);
    expect(codeOf(await careful.user.send('/v1/security/biometric', { body: { challengeId, proof } }))).toBe(
      '423 account_locked',
    );
  });

  test('once a forgotten PIN was set anew, not once it was changed', async () => {
    const user = await person();
    await user.changePin(user.pin, '963850');
    expect((await user.security()).biometric.set).toBe(true);
    await user.user.expect(200, '/v1/security/pin/reset-request', { loginCode: await user.loginCode() });
    clockOffsetMs += 25 * 3_600_000;
    const back = await again(user);
    const reset = await back.user.expect<Security>(200, '/v1/security/pin/reset', {
      sealed: await back.sealed({ pin: NEW_PIN }),
      loginCode: await back.loginCode(),
    });
    expect(reset.biometric.set).toBe(false);
    expect(await kinds(back)).toContain('biometric_removed');
  });
});
