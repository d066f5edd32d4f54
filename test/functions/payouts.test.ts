import { setTimeout as sleep } from 'node:timers/promises';

import type { Account, IncomingPayout, IncomingPayoutList, Problem } from '../../cloud/contract/types';
import { createGateways } from '../../cloud/functions/gateways';
import { readSettings } from '../../cloud/functions/settings';
import { GatewayError, type PayoutPayee } from '../../cloud/gateways/port';
import { merchantId } from '../../cloud/store/seed';
import { control, TestUser } from '../support/client';
import { brokenInvariants } from '../support/invariants';
import { livePromotion } from '../support/promotions';
import { paid, SettlementDesk } from '../support/settlements';
import { startStack, type Stack } from '../support/stack';

/** Both gateways by their certificates; names travel encrypted for the platform certificate. */
let stack: Stack;
let clockOffsetMs = 0;
const now = (): Date => new Date(Date.now() + clockOffsetMs);
const desk = new SettlementDesk(() => stack);

beforeAll(async () => {
  stack = await startStack({
    payoutGateways: ['wechatpay', 'alipay'],
    wechatpayMode: 'certificate',
    parts: { now },
    environment: { CASHBACK_AFTER_DAYS: '0' },
  });
});
afterEach(async () => {
  clockOffsetMs = 0;
  await control(stack, 'faults', undefined, 'DELETE');
  expect(await brokenInvariants(stack.db)).toEqual([]);
});
afterAll(() => stack.close());

const gateway = (name: 'wechatpay' | 'alipay') => stack.deps.gateways.get(name);
const payeeOf = (name: 'wechatpay' | 'alipay', user = 'payee'): PayoutPayee => {
  const { weapp, alipay, realName } = stack.sandboxUser(user);
  return { kind: 'open_id', id: name === 'wechatpay' ? weapp.openId : alipay.openId, name: realName };
};
let numbers = 0;
const newNumber = (): string => String((numbers += 1)).padStart(32, '0');

/** Makes and closes a settlement at a time that the calendar holds, whatever the time is now. */
async function closedSettlement(merchant: string): Promise<void> {
  await desk.agree(merchant, 'wechatpay');
  await paid(stack.db, { merchantId: merchant, amountFen: 4_321, at: new Date('2026-11-23T04:00:00Z') });
  clockOffsetMs = Date.parse('2026-11-24T04:00:00Z') - Date.now();
  await desk.close();
  clockOffsetMs = 0;
}

describe('cashback', () => {
  const benefit = { kind: 'cashback', fixed: 300, ratePpm: 0, max: null } as const;
  const standing = (orderId: string) =>
    stack.db
      .selectFrom('cashbacks')
      .select(['state', 'owedFen', 'dueAt'])
      .where('orderId', '=', orderId)
      .executeTakeFirstOrThrow();
  const listed = async (user: TestUser) => (await user.send<IncomingPayoutList>('/v1/payouts')).body.items;
  const numberOf = async (user: TestUser): Promise<string> =>
    String((await listed(user))[0]?.id).replaceAll('-', '');

  test('is paid out to the payer, who confirms it in WeChat, and again later where that failed', async () => {
    await livePromotion(stack.db, now(), { benefit });
    const user = await TestUser.signIn(stack, 'weapp');
    const { id } = await user.pay(2_000);
    await desk.pay();
    const [waiting] = await listed(user);
    expect(waiting).toMatchObject({
      kind: 'cashback',
      amountFen: 300,
      state: 'awaiting_confirmation',
      salesBefore: null,
      merchantName: '山茶咖啡',
    });
    expect((await standing(id)).state).toBe('paying');
    await control(stack, `transfers/${await numberOf(user)}/decide`, { action: 'fail' });
    await user.send(`/v1/payouts/${String(waiting?.id)}`);
    const failed = await standing(id);
    expect([failed.state, failed.owedFen]).toEqual(['waiting', 300]);
    const wait = failed.dueAt.getTime() - now().getTime();
    expect(wait > 86_000_000 && wait <= 86_400_000).toBe(true);
    await desk.pay();
    expect(await listed(user)).toHaveLength(1);
    // Its time comes again.
    await stack.db.updateTable('cashbacks').set({ dueAt: now() }).where('orderId', '=', id).execute();
    await desk.pay();
    const again = (await listed(user))[0];
    expect([again?.state, again?.id === waiting?.id]).toEqual(['awaiting_confirmation', false]);
    await control(stack, `transfers/${await numberOf(user)}/decide`, { action: 'confirm' });
    const settled = await user.send<IncomingPayout>(`/v1/payouts/${String(again?.id)}`);
    expect(settled.body.state).toBe('paid');
    expect((await standing(id)).state).toBe('paid');
    const owed = await stack.db
      .selectFrom('entries')
      .select((eb) => eb.fn.sum<string>('amount').as('fen'))
      .where('account', '=', `cashback_payable:${user.session.account.id}`)
      .executeTakeFirstOrThrow();
    expect(Number(owed.fen)).toBe(0);
  });

  test('reaches an Alipay account at once', async () => {
    const user = await TestUser.signIn(stack, 'alipay');
    const { id } = await user.pay(2_000);
    await desk.pay();
    expect((await listed(user))[0]).toMatchObject({ kind: 'cashback', amountFen: 300, state: 'paid' });
    expect((await standing(id)).state).toBe('paid');
  });
});

