import { randomUUID } from 'node:crypto';

import { sql } from 'kysely';

import type { DataExport, DataExportList, MessageList } from '../../cloud/contract/types';
import { runJob } from '../../cloud/functions/job/jobs';
import { SECTIONS } from '../../cloud/store/personal';
import { TestUser } from '../support/client';
import { codeOf, Person } from '../support/person';
import { startStack, type Stack } from '../support/stack';

const PIN = '739164';
const CARD = '4111111111111111';
const DAY_MS = 86_400_000;

let stack: Stack;
let clockOffsetMs = 0;
beforeAll(async () => {
  stack = await startStack({ parts: { now: () => new Date(Date.now() + clockOffsetMs) } });
});
afterEach(() => {
  clockOffsetMs = 0;
});
afterAll(async () => {
  expect(
    stack.logs.filter((line) => line.event === 'unexpected_error' || line.event === 'job_item_failed'),
  ).toEqual([]);
  await stack.close();
});

const publish = () => runJob(stack.deps, 'publish-events');

test('an export holds all that is kept about its owner, and nothing of anybody else', async () => {
  const person = await Person.make(stack, 'weapp');
  const other = await Person.make(stack, 'weapp');
  const orders = [await person.user.pay(12_300), await person.user.pay(4_500)];
  const othersOrder = await other.user.pay(7_700);
  await publish();
  const phone = await person.giveSecrets(CARD);
  await other.giveSecrets('5555555555554444');
  await person.setPin(PIN);

  const content = await person.exported(PIN);
  const text = JSON.stringify(content);
  expect(Object.keys(content)).toEqual(
    expect.arrayContaining(['format', 'exportId', 'askedAt', ...SECTIONS.map(({ name }) => name)]),
  );
  const section = (name: string) => content[name] as Record<string, unknown>[];
  expect(section('account')).toMatchObject([{ id: person.accountId }]);
  expect(section('logins')).toMatchObject([{ host: 'weapp' }]);
  expect(section('phone')).toMatchObject([{ number: `${phone.slice(0, 3)}****${phone.slice(-4)}` }]);
  expect(section('cards')).toMatchObject([{ lastFour: '1111', scheme: 'visa' }]);
  expect(section('sessions')).toMatchObject([{ deviceId: `device-of-${person.user.name}` }]);
  expect(section('consents').map(({ document }) => document)).toHaveLength(4);
  expect(section('orders').map(({ id }) => id)).toEqual(orders.map(({ id }) => id));
  expect(section('orders')[0]).toMatchObject({ amountFen: 12_300, state: 'paid' });
  const history = section('orders')[0]?.history as { readonly subject: string; readonly to: string }[];
  expect(history.filter(({ subject }) => subject === 'order').map(({ to }) => to)).toEqual([
    'created',
    'paying',
    'paid',
  ]);
  expect(section('messages').map(({ kind }) => kind)).toEqual(['paid', 'paid']);
  expect(section('pointsLots')).toHaveLength(2);
  expect(section('ledgerPostings').map(({ kind }) => kind)).toEqual(['payment', 'payment']);
  expect(section('securityEvents').map(({ kind }) => kind)).toEqual(['phone_set', 'pin_set', 'export_asked']);
  expect(section('riskEvents').map(({ action }) => action)).toContain('pay');
  expect(section('paymentPin')).toHaveLength(1);

  for (const secret of [CARD, phone, PIN, 'scrypt', 'reasons', 'score']) expect(text).not.toContain(secret);
  for (const foreign of [other.accountId, othersOrder.id, other.user.name, '4444'])
    expect(text).not.toContain(foreign);
});

test('sections longer than a batch are whole', async () => {
  const person = await Person.make(stack, 'alipay');
  await sql`
    insert into security_events (account_id, id, kind, at)
      select ${person.accountId}, gen_random_uuid(), 'signed_in', now() from generate_series(1, 1200)`.execute(
    stack.db,
  );
  const content = await person.exported();
  const ids = (content.securityEvents as { readonly id: string }[]).map(({ id }) => id);
  expect(new Set(ids).size).toBe(1_201);
  const parts = stack.db
    .selectFrom('dataExportParts')
    .select('place')
    .where('accountId', '=', person.accountId)
    .where('section', '=', 'securityEvents');
  expect(await parts.execute()).toHaveLength(7);
});

