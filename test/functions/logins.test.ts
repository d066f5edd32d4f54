import { Secret, TOTP } from 'otpauth';

import { runJob } from '../../cloud/functions/job/jobs';
import type { Account, JoinPreview, LinkCode, LoginList, Problem } from '../../cloud/contract/types';
import { control, TestUser, type Answer } from '../support/client';
import { brokenInvariants } from '../support/invariants';
import { codeOf, Person } from '../support/person';
import { startStack, type Stack } from '../support/stack';

const PIN = '274951';
const CARD = '4111111111111111';
const base = '/v1/security/logins';

const NO_SMS = Object.fromEntries(
  ['SECRET_ID', 'SECRET_KEY', 'APP_ID', 'SIGN_NAME', 'TEMPLATE_CODE', 'TEMPLATE_LOCKED', 'BASE_URL'].map(
    (name) => [`TENCENT_SMS_${name}`, ''],
  ),
);

let stack: Stack;
let clockOffsetMs = 0;
let names = 0;
beforeAll(async () => {
  stack = await startStack({
    parts: { now: () => new Date(Date.now() + clockOffsetMs) },
    // Without text messages, so that the PIN is the only factor; and codes are limited as they really are.
    environment: { RATE_LIMIT_FACTOR: '1', ...NO_SMS },
  });
});
afterEach(async () => {
  clockOffsetMs = 0;
  expect(await brokenInvariants(stack.db)).toEqual([]);
});
afterAll(async () => {
  expect(stack.logs.filter((line) => line.event === 'unexpected_error')).toEqual([]);
  await stack.close();
});

const totp = (secret: string): string =>
  TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() + clockOffsetMs });
const publish = () => runJob(stack.deps, 'publish-events');

/** One person in both hosts, with a phone and a PIN in each. */
async function inBoth(name = `both-${(names += 1)}`): Promise<readonly [Person, Person]> {
  const people = [await Person.make(stack, 'weapp', name), await Person.make(stack, 'alipay', name)] as const;
  for (const [index, person] of people.entries()) {
    await person.giveSecrets(index === 0 ? CARD : '5555555555554444');
    await person.setPin(PIN);
    await person.user.agree('account_linking');
  }
  return people;
}

async function codeOfPerson(person: Person): Promise<string> {
  const body = await person.proof('link_login', PIN);
  return (await person.user.expect<LinkCode>(201, `${base}/link-codes`, body)).code;
}
const preview = (person: Person, code: string): Promise<Answer<JoinPreview & Problem>> =>
  person.user.send(`${base}/join-previews`, { body: { code } });
const joins = async (person: Person, code: string): Promise<Answer<Problem>> =>
  person.user.send(`${base}/joins`, { body: { code, ...(await person.proof('join_account', PIN)) } });
const again = (person: Person) => TestUser.signIn(stack, person.user.host, person.user.name);

