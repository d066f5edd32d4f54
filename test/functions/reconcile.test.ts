import { spawn } from 'node:child_process';
import path from 'node:path';

import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';

import type { DifferenceDetail, DifferenceList, OrderDetail } from '../../cloud/contract/types';
import { runJob } from '../../cloud/functions/job/jobs';
import { billDayOf } from '../../cloud/functions/reconciliation/day';
import { reconcileDay } from '../../cloud/functions/reconciliation/run';
import { outTradeNoOf } from '../../cloud/functions/settlement/trade-number';
import type { GatewayName } from '../../cloud/gateways/port';
import {
  closeOrder,
  recordAttemptState,
  recordPayment,
  recordRefundReport,
  verifyLedger,
} from '../../cloud/store';
import { control, TestUser } from '../support/client';
import { OPERATOR_TOKENS, startStack, type Stack } from '../support/stack';

const DAY_MS = 86_400_000;
const SETUPS = [
  ['wechatpay', 'weapp'],
  ['alipay', 'alipay'],
] as const;

let stack: Stack;
/** Ids made as if it were another time. */
let idOffsetMs = 0;
beforeEach(async () => {
  idOffsetMs = 0;
  stack = await startStack({ parts: { newId: () => uuidv7({ msecs: Date.now() + idOffsetMs }) } });
  await control(stack, 'bills/clock', { aheadMs: 2 * DAY_MS });
});
afterEach(async () => {
  expect((await verifyLedger(stack.db)).violations).toEqual([]);
  await stack.close();
});

const today = (): string => billDayOf(new Date());
const run = (gateway: GatewayName, execute: boolean, date = today()) =>
  reconcileDay(stack.deps, { gateway, date, execute });
const spoil = (gateway: GatewayName, kind: string, number?: string) =>
  control(stack, 'bills/faults', { gateway, fault: { kind, ...(number && { number }) } });
const dropNotifications = (gateway: GatewayName) =>
  control(stack, 'faults', { gateway, operation: 'notify', fault: { kind: 'drop', times: 1_000 } });

/** Everything that money or people can see, but for the tables of the reconciliation itself. */
async function books(): Promise<unknown> {
  const tables = ['orders', 'attempts', 'history', 'postings', 'entries', 'refunds', 'outbox'];
  const sums = tables.map(
    (
      table,
    ) => sql`select ${table} as name, count(*) as rows, md5(coalesce(string_agg(t::text, '' order by t::text), ''))
      as sum from ${sql.table(table)} as t`,
  );
  const { rows } = await sql`${sql.join(sums, sql` union all `)}`.execute(stack.db);
  return rows;
}
async function balance(account: string): Promise<number> {
  const { rows } = await sql<{ fen: number }>`
    select coalesce(sum(amount), 0)::bigint as fen from entries where account = ${account}`.execute(stack.db);
  return rows[0]?.fen ?? 0;
}

