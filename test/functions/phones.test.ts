import { randomUUID } from 'node:crypto';

import type { Challenge, Host, Problem, Security, SmsSent } from '../../cloud/contract/types';
import { control, TestUser, type Answer } from '../support/client';
import { SecureUser } from '../support/device';
import { startStack, type Stack } from '../support/stack';

const PIN = '739164';
const MINUTE_MS = 60_000;

let stack: Stack;
let clockOffsetMs = 0;
const now = (): Date => new Date(Date.now() + clockOffsetMs);
beforeAll(async () => {
  stack = await startStack({ parts: { now } });
});
afterEach(() => {
  clockOffsetMs = 0;
});
afterAll(async () => {
  expect(stack.logs.filter((line) => line.event === 'unexpected_error')).toEqual([]);
  await stack.close();
});

const codeOf = ({ status, body }: Answer<Problem>): string => `${status} ${body.code}`;

/** Somebody whose host tells a phone number. */
class PhoneUser extends SecureUser {
  static async make(host: Host, phone?: string): Promise<PhoneUser> {
    const user = new PhoneUser(stack, await TestUser.signIn(stack, host));
    if (phone !== undefined) await user.changeSim(phone);
    await user.user.agree('phone_number');
    return user;
  }

  changeSim(phone: string): Promise<unknown> {
    return control(stack, `users/${this.user.name}/phone`, { phone });
  }

  async proof(name = this.user.name): Promise<string> {
    return String((await control(stack, 'phone-proofs', { host: this.user.host, user: name })).proof);
  }

  async setPhone(parts: { proof?: string; challengeId?: string; loginCode?: string } = {}) {
    const body = { proof: await this.proof(), loginCode: await this.loginCode(), ...parts };
    return this.user.send<Security & Problem>('/v1/security/phone', { body });
  }

  async sms(): Promise<readonly string[]> {
    const { phone } = await control(stack, `users/${this.user.name}`);
    const { texts } = await control(stack, `texts?phone=${String(phone)}`);
    return (texts as { params: string[] }[]).map(({ params }) => params[0] ?? '');
  }

  ask(action: string): Promise<Challenge> {
    return this.user.expect(201, '/v1/security/challenges', { action });
  }

  sendCode(challengeId: string): Promise<Answer<SmsSent & Problem>> {
    return this.user.send(`/v1/security/challenges/${challengeId}/sms-codes`, { body: {} });
  }

  enter(challengeId: string, code: string): Promise<Answer<Challenge & Problem>> {
    return this.user.send(`/v1/security/challenges/${challengeId}/answers`, {
      body: { factor: 'sms', code },
    });
  }

  /** Asks for an action and proves the phone. */
  async proved(action: string): Promise<string> {
    const { id } = await this.ask(action);
    expect((await this.sendCode(id)).status).toBe(201);
    expect((await this.enter(id, (await this.sms()).at(-1) ?? '')).body.state).toBe('passed');
    return id;
  }
}
const wrongOf = (code: string): string => (code === '000000' ? '000001' : '000000');

test.each(['weapp', 'alipay'] as const)(
  'in %s a phone is set, shown masked, and rests in the vault alone',
  async (host) => {
    const user = await PhoneUser.make(host, host === 'weapp' ? '13912345678' : '13987654321');
    expect((await user.security()).phone).toMatchObject({ available: true, masked: null, codes: false });
    const answer = await user.setPhone();
    const masked = host === 'weapp' ? '139****5678' : '139****4321';
    expect(answer.body.phone).toMatchObject({ masked, codes: true, codesFrom: null });
    const { rows } = await stack.db.executeQuery<{ text: string }>({
      ...stack.db
        .selectFrom('phones')
        .selectAll()
        .where('accountId', '=', user.user.session.account.id)
        .compile(),
    });
    expect(JSON.stringify(rows)).not.toMatch(/12345678|87654321/);
  },
);

test('what the host did not say just now for this user is not taken', async () => {
  const user = await PhoneUser.make('weapp');
  const other = await PhoneUser.make('weapp');
  const used = await user.proof();
  expect((await user.setPhone({ proof: used })).status).toBe(200);
  expect(codeOf(await other.setPhone({ proof: used }))).toBe('400 phone_proof_invalid');
  expect(codeOf(await other.setPhone({ proof: await user.proof() }))).toBe('400 phone_proof_invalid');
  expect(codeOf(await other.setPhone({ loginCode: await user.loginCode() }))).toBe('401 login_code_invalid');
  const inAlipay = await PhoneUser.make('alipay');
  const { response, ...signed } = JSON.parse(await inAlipay.proof()) as { response: string };
  const changed = `${response.startsWith('A') ? 'B' : 'A'}${response.slice(1)}`;
  for (const proof of ['{}', 'no json', JSON.stringify({ ...signed, response: changed })]) {
    expect(codeOf(await inAlipay.setPhone({ proof }))).toBe('400 phone_proof_invalid');
  }
  const abroad = await PhoneUser.make('alipay', '85298765432');
  expect(codeOf(await abroad.setPhone())).toBe('400 phone_unsupported');
});

