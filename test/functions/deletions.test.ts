import { randomUUID } from 'node:crypto';

import { sql } from 'kysely';

import type { Account, Deletion, MessageList } from '../../cloud/contract/types';
import { runJob } from '../../cloud/functions/job/jobs';
import { pointsBalance } from '../../cloud/store';
import { listLogins } from '../../cloud/store/logins';
import { deletionObstacles } from '../../cloud/store/personal';
import { openFromVault } from '../../cloud/store/vault';
import { control, TestUser } from '../support/client';
import { cardWish } from '../support/device';
import { brokenInvariants } from '../support/invariants';
import { TestOperator } from '../support/operator';
import { codeOf, Person } from '../support/person';
import { startStack, type Stack } from '../support/stack';

const PIN = '739164';
const CARD = '4111111111111111';
const DAY_MS = 86_400_000;

jest.setTimeout(240_000);

let stack: Stack;
let clockOffsetMs = 0;
beforeAll(async () => {
  stack = await startStack({ parts: { now: () => new Date(Date.now() + clockOffsetMs) } });
});
afterEach(async () => {
  clockOffsetMs = 0;
  expect(await brokenInvariants(stack.db)).toEqual([]);
});
afterAll(async () => {
  expect(stack.logs.filter((line) => line.event === 'unexpected_error')).toEqual([]);
  await stack.close();
});

const never = (): never => {
  throw new Error('the stack has no vault');
};
const publish = () => runJob(stack.deps, 'publish-events');
const runDue = () => {
  clockOffsetMs = 7 * DAY_MS + 60_000;
  return runJob(stack.deps, 'delete-accounts');
};
const stateOf = async (person: Person): Promise<Deletion> => person.user.expect(200, '/v1/me/deletion');