test('a payee who confirms in WeChat is told of by a notification, without a query', async () => {
  const merchant = merchantId(1);
  await closedSettlement(merchant);
  await desk.pay();
  const waiting = (await desk.newest(merchant)).payouts[0];
  expect(waiting).toMatchObject({ state: 'awaiting_payee' });
  expect(waiting?.confirmation).toMatch(/^[\w+/=]{16,}$/);
  expect(waiting?.payee).toMatch(/^o.\*\*\*/);
  await control(stack, 'faults', {
    gateway: 'wechatpay',
    operation: 'notify',
    fault: { kind: 'duplicate', times: 1 },
  });
  await control(stack, `transfers/${String(waiting?.id).replaceAll('-', '')}/decide`, { action: 'confirm' });
  for (let tries = 0; tries < 200 && (await desk.newest(merchant)).state !== 'paid'; tries += 1) {
    await sleep(20);
  }
  const settled = await desk.newest(merchant);
  expect([settled.state, settled.payouts[0]?.state, settled.payouts[0]?.confirmation]).toEqual([
    'paid',
    'paid',
    null,
  ]);
  expect(settled.history.filter(({ to }) => to === 'paid').map(({ reason }) => reason)).toEqual([
    'gateway_notification',
    'payout_paid',
  ]);
});

describe('the payee of a payout', () => {
  const merchant = merchantId(3);
  const waiting = async () => (await desk.newest(merchant)).payouts[0];
  const payeeIn = (host: 'weapp' | 'alipay') => TestUser.signIn(stack, host, 'payee-0003');

  beforeAll(async () => {
    await closedSettlement(merchant);
    await control(stack, 'faults', {
      gateway: 'wechatpay',
      operation: 'transfer',
      fault: { kind: 'error_after_commit' },
    });
    await desk.pay();
  });

  test('sees it, with what opens the page to confirm, and is told of the end without a notification', async () => {
    const id = String((await waiting())?.id);
    expect(await waiting()).toMatchObject({ state: 'unknown', confirmation: null, payeePage: null });

    const payee = await payeeIn('weapp');
    const asked = await payee.send<IncomingPayout>(`/v1/payouts/${id}`);
    // The answer with the package was lost: the same request is answered again, and pays once.
    expect(asked.body).toMatchObject({
      id,
      amountFen: 4_321,
      state: 'awaiting_confirmation',
      confirmation: { mchId: stack.credentials.wechatpay.mchId, appId: stack.credentials.wechat.appId },
      paidAt: null,
    });
    expect((await waiting())?.payeePage).toBe(`packages/payouts/index?id=${id}`);
    const listed = await payee.send<IncomingPayoutList>('/v1/payouts');
    expect(listed.body.items).toEqual([asked.body]);
    expect((await payee.send<Account>('/v1/me')).body.payoutsAwaiting).toBe(1);

    await control(stack, 'faults', {
      gateway: 'wechatpay',
      operation: 'notify',
      fault: { kind: 'drop', times: 20 },
    });
    const window = { params: asked.body.confirmation, user: 'payee-0003' };
    const opened = await control(stack, 'transfer-window', window);
    await control(stack, `transfers/${String(opened.number)}/decide`, { action: 'confirm' });
    const told = await payee.send<IncomingPayout>(`/v1/payouts/${id}`);
    expect(told.body).toMatchObject({ state: 'paid', confirmation: null });
    expect((await desk.newest(merchant)).state).toBe('paid');
    expect((await payee.send<Account>('/v1/me')).body.payoutsAwaiting).toBe(0);
    await expect(control(stack, 'transfer-window', window)).rejects.toThrow('400');
  });

  test('is the only one who sees it', async () => {
    const id = String((await waiting())?.id);
    for (const stranger of [await TestUser.signIn(stack, 'weapp'), await payeeIn('alipay')]) {
      const answer = await stranger.send<Problem>(`/v1/payouts/${id}`);
      expect([answer.status, answer.body.code]).toEqual([404, 'payout_not_found']);
      expect((await stranger.send<IncomingPayoutList>('/v1/payouts')).body.items).toEqual([]);
    }
  });
});

test('a notification of another amount changes nothing and is seen', async () => {
  const merchant = merchantId(2);
  await closedSettlement(merchant);
  await desk.pay();
  const payout = (await desk.newest(merchant)).payouts[0];
  await control(stack, 'faults', {
    gateway: 'wechatpay',
    operation: 'notify',
    fault: { kind: 'wrong_amount', times: 1 },
  });
  await control(stack, `transfers/${String(payout?.id).replaceAll('-', '')}/decide`, { action: 'confirm' });
  const seen = () =>
    stack.logs.some(
      ({ event, fields }) =>
        event === 'payout_not_applied' && 'outcome' in fields && fields.outcome === 'amount_mismatch',
    );
  for (let tries = 0; tries < 200 && !seen(); tries += 1) await sleep(20);
  expect(seen()).toBe(true);
  expect((await desk.newest(merchant)).payouts[0]?.state).toBe('awaiting_payee');
});