test('a code proves the phone for the challenge it was sent for, once, and within five minutes', async () => {
  const user = await PhoneUser.make('weapp');
  await user.setPhone();
  const { id, available } = await user.ask('unlock');
  expect(available).toEqual(['sms']);
  expect(codeOf(await user.enter(id, '123456'))).toBe('409 sms_code_expired');
  const sent = await user.sendCode(id);
  expect(sent.body.sentTo).toMatch(/^\d{3}\*{4}\d{4}$/);
  const [code = ''] = await user.sms();
  expect(code).toMatch(/^\d{6}$/);
  expect(JSON.stringify([sent.body, stack.logs])).not.toContain(code);
  const other = await user.ask('unlock');
  expect(codeOf(await user.enter(other.id, code))).toBe('409 sms_code_expired');
  expect((await user.enter(id, wrongOf(code))).body).toMatchObject({ code: 'code_wrong', triesLeft: 4 });
  clockOffsetMs = 4 * MINUTE_MS;
  expect((await user.enter(id, code)).body).toMatchObject({ state: 'passed', passed: ['sms'] });
  expect(codeOf(await user.enter(id, code))).toBe('409 sms_code_expired');
  const late = await user.ask('unlock');
  await user.sendCode(late.id);
  clockOffsetMs += 5 * MINUTE_MS - 1_000;
  // The challenge itself is over a moment later, so what ends first is the code.
  await stack.db
    .updateTable('challenges')
    .set({ expiresAt: new Date(now().getTime() + MINUTE_MS) } as never)
    .where('id', '=', late.id)
    .execute();
  clockOffsetMs += 2_000;
  expect(codeOf(await user.enter(late.id, (await user.sms()).at(-1) ?? ''))).toBe('409 sms_code_expired');
});

test('of a thousand guesses at a code five are looked at', async () => {
  const user = await PhoneUser.make('alipay');
  await user.setPhone();
  const { id } = await user.ask('unlock');
  await user.sendCode(id);
  const [code = ''] = await user.sms();
  const guesses = Array.from({ length: 40 }, () => user.enter(id, wrongOf(code)));
  const codes = (await Promise.all(guesses)).map(({ body }) => body.code);
  expect(codes.filter((answered) => answered === 'code_wrong')).toHaveLength(5);
  expect(codeOf(await user.enter(id, code))).toBe('409 sms_code_expired');
});

test('codes are sent once a minute, by whichever account a number is asked for', async () => {
  const number = `137${randomUUID().replace(/\D/g, '').padEnd(8, '1').slice(0, 8)}`;
  const [user, other] = [await PhoneUser.make('weapp', number), await PhoneUser.make('alipay', number)];
  for (const each of [user, other]) expect((await each.setPhone()).status).toBe(200);
  const { id } = await user.ask('unlock');
  expect((await user.sendCode(id)).status).toBe(201);
  const again = await user.sendCode(id);
  expect(codeOf(again)).toBe('429 rate_limited');
  expect(Number(again.headers.get('retry-after'))).toBeGreaterThan(50);
  expect(codeOf(await other.sendCode((await other.ask('unlock')).id))).toBe('429 rate_limited');
  clockOffsetMs = MINUTE_MS;
  expect((await user.sendCode(id)).status).toBe(201);
  expect(await user.sms()).toHaveLength(2);
});

test('another phone is set by whoever proves a factor, and takes codes only a day later', async () => {
  const user = await PhoneUser.make('weapp', '13511112222');
  await user.setPhone();
  await user.changeSim('13533334444');
  expect(codeOf(await user.setPhone())).toBe('404 challenge_not_found');
  await user.changeSim('13511112222');
  const challengeId = await user.proved('set_phone');
  await user.changeSim('13533334444');
  const changed = await user.setPhone({ challengeId });
  expect(changed.body.phone).toMatchObject({ masked: '135****4444', codes: false });
  expect(changed.body.phone.codesFrom).not.toBeNull();
  expect((await user.ask('unlock')).available).toEqual([]);
  expect(codeOf(await user.sendCode((await user.ask('unlock')).id))).toBe('409 phone_not_set');
  clockOffsetMs = 24 * 60 * MINUTE_MS + 1_000;
  const tomorrow = new PhoneUser(stack, await TestUser.signIn(stack, 'weapp', user.user.name));
  expect((await tomorrow.security()).phone).toMatchObject({ codes: true, codesFrom: null });
});

test('a phone that is taken away is shredded', async () => {
  const user = await PhoneUser.make('weapp');
  await user.setPhone();
  const accountId = user.user.session.account.id;
  const challengeId = await user.proved('remove_phone');
  const gone = await user.user.send<Security>('/v1/security/phone/remove', { body: { challengeId } });
  expect(gone.body.phone).toMatchObject({ masked: null, codes: false });
  for (const table of ['vaultKeys', 'vaultRecords', 'phones'] as const) {
    const rows = await stack.db
      .selectFrom(table)
      .select('accountId')
      .where('accountId', '=', accountId)
      .execute();
    expect(rows).toEqual([]);
  }
});

test('a PIN of digits of the own phone is too weak', async () => {
  const user = await PhoneUser.make('weapp', '13972916438');
  await user.setPhone();
  expect(codeOf(await user.setPin('916438'))).toBe('400 pin_weak');
  expect((await user.setPin(PIN)).status).toBe(201);
});

test('a service that sends nothing is told as that, and the code is worth nothing', async () => {
  const user = await PhoneUser.make('weapp');
  await user.setPhone();
  const fault = (kind: string) =>
    control(stack, 'faults', { gateway: 'sms', operation: 'SendSms', fault: { kind } });
  await fault('http_500');
  const { id } = await user.ask('unlock');
  expect(codeOf(await user.sendCode(id))).toMatch(/gateway_unavailable$/);
  await fault('refuse');
  clockOffsetMs = MINUTE_MS;
  expect(codeOf(await user.sendCode(id))).toBe('409 sms_refused');
  expect(await user.sms()).toEqual([]);
});