/** Names of the tables in which a text is found, as it is or as the bytes of a column. */
async function tablesWith(text: string): Promise<readonly string[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select quote_ident(table_name) as name from information_schema.tables
      where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`.execute(stack.db);
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await sql`
      select from ${sql.raw(name)} as row where position(${text} in row_to_json(row)::text) > 0
        or position(${Buffer.from(text).toString('hex')} in row_to_json(row)::text) > 0 limit 1`.execute(
      stack.db,
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
}

test('a deleted account leads to nobody: nothing opens, nothing planted is found but what must stay', async () => {
  const person = await Person.make(stack, 'weapp');
  const other = await Person.make(stack, 'weapp');
  const phone = await person.giveSecrets(CARD);
  await other.giveSecrets('5555555555554444');
  await person.setPin(PIN);
  const order = await person.user.pay(12_300);
  await publish();
  await person.exported(PIN);
  const { accountId } = person;
  const [{ openId } = { openId: '' }] = await listLogins(stack.db, accountId);
  const sealed = await stack.db
    .selectFrom('vaultRecords')
    .innerJoin('vaultKeys', 'recordId', 'id')
    .selectAll()
    .where('vaultRecords.accountId', '=', accountId)
    .execute();
  expect(sealed).toHaveLength(2);
  const points = await pointsBalance(stack.db, accountId);
  expect(points).toBeGreaterThan(0);
  expect(await tablesWith(`${phone.slice(0, 3)}****${phone.slice(-4)}`)).toEqual(
    expect.arrayContaining(['data_export_parts', 'idempotency_keys', 'phones']),
  );

  const asked = await person.askDeletion(PIN);
  expect(asked.status).toBe(201);
  expect(await runDue()).toEqual({ claimed: 1, deleted: 1, waiting: 0, failed: 0 });
  expect(await runJob(stack.deps, 'delete-accounts')).toMatchObject({ claimed: 0 });

  for (const { id } of sealed) {
    expect(await openFromVault(stack.db, stack.deps.vault ?? never(), { accountId, id })).toBeUndefined();
    // What a copy of the records has opens with no key that is left.
    const keys = stack.db.selectFrom('vaultKeys').selectAll().where('recordId', '=', id);
    expect(await keys.execute()).toEqual([]);
  }
  for (const secret of [CARD, '1111', phone, `${phone.slice(0, 3)}****${phone.slice(-4)}`]) {
    const tables = await tablesWith(secret);
    // Four digits are found by chance in ids and hashes.
    if (secret.length > 4) expect([secret, tables]).toEqual([secret, []]);
    else expect(tables).not.toContain('bank_cards');
  }
  // Risk control keeps the random device number, and a gateway's notification names who paid.
  expect(await tablesWith(`device-of-${person.user.name}`)).toEqual(['risk_events']);
  expect((await tablesWith(openId)).filter((name) => !['inbox', 'attempts'].includes(name))).toEqual([]);
  for (const table of ['messages', 'sessions', 'paymentPins', 'idempotencyKeys', 'dataExports'] as const) {
    const rows = stack.db.selectFrom(table).selectAll().where('accountId', '=', accountId);
    expect([table, await rows.execute()]).toEqual([table, []]);
  }
  expect(await pointsBalance(stack.db, accountId)).toBe(0);
  const kept = stack.db.selectFrom('orders').select(['id', 'state']).where('accountId', '=', accountId);
  expect(await kept.execute()).toEqual([{ id: order.id, state: 'paid' }]);
  const events = stack.db.selectFrom('securityEvents').select('kind').where('accountId', '=', accountId);
  expect((await events.orderBy('id').execute()).map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['deletion_asked', 'account_deleted']),
  );

  expect(codeOf(await person.user.send('/v1/me'))).toMatch(/^401/);
  const anew = await TestUser.signIn(stack, 'weapp', person.user.name);
  expect(anew.session.account.id).not.toBe(accountId);
  expect(anew.session.account).toMatchObject({ pointsBalance: 0, deletionDueAt: null });
  expect((await anew.expect<{ items: unknown[] }>(200, '/v1/orders')).items).toEqual([]);
  // Nobody else lost anything.
  clockOffsetMs = 0;
  expect((await other.security()).phone.masked).not.toBeNull();
});

test('a refund after the deletion still goes back, and nobody is told', async () => {
  const person = await Person.make(stack, 'alipay');
  const order = await person.user.pay(5_000);
  await publish();
  expect(codeOf(await person.askDeletion())).toBe('201');
  expect(await runDue()).toMatchObject({ deleted: 1 });
  await new TestOperator(stack).refund(order.id);
  await runJob(stack.deps, 'send-requested-refunds');
  await publish();
  const refunds = stack.db.selectFrom('refunds').select('state').where('orderId', '=', order.id);
  expect(await refunds.execute()).toEqual([{ state: 'succeeded' }]);
  const messages = stack.db.selectFrom('messages').selectAll().where('accountId', '=', person.accountId);
  expect(await messages.execute()).toEqual([]);
  const dead = stack.db.selectFrom('outbox').selectAll().where('deadAt', 'is not', null);
  expect(await dead.execute()).toEqual([]);
});

test('it is told, shown at sign-in, and can be taken back until it begins', async () => {
  const person = await Person.make(stack, 'weapp');
  const before = await stateOf(person);
  expect(before).toEqual({ deletion: null, obstacles: [], coolingDays: 7 });
  expect(codeOf(await person.user.send('/v1/me/deletion/cancel', { body: {} }))).toBe(
    '409 deletion_not_asked',
  );
  const body = await person.proof('delete_account');
  const key = randomUUID();
  const first = await person.user.send<Deletion>('/v1/me/deletion', { body, key });
  const replayed = await person.user.send<Deletion>('/v1/me/deletion', { body, key });
  expect([first.status, replayed.body]).toEqual([201, first.body]);
  expect(codeOf(await person.askDeletion())).toBe('409 deletion_asked_already');
  const again = await TestUser.signIn(stack, 'weapp', person.user.name);
  expect(again.session.account.deletionDueAt).toBe(first.body.deletion?.dueAt);
  expect(codeOf(await person.user.send('/v1/me/deletion/cancel', { body: {} }))).toBe('200');
  expect((await person.user.expect<Account>(200, '/v1/me')).deletionDueAt).toBeNull();
  const { items } = await person.user.expect<MessageList>(200, '/v1/messages');
  expect(items.map(({ kind }) => kind)).toEqual(['deletion_cancelled', 'deletion_asked']);
  expect(await runDue()).toMatchObject({ claimed: 0 });
  clockOffsetMs = 0;
  expect(codeOf(await person.askDeletion())).toBe('201');
  await person.user.expect(200, '/v1/me/deletion/cancel', {});
});

test('it is refused while something is open, and needs who they are', async () => {
  const person = await Person.make(stack, 'weapp');
  await person.setPin(PIN);
  expect(codeOf(await person.askDeletion())).toBe('403 challenge_required');
  const paid = await person.user.pay(3_000);
  const order = await person.user.order(2_000);
  expect(codeOf(await person.askDeletion(PIN))).toBe('409 deletion_order_open');
  expect((await stateOf(person)).obstacles).toEqual(['order_open']);
  await person.user.expect(200, `/v1/orders/${order.id}/cancel`, {});
  await person.user.expect(200, '/v1/security/lock', {});
  expect(codeOf(await person.askDeletion(PIN))).toBe('409 deletion_account_locked');
  const { id } = await person.challenge();
  await person.answer(id, PIN);
  await person.user.expect(200, '/v1/security/unlock', {
    challengeId: id,
    loginCode: await person.loginCode(),
  });

  await new TestOperator(stack).refund(paid.id);
  expect(codeOf(await person.askDeletion(PIN))).toBe('409 deletion_refund_open');
  // The gateway takes its time.
  while ((await deletionObstacles(stack.db, person.accountId)).includes('refund_open')) {
    clockOffsetMs += 60_000;
    await runJob(stack.deps, 'send-requested-refunds');
  }
  clockOffsetMs = 0;
  await sql`
    insert into cashbacks (id, account_id, order_id, merchant_id, promotion_id, version_id, amount_fen, owed_fen, state,
        due_at, created_at)
      select gen_random_uuid(), account_id, id, merchant_id, gen_random_uuid(), gen_random_uuid(), 100, 100, 'waiting',
        now(), now() from orders where id = ${paid.id}`.execute(stack.db);
  const refused = codeOf(await person.askDeletion(PIN));
  await sql`delete from cashbacks where account_id = ${person.accountId}`.execute(stack.db);
  expect(refused).toBe('409 deletion_payout_due');
  expect(codeOf(await person.askDeletion(PIN))).toBe('201');
  await person.user.expect(200, '/v1/me/deletion/cancel', {});
});

test('what is opened while it cools keeps it waiting', async () => {
  const person = await Person.make(stack, 'alipay');
  expect(codeOf(await person.askDeletion())).toBe('201');
  clockOffsetMs = 7 * DAY_MS - 30_000;
  const later = await TestUser.signIn(stack, 'alipay', person.user.name);
  const order = await later.order(1_500);
  expect(await runDue()).toMatchObject({ waiting: 1, deleted: 0 });
  expect((await later.expect<Deletion>(200, '/v1/me/deletion')).obstacles).toEqual(['order_open']);
  await later.expect(200, `/v1/orders/${order.id}/cancel`, {});
  // Its message is yet to be delivered, and would be left behind.
  clockOffsetMs += 600_000;
  expect(await runJob(stack.deps, 'delete-accounts')).toMatchObject({ waiting: 1 });
  await publish();
  clockOffsetMs += 600_000;
  expect(await runJob(stack.deps, 'delete-accounts')).toMatchObject({ deleted: 1 });
});

test('a crash between any two steps is taken up where it was', async () => {
  const tables = ['accounts', 'payment_pins', 'bank_cards', 'points_lots', 'messages', 'account_deletions'];
  const people = await Promise.all([1, 2].map(() => Person.make(stack, 'weapp')));
  for (const [place, person] of people.entries()) {
    await person.user.agree('bank_card');
    await person.user.expect(201, '/v1/cards', await cardWish(person.user, CARD));
    await person.setPin(PIN);
    await person.user.pay(2_000 + place);
  }
  await publish();
  for (const person of people) expect(codeOf(await person.askDeletion(PIN))).toBe('201');
  await sql`
    create function crash() returns trigger language plpgsql as $$
    begin raise exception 'the database went away'; end $$`.execute(stack.db);
  for (const [place, table] of tables.entries()) {
    // The last table is written by every step, and so stands for the end of the last.
    const when = table === 'account_deletions' ? sql`when (new.state = 'done')` : sql``;
    const event = ['accounts', 'points_lots', 'account_deletions'].includes(table) ? 'update' : 'delete';
    await sql`
      create trigger crash before ${sql.raw(event)} on ${sql.table(table)} for each row ${when}
        execute function crash()`.execute(stack.db);
    clockOffsetMs = 7 * DAY_MS + 60_000 + place * 600_000;
    expect([table, await runJob(stack.deps, 'delete-accounts')]).toMatchObject([table, { deleted: 0 }]);
    expect(await brokenInvariants(stack.db)).toEqual([]);
    await sql`drop trigger crash on ${sql.table(table)}`.execute(stack.db);
    const { rows } = await sql<{ steps: number }>`
      select distinct steps from account_deletions where state in ('cooling', 'running')
        and account_id = any(${people.map(({ accountId }) => accountId)}::uuid[])`.execute(stack.db);
    expect([table, rows]).toEqual([table, [{ steps: Math.min(place, 4) }]]);
  }
  clockOffsetMs += 600_000;
  // Two workers at once do each step once.
  const reports = await Promise.all([1, 2].map(() => runJob(stack.deps, 'delete-accounts')));
  expect(reports.reduce((sum, { deleted = 0 }) => sum + deleted, 0)).toBe(people.length);
  for (const { accountId } of people) {
    expect(await pointsBalance(stack.db, accountId)).toBe(0);
    const events = stack.db
      .selectFrom('securityEvents')
      .selectAll()
      .where('accountId', '=', accountId)
      .where('kind', '=', 'account_deleted');
    expect(await events.execute()).toHaveLength(1);
  }
});

test("a stranger's sign-in deletes nobody", async () => {
  const person = await Person.make(stack, 'weapp');
  const stranger = await Person.make(stack, 'weapp');
  const { code } = await control(stack, 'login-codes', { host: 'weapp', user: stranger.user.name });
  const answer = await person.user.send('/v1/me/deletion', { body: { loginCode: code } });
  expect(codeOf(answer)).toBe('401 login_code_invalid');
});