test('an export needs a factor where there is one, and a fresh sign-in of its owner', async () => {
  const person = await Person.make(stack, 'weapp');
  const stranger = await Person.make(stack, 'weapp');
  await person.setPin(PIN);
  expect(codeOf(await person.askExport(await person.proof('export_data')))).toBe('403 challenge_required');
  const wrong = await person.proof('delete_account', PIN);
  expect(codeOf(await person.askExport(wrong))).toBe('404 challenge_not_found');
  const proof = await person.proof('export_data', PIN);
  const foreign = { ...proof, loginCode: await stranger.loginCode() };
  expect(codeOf(await person.askExport(foreign))).toBe('401 login_code_invalid');
  const key = randomUUID();
  const made = { body: { ...proof, loginCode: await person.loginCode() }, key };
  const first = await person.user.send<DataExport>('/v1/me/exports', made);
  const replayed = await person.user.send<DataExport>('/v1/me/exports', made);
  expect([first.status, replayed.body]).toEqual([201, first.body]);
  expect(codeOf(await person.askExport({ ...proof, loginCode: await person.loginCode() }))).toBe(
    '404 challenge_not_found',
  );
});

test('its owner alone sees and fetches it, for seven days, and three are made a day', async () => {
  const person = await Person.make(stack, 'weapp');
  const stranger = await TestUser.signIn(stack, 'weapp');
  const ask = async () => person.askExport(await person.proof('export_data'));
  const { id } = (await ask()).body;
  const path = `/v1/me/exports/${id}`;
  expect(codeOf(await person.user.send(`${path}/content`))).toBe('409 export_not_ready');
  await runJob(stack.deps, 'make-exports');
  const ready = await person.user.expect<DataExport>(200, path);
  expect(ready).toMatchObject({ state: 'ready', bytes: expect.any(Number) as number });
  const told = await person.user.expect<MessageList>(200, '/v1/messages');
  expect(told.items.map(({ kind }) => kind)).toEqual(['export_ready']);
  for (const theirs of [path, `${path}/content`]) {
    expect(codeOf(await stranger.send(theirs))).toBe('404 export_not_found');
  }
  await ask();
  await ask();
  const fourth = await ask();
  expect(codeOf(fourth)).toBe('429 rate_limited');
  expect(Number(fourth.headers.get('retry-after'))).toBeGreaterThan(80_000);

  clockOffsetMs = 7 * DAY_MS - 60_000;
  const later = await TestUser.signIn(stack, 'weapp', person.user.name);
  expect((await later.send(`${path}/content`)).status).toBe(200);
  clockOffsetMs = 7 * DAY_MS + 60_000;
  expect(codeOf(await later.send(`${path}/content`))).toBe('404 export_not_found');
  await runJob(stack.deps, 'make-exports');
  const parts = stack.db.selectFrom('dataExportParts').selectAll().where('exportId', '=', id);
  expect(await parts.execute()).toEqual([]);
  const { items } = await later.expect<DataExportList>(200, '/v1/me/exports');
  expect(items.map(({ state }) => state)).toEqual(['ready', 'ready', 'removed']);
});

test('what a worker that died had written is written anew, once', async () => {
  const person = await Person.make(stack, 'alipay');
  const { id } = (await person.askExport(await person.proof('export_data'))).body;
  await sql`
    insert into data_export_parts (account_id, export_id, place, section, items)
      values (${person.accountId}, ${id}, 0, 'account', '{"half":true}')`.execute(stack.db);
  await stack.db
    .updateTable('dataExports')
    .set({ leasedUntil: new Date(Date.now() + 60_000) })
    .where('id', '=', id)
    .execute();
  expect(await runJob(stack.deps, 'make-exports')).toMatchObject({ claimed: 0 });
  clockOffsetMs = 120_000;
  await Promise.all([runJob(stack.deps, 'make-exports'), runJob(stack.deps, 'make-exports')]);
  const content = await person.user.expect<Record<string, unknown>>(200, `/v1/me/exports/${id}/content`);
  expect(content.account).toMatchObject([{ id: person.accountId }]);
  expect(JSON.stringify(content)).not.toContain('half');
});