test('two accounts of one person become one, seen and used from both hosts', async () => {
  const [kept, gone] = await inBoth();
  const [first, second] = [await kept.user.pay(12_300), await gone.user.pay(45_600)];
  await publish();
  const code = await codeOfPerson(kept);
  const typed = ` ${code.toLowerCase().replace(/(.{4})/g, '$1-')}`.trim().replace(/-$/, '');
  const seen = (await preview(gone, typed)).body;
  expect(seen).toMatchObject({ hosts: ['weapp'], moves: { orders: 1, cards: 1 } });
  expect(seen.phone).toBe((await kept.security()).phone.masked);
  const points = (person: TestUser) => person.expect<Account>(200, '/v1/me').then((me) => me.pointsBalance);
  const together = (await points(kept.user)) + (await points(gone.user));

  expect(codeOf(await joins(gone, code))).toBe('200');
  expect(codeOf(await gone.user.send('/v1/me'))).toBe('401 unauthenticated');
  const back = await again(gone);
  expect(back.session.account).toMatchObject({ id: kept.accountId, host: 'alipay' });
  expect([...back.session.account.linkedHosts].sort()).toEqual(['alipay', 'weapp']);
  for (const user of [kept.user, back]) {
    expect(await points(user)).toBe(together);
    const { items } = await user.expect<{ items: { id: string }[] }>(200, '/v1/orders');
    expect(items.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect((await user.read(second.id)).state).toBe('paid');
    expect((await user.expect<{ items: unknown[] }>(200, '/v1/cards')).items).toHaveLength(2);
  }
  // The payer is the login of the host that pays, whoever placed the order.
  expect((await back.pay(1_000)).state).toBe('paid');
  expect((await kept.user.pay(1_000)).state).toBe('paid');
  await publish();
  const messages = await back.expect<{ items: { kind: string }[] }>(200, '/v1/messages');
  expect(messages.items.filter(({ kind }) => kind === 'login_linked')).toHaveLength(1);
  const events = await back.expect<{ items: { kind: string }[] }>(200, '/v1/security/events');
  expect(events.items.map(({ kind }) => kind)).toContain('login_linked');
  const copy = await kept.exported(PIN);
  expect(copy.logins).toHaveLength(2);
  expect(copy.orders).toHaveLength(4);
  expect(copy.account).toHaveLength(2);
});

test('a code works once, for ten minutes, in another account, and tells a stranger nothing', async () => {
  const [kept, gone] = await inBoth();
  const code = await codeOfPerson(kept);
  expect(codeOf(await preview(kept, code))).toBe('404 link_code_invalid');
  expect(codeOf(await preview(gone, 'AAAA-BBBB-CCCC'))).toBe('404 link_code_invalid');
  const other = await inBoth();
  expect(codeOf(await preview(other[1], code))).toBe('409 link_phone_differs');
  expect(codeOf(await joins(other[1], code))).toBe('409 link_phone_differs');
  clockOffsetMs = 10 * 60_000 + 1_000;
  expect(codeOf(await preview(gone, code))).toBe('404 link_code_invalid');
  clockOffsetMs = 0;
  const newer = await codeOfPerson(kept);
  expect(codeOf(await preview(gone, code))).toBe('404 link_code_invalid');
  expect(codeOf(await joins(gone, newer))).toBe('200');
  expect(codeOf(await preview(other[1], newer))).toBe('404 link_code_invalid');
});

test('both consent, both have a phone and a PIN, and both prove them', async () => {
  const name = `both-${(names += 1)}`;
  const bare = await Person.make(stack, 'weapp', name);
  const bodyOf = async () => ({ ...(await bare.proof('link_login')), challengeId: crypto.randomUUID() });
  const asks = async () => codeOf(await bare.user.send(`${base}/link-codes`, { body: await bodyOf() }));
  expect(await asks()).toBe('409 consent_required');
  await bare.user.agree('account_linking');
  expect(await asks()).toBe('409 phone_not_set');
  await bare.giveSecrets(CARD);
  expect(await asks()).toBe('409 pin_not_set');
  await bare.setPin(PIN);
  expect(await asks()).toBe('404 challenge_not_found');
  const [kept, gone] = await inBoth();
  const code = await codeOfPerson(kept);
  const spent = await gone.proof('link_login', PIN);
  expect(codeOf(await gone.user.send(`${base}/joins`, { body: { code, ...spent } }))).toBe(
    '404 challenge_not_found',
  );
  await gone.withdraw('account_linking');
  expect(codeOf(await joins(gone, code))).toBe('409 consent_required');
});

test('two factors are asked for where there are two', async () => {
  const [kept] = await inBoth();
  const { challengeId } = await kept.proof('add_authenticator', PIN);
  const { secret } = await kept.user.expect<{ secret: string }>(201, '/v1/security/authenticator', {
    challengeId,
  });
  await kept.user.expect(201, '/v1/security/authenticator/confirm', { code: totp(secret) });
  const body = await kept.proof('link_login', PIN);
  expect(codeOf(await kept.user.send(`${base}/link-codes`, { body }))).toBe('404 challenge_not_found');
  clockOffsetMs = 30_000;
  const answer = { factor: 'totp', code: totp(secret) };
  const path = `/v1/security/challenges/${body.challengeId}/answers`;
  expect((await kept.user.expect<{ state: string }>(200, path, answer)).state).toBe('passed');
  const fresh = { ...body, loginCode: await kept.loginCode() };
  expect((await kept.user.send(`${base}/link-codes`, { body: fresh })).status).toBe(201);
});

test('what is under way is waited for', async () => {
  const [kept, gone] = await inBoth();
  const order = await gone.user.order(5_000);
  const code = await codeOfPerson(kept);
  expect(codeOf(await preview(gone, code))).toBe('409 link_must_wait');
  await gone.user.expect(200, `/v1/orders/${order.id}/cancel`, {});
  await publish();
  expect(codeOf(await joins(gone, code))).toBe('200');
});

test('codes are not guessed', async () => {
  const [, gone] = await inBoth();
  const answers: string[] = [];
  for (let count = 0; count < 12; count += 1)
    answers.push(codeOf(await preview(gone, `AAAABBBB${1000 + count}`)));
  expect(answers.slice(0, 10)).toEqual(Array(10).fill('404 link_code_invalid'));
  expect(answers.at(-1)).toBe('429 rate_limited');
});

test('a login is taken off with a challenge, and that host starts anew', async () => {
  const [kept, gone] = await inBoth();
  const unlink = async (host: string) => {
    const { challengeId } = await kept.proof('unlink_login', PIN);
    return kept.user.send<LoginList & Problem>(`${base}/unlinks`, { body: { host, challengeId } });
  };
  expect(codeOf(await unlink('weapp'))).toBe('409 login_is_last');
  expect(codeOf(await unlink('alipay'))).toBe('404 login_not_linked');
  await joins(gone, await codeOfPerson(kept));
  const back = await again(gone);
  const answer = await unlink('alipay');
  expect(answer.body.items.map(({ host }) => host)).toEqual(['weapp']);
  expect(codeOf(await back.send('/v1/me'))).toBe('401 unauthenticated');
  const anew = await again(gone);
  expect(anew.session.account.id).not.toBe(kept.accountId);
  expect(anew.session.account).toMatchObject({ pointsBalance: 0, linkedHosts: ['alipay'] });
  expect((await kept.user.expect<LoginList>(200, base)).items).toMatchObject([
    { host: 'weapp', current: true },
  ]);
});

test('limits count for the person, and a deletion takes both logins away', async () => {
  const [kept, gone] = await inBoth();
  await gone.user.pay(60_000);
  await publish();
  await joins(gone, await codeOfPerson(kept));
  const spent = await stack.db
    .selectFrom('orders')
    .select('accountId')
    .where('accountId', '=', kept.accountId)
    .execute();
  expect(spent).toHaveLength(1);
  const back = await again(gone);
  await publish();
  expect((await kept.askDeletion(PIN)).status).toBe(201);
  clockOffsetMs = 8 * 86_400_000;
  await runJob(stack.deps, 'delete-accounts');
  clockOffsetMs = 0;
  for (const user of [kept.user, back]) expect(codeOf(await user.send('/v1/me'))).toBe('401 unauthenticated');
  for (const person of [kept, gone])
    expect((await again(person)).session.account).toMatchObject({ pointsBalance: 0 });
  await control(stack, `users/${kept.user.name}`);
});