async function operator<Body>(
  name: keyof typeof OPERATOR_TOKENS,
  route: string,
  body?: object,
): Promise<{ readonly status: number; readonly body: Body }> {
  const response = await fetch(`${stack.apiUrl}/v1/operator/${route}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${OPERATOR_TOKENS[name]}`,
      ...(body && { 'content-type': 'application/json', 'idempotency-key': `${Math.random()}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}
const differences = async (query = ''): Promise<DifferenceList['items']> =>
  (await operator<DifferenceList>('alice', `differences?${query}`)).body.items;

/** Attempt that paid or may pay an order. */
async function attemptOf(
  order: Pick<OrderDetail, 'id'>,
): Promise<{ readonly id: string; readonly number: string }> {
  const { id } = await stack.db
    .selectFrom('attempts')
    .select('id')
    .where('orderId', '=', order.id)
    .executeTakeFirstOrThrow();
  return { id, number: outTradeNoOf(id) };
}

describe.each(SETUPS)('the bill of %s', (gateway, host) => {
  let user: TestUser;
  beforeEach(async () => {
    user = await TestUser.signIn(stack, host);
  });

  /** Paid at the gateway, which tells nobody. */
  async function paidInSilence(amountFen: number): Promise<OrderDetail> {
    await dropNotifications(gateway);
    const order = await user.order(amountFen);
    await user.decide(await user.attempt(order.id));
    return order;
  }

  test('matches wholly on a clean day, fees are booked once, and again nothing changes', async () => {
    await user.pay(10_000);
    await user.pay(128_000);
    await user.order(5_000);
    expect(await run(gateway, false)).toMatchObject({ rows: 2, matched: 2, repaired: 0, differences: 0 });
    expect(await balance('gateway_fee_expense')).toBe(0);
    expect(await run(gateway, true)).toMatchObject({ rows: 2, matched: 2, feesBooked: 2, differences: 0 });
    expect(await balance('gateway_fee_expense')).toBe(60 + 768);
    expect(await balance(`gateway_clearing:${gateway}`)).toBe(10_000 + 128_078 - 60 - 768);
    const before = await books();
    expect(await run(gateway, true)).toMatchObject({ matched: 2, feesBooked: 0, differences: 0 });
    expect(await books()).toEqual(before);
    expect(await differences()).toEqual([]);
  });

  test('repairs a lost notification: the order becomes paid by one posting, with its history and its fee', async () => {
    const order = await paidInSilence(10_000);
    const untouched = await books();
    expect(await run(gateway, false)).toMatchObject({ rows: 1, matched: 0, repaired: 0, differences: 1 });
    expect(await books()).toEqual(untouched);
    expect(await differences()).toMatchObject([{ class: 'missing_here', state: 'open', orderId: order.id }]);

    expect(await run(gateway, true)).toMatchObject({ repaired: 1, differences: 0 });
    const paid = await user.read(order.id);
    expect(paid.state).toBe('paid');
    expect(paid.history.at(-1)).toMatchObject({ to: 'paid', reason: 'paid_by_query' });
    const postings = await stack.db.selectFrom('postings').select('kind').orderBy('kind').execute();
    expect(postings.map(({ kind }) => kind)).toEqual(['gateway_fee', 'payment']);
    const [repaired] = await differences();
    const { body } = await operator<DifferenceDetail>('alice', `differences/${repaired?.id}`);
    expect(body.history.map(({ to, reason, actor }) => [to, reason, actor])).toEqual([
      ['open', 'found', 'system'],
      ['repaired', 'payment_recorded', 'system'],
    ]);
    const before = await books();
    expect(await run(gateway, true)).toMatchObject({
      matched: 1,
      repaired: 0,
      feesBooked: 0,
      differences: 0,
    });
    expect(await books()).toEqual(before);
  });

  test('leaves a payment under a number nobody here gave to a person, who may book it to suspense', async () => {
    await user.pay(10_000);
    await spoil(gateway, 'row_added', 'not-one-of-ours');
    const untouched = await books();
    expect(await run(gateway, false)).toMatchObject({ rows: 2, matched: 1, differences: 1 });
    expect(await books()).toEqual(untouched);
    const [strange] = await differences('class=missing_here&state=waiting');
    expect(strange).toMatchObject({ number: 'not-one-of-ours', reason: 'number_unknown', orderId: null });
    const resolve = (body: object) => operator('bob', `differences/${strange?.id}/resolve`, body);
    expect((await resolve({ action: 'adjust', reason: '' })).status).toBe(400);
    expect(await resolve({ action: 'adjust', reason: '门店收款码直付，待确认' })).toMatchObject({
      status: 200,
      body: { state: 'repaired', reason: 'adjusted' },
    });
    expect(await resolve({ action: 'dismiss', reason: '再次处理' })).toMatchObject({
      status: 409,
      body: { code: 'difference_resolved' },
    });
    expect(await balance(`reconciliation_suspense:${gateway}`)).toBe(-10_000);
    // Found again, it says what it said: nobody is asked twice.
    expect(await run(gateway, true)).toMatchObject({ differences: 0 });
    expect(await balance(`reconciliation_suspense:${gateway}`)).toBe(-10_000);
  });

  test('leaves what the gateway did not bill, though it says it was paid, to a person', async () => {
    await user.pay(7_000);
    const order = await user.pay(10_000);
    const { number } = await attemptOf(order);
    await spoil(gateway, 'row_missing', number);
    expect(await run(gateway, true)).toMatchObject({ matched: 1, repaired: 0, differences: 1 });
    expect(await differences()).toMatchObject([
      { class: 'missing_there', state: 'waiting', reason: 'not_in_bill', number },
    ]);
    // The corrected bill has it.
    await control(stack, 'faults', undefined, 'DELETE');
    expect(await run(gateway, true)).toMatchObject({ matched: 2, differences: 0 });
    expect(await differences()).toMatchObject([{ state: 'repaired', reason: 'no_longer_differs' }]);
  });

  test('leaves another amount to a person', async () => {
    const { number } = await attemptOf(await user.pay(10_000));
    await spoil(gateway, 'amount_changed', number);
    expect(await run(gateway, true)).toMatchObject({ matched: 0, feesBooked: 0, differences: 1 });
    expect(await differences()).toMatchObject([
      { class: 'amount', state: 'waiting', ours: { amountFen: 10_000 }, bill: { amountFen: 10_001 } },
    ]);
    const [found] = await differences();
    await operator('bob', `differences/${found?.id}/resolve`, { action: 'adjust', reason: '网关多结一分' });
    expect(await balance(`reconciliation_suspense:${gateway}`)).toBe(-1);
  });

  test('repairs a payment that was closed here and paid there: the money goes back', async () => {
    const order = await paidInSilence(10_000);
    const { id } = await attemptOf(order);
    const closing = { attemptId: id, to: 'closed', reason: 'gateway_not_found', actor: 'gateway' } as const;
    await recordAttemptState(stack.db, { ...closing, now: new Date() });
    expect(await run(gateway, false)).toMatchObject({ differences: 1 });
    expect(await differences()).toMatchObject([{ class: 'state', state: 'open', ours: { state: 'ended' } }]);
    expect(await run(gateway, true)).toMatchObject({ repaired: 1, differences: 0 });
    expect((await user.read(order.id)).state).toBe('paid');
  });

  test('leaves another fee to a person, and books it as charged once accepted', async () => {
    const { number } = await attemptOf(await user.pay(10_000));
    await spoil(gateway, 'fee_changed', number);
    expect(await run(gateway, true)).toMatchObject({ matched: 0, feesBooked: 0, differences: 1 });
    const [found] = await differences();
    expect(found).toMatchObject({ class: 'fee', state: 'waiting', bill: { feeFen: 67 } });
    const { body } = await operator<DifferenceDetail>('bob', `differences/${found?.id}/resolve`, {
      action: 'adjust',
      reason: '费率活动已结束',
    });
    expect(body.history.at(-1)).toMatchObject({ actor: 'bob', note: '费率活动已结束', to: 'repaired' });
    expect(await balance('gateway_fee_expense')).toBe(67);
    // Read again, the bill says what was booked: nobody is asked twice.
    expect(await run(gateway, true)).toMatchObject({ matched: 1, feesBooked: 0, differences: 0 });
    expect(await balance('gateway_fee_expense')).toBe(67);
  });

  test('misses no refund that a person returned, and tells of one that went through the gateway too', async () => {
    const order = await user.pay(10_000);
    const refund = await operator<{ id: string }>('alice', `orders/${order.id}/refunds`, { reason: '退货' });
    const refundId = refund.body.id;
    const givenUp = { reported: 'closed', reportedFen: undefined, now: new Date() } as const;
    await recordRefundReport(stack.db, { refundId, ...givenUp });
    const byHand = { reason: '已银行转账', returnedBy: 'person' };
    expect((await operator('bob', `refunds/${refundId}/settle`, byHand)).status).toBe(200);
    expect(await run(gateway, true)).toMatchObject({ matched: 1, differences: 0 });

    await control(stack, 'time-scale', { scale: 0 });
    const { number } = await attemptOf(order);
    const port = await stack.deps.gateways.get(gateway);
    const sent = { refundFen: 10_000, totalFen: 10_000, reason: '退货' };
    await port.refund({ outRefundNo: outTradeNoOf(refundId), outTradeNo: number, ...sent });
    expect(await run(gateway, true)).toMatchObject({ matched: 1, repaired: 0, differences: 1 });
    const [twice] = await differences();
    expect(twice).toMatchObject({ subject: 'refund', class: 'state', reason: 'books_refuse' });
    const verdict = { action: 'adjust', reason: '重复退款，追回中' };
    expect((await operator('bob', `differences/${twice?.id}/resolve`, verdict)).status).toBe(200);
    expect(await balance(`reconciliation_suspense:${gateway}`)).toBe(10_000);
  });

  test('leaves a payment that stands there twice to a person', async () => {
    const { number } = await attemptOf(await user.pay(10_000));
    await spoil(gateway, 'row_twice', number);
    expect(await run(gateway, true)).toMatchObject({ rows: 2, matched: 0, differences: 1 });
    const [found] = await differences();
    expect(found).toMatchObject({ class: 'duplicate', reason: 'billed_twice', bill: { rows: 2 } });
    const dismissed = await operator('alice', `differences/${found?.id}/resolve`, {
      action: 'dismiss',
      reason: '网关确认重复行',
    });
    expect(dismissed).toMatchObject({ status: 200, body: { state: 'dismissed' } });
    expect(await run(gateway, true)).toMatchObject({ differences: 0 });
  });

  test('repairs a refund whose success was never told', async () => {
    const order = await paidInSilence(10_000);
    const { id } = await attemptOf(order);
    // Recorded after the order was closed: the money is a surplus, to be sent back.
    await closeOrder(stack.db, { orderId: order.id, reason: 'expired', actor: 'system', now: new Date() });
    await run(gateway, true);
    await control(stack, 'time-scale', { scale: 0 });
    const name = await stack.deps.gateways.get(gateway);
    const number = outTradeNoOf(id);
    await name.refund({
      outRefundNo: number,
      outTradeNo: number,
      refundFen: 10_000,
      totalFen: 10_000,
      reason: '退回',
    });
    const first = await run(gateway, false);
    expect(first).toMatchObject({ rows: 2, matched: 1, differences: 1 });
    expect(await differences('state=open')).toMatchObject([{ subject: 'refund', class: 'missing_here' }]);
    expect(await run(gateway, true)).toMatchObject({ repaired: 1, differences: 0 });
    const kinds = await stack.db.selectFrom('postings').select('kind').orderBy('kind').execute();
    expect(kinds.map(({ kind }) => kind)).toEqual([
      'gateway_fee',
      'gateway_fee',
      'surplus',
      'surplus_refund',
    ]);
    expect(await balance(`gateway_clearing:${gateway}`)).toBe(0);
    expect(await run(gateway, true)).toMatchObject({
      matched: 2,
      repaired: 0,
      feesBooked: 0,
      differences: 0,
    });
  });

  test('changes nothing where its file is not the one that was told', async () => {
    await paidInSilence(10_000);
    await spoil(gateway, 'hash_wrong');
    const before = await books();
    await expect(run(gateway, true)).rejects.toMatchObject({ gatewayCode: 'BILL_DAMAGED' });
    expect(await books()).toEqual(before);
    expect(await differences()).toEqual([]);
  });

  test('changes nothing while the gateway has not made it', async () => {
    await control(stack, 'bills/clock', { aheadMs: 0 });
    await expect(run(gateway, true)).rejects.toMatchObject({ gatewayCode: 'BILL_NOT_READY' });
  });

  test('is reconciled by the job of the next morning, once', async () => {
    const order = await paidInSilence(10_000);
    const other = await TestUser.signIn(stack, host === 'weapp' ? 'alipay' : 'weapp');
    await other.pay(20_000);
    const noonMs = Date.parse(`${today()}T12:00:00+08:00`) + DAY_MS;
    const at = (instantMs: number) => ({ ...stack.deps, now: () => new Date(instantMs) });
    expect(await runJob(at(noonMs - 2 * 3_600_000), 'reconcile-yesterday')).toMatchObject({ due: 0 });
    const atNoon = at(noonMs);
    expect(await runJob(atNoon, 'reconcile-yesterday')).toMatchObject({
      due: 2,
      matched: 1,
      repaired: 1,
      differences: 0,
      failed: 0,
    });
    expect((await user.read(order.id)).state).toBe('paid');
    expect(await runJob(atNoon, 'reconcile-yesterday')).toMatchObject({ due: 0 });
  });
});

test('a payment that the bill leaves out because it is of another day is no difference', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  await dropNotifications('wechatpay');
  // Begun and recorded three days ago by our clock, as money that no order wanted: its own time is not kept.
  idOffsetMs = -3 * DAY_MS;
  const thatDay = new Date(Date.now() + idOffsetMs);
  const order = await user.order(10_000);
  const attempt = await user.attempt(order.id);
  await user.decide(attempt);
  await closeOrder(stack.db, { orderId: order.id, reason: 'expired', actor: 'system', now: new Date() });
  await recordPayment(stack.db, {
    attemptId: attempt.id,
    transactionId: '4200000000',
    totalFen: 10_000,
    succeededAt: thatDay,
    source: 'query',
    now: thatDay,
  });
  expect(await run('wechatpay', false, billDayOf(thatDay))).toMatchObject({ rows: 0, differences: 1 });
  expect(await run('wechatpay', true, billDayOf(thatDay))).toMatchObject({ repaired: 1, differences: 0 });
  expect(await differences()).toMatchObject([{ class: 'missing_there', reason: 'other_day' }]);
});

test('the command shows first, executes on command, and says by its exit status what is left', async () => {
  const user = await TestUser.signIn(stack, 'weapp');
  await dropNotifications('wechatpay');
  const order = await user.order(10_000);
  await user.decide(await user.attempt(order.id));
  const command = async (...args: readonly string[]) => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', path.join(__dirname, '../../cloud/local/reconcile.ts'), ...args],
      { env: { ...process.env, ...stack.environment } },
    );
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
    const last = stdout.trim().split('\n').at(-1) ?? '';
    return { status, stderr, last: last === '' ? undefined : (JSON.parse(last) as unknown) };
  };
  const args = ['--gateway', 'wechat', '--date', today()];
  const shown = await command(...args);
  expect(shown).toMatchObject({ status: 1, last: { rows: 1, matched: 0, repaired: 0, differences: 1 } });
  expect(shown.stderr).toContain('would be asked for and recorded');
  expect((await user.read(order.id)).state).toBe('paying');
  expect(await command(...args, '--execute')).toMatchObject({
    status: 0,
    last: { rows: 1, matched: 0, repaired: 1, differences: 0 },
  });
  expect((await user.read(order.id)).state).toBe('paid');
  expect(await command('--gateway', 'bank', '--date', today())).toMatchObject({ status: 2, last: undefined });
  expect(await command('--gateway', 'wechat', '--date', '2026-02-30')).toMatchObject({ status: 2 });
  await control(stack, 'bills/clock', { aheadMs: 0 });
  expect(await command(...args)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('BILL_NOT_READY'),
  });
});