test('a payout that expired before anybody confirmed it has failed', async () => {
  const name = 'wechatpay';
  const outBillNo = newNumber();
  const request = { outBillNo, amountFen: 100, payee: payeeOf(name), remark: '结算' };
  expect(await (await gateway(name)).payOut(request)).toMatchObject({ state: 'awaiting_payee' });
  await control(stack, `transfers/${outBillNo}/decide`, { action: 'fail', reason: 'OVERDUE_CLOSE' });
  expect(await (await gateway(name)).queryPayout(outBillNo)).toMatchObject({
    state: 'failed',
    reason: 'OVERDUE_CLOSE',
    amountFen: 100,
  });
});

describe.each(['wechatpay', 'alipay'] as const)('paying out through %s', (name) => {
  test('the same number pays once, and is refused with other data', async () => {
    const adapter = await gateway(name);
    const request = { outBillNo: newNumber(), amountFen: 250_000, payee: payeeOf(name), remark: '结算' };
    const first = await adapter.payOut(request);
    const again = await adapter.payOut(request);
    expect(again.billNumber).toBe(first.billNumber);
    await expect(adapter.payOut({ ...request, amountFen: 250_001 })).rejects.toMatchObject({
      kind: 'refused',
      gatewayCode: name === 'wechatpay' ? 'ALREADY_EXISTS' : 'PAYMENT_INFO_INCONSISTENCY',
    });
    expect(await adapter.queryPayout(request.outBillNo)).toMatchObject({ amountFen: 250_000 });
  });

  test('a number that was never sent is not known', async () => {
    expect(await (await gateway(name)).queryPayout(newNumber())).toMatchObject({ state: 'not_found' });
  });

  test.each([
    ['nobody', { payee: { kind: 'open_id', id: 'o-nobody-at-all', name: undefined } }],
    ['too little', { amountFen: 9 }],
  ] as const)('%s is refused for good', async (_, changes) => {
    const adapter = await gateway(name);
    const request = {
      outBillNo: newNumber(),
      amountFen: 100,
      payee: payeeOf(name),
      remark: '结算',
      ...changes,
    };
    await expect(adapter.payOut(request)).rejects.toMatchObject({ kind: 'refused' });
    expect(await adapter.queryPayout(request.outBillNo)).toMatchObject({ state: 'not_found' });
  });

  test('is off where it is not configured: nothing is sent', async () => {
    const settings = readSettings({ ...stack.environment, PAYOUT_GATEWAYS: '' });
    const { gateways } = createGateways(settings, stack.deps);
    const adapter = await gateways.get(name);
    const request = { outBillNo: newNumber(), amountFen: 100, payee: payeeOf(name), remark: '结算' };
    const refused = await adapter.payOut(request).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(GatewayError);
    expect(refused).toMatchObject({ kind: 'misconfigured', gatewayCode: 'PAYOUTS_OFF' });
    expect(await adapter.queryPayout(request.outBillNo)).toMatchObject({ state: 'not_found' });
  });
});

test('WeChat Pay reads the encrypted name of large payouts, and wants none with the smallest', async () => {
  const adapter = await gateway('wechatpay');
  const payee = payeeOf('wechatpay');
  const small = { outBillNo: newNumber(), amountFen: 29, payee, remark: '结算' };
  expect(await adapter.payOut(small)).toMatchObject({ state: 'awaiting_payee' });
  const nameless = { ...payee, name: undefined } as PayoutPayee;
  await expect(
    adapter.payOut({ outBillNo: newNumber(), amountFen: 200_000, payee: nameless, remark: '结算' }),
  ).rejects.toMatchObject({ kind: 'refused', gatewayCode: 'PARAM_ERROR' });
  const wrong = { ...payee, name: '另有其人' } as PayoutPayee;
  const refused = await adapter.payOut({
    outBillNo: newNumber(),
    amountFen: 200_000,
    payee: wrong,
    remark: '结算',
  });
  expect(refused).toMatchObject({ state: 'failed', reason: 'NAME_NOT_CORRECT' });
});

test('Alipay pays the holder of a sign-in name, whose name must fit', async () => {
  const adapter = await gateway('alipay');
  const { email, realName } = stack.sandboxUser('payee');
  const payee = { kind: 'logon_id', id: email, name: realName } as const;
  const request = { outBillNo: newNumber(), amountFen: 1_000, payee, remark: '结算' };
  expect(await adapter.payOut(request)).toMatchObject({ state: 'paid', amountFen: 1_000 });
  await expect(
    adapter.payOut({ ...request, outBillNo: newNumber(), payee: { ...payee, name: '另有其人' } }),
  ).rejects.toMatchObject({ kind: 'refused', gatewayCode: 'PAYEE_USERINFO_ERROR' });
});
