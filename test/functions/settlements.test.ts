import { runJob } from '../../cloud/functions/job/jobs';
import type { PaymentGateway } from '../../cloud/gateways/port';
import { merchantId } from '../../cloud/store/seed';
import { control } from '../support/client';
import { brokenInvariants } from '../support/invariants';
import { paid, SettlementDesk, takeBack } from '../support/settlements';
import { startStack, type Stack } from '../support/stack';

let stack: Stack;
let now = new Date();
let ordinal = 0;
/** A merchant that no other test here has to do with. */
let merchant = '';
const desk = new SettlementDesk(() => stack);
const GATEWAYS = ['wechatpay', 'alipay'] as const;
const OPERATIONS = { wechatpay: 'transfer', alipay: 'alipay.fund.trans.uni.transfer' } as const;

/** A time of day in Shanghai. */
const at = (text: string): Date => new Date(`${text}+08:00`);
const later = (seconds: number): void => {
  now = new Date(now.getTime() + seconds * 1_000);
};
const numberOf = (payoutId: string): string => payoutId.replaceAll('-', '');

interface Told {
  readonly number: string;
  readonly amountFen: number;
  readonly state: string;
}
/** The sandbox's transfers to this test's merchant. */
async function transfers(gateway: (typeof GATEWAYS)[number]): Promise<readonly Told[]> {
  const all = (await control(stack, 'transfers')) as Record<string, (Told & { payee: string })[]>;
  const user = stack.sandboxUser(`payee-${merchant.slice(-4)}`);
  const payee = gateway === 'wechatpay' ? user.weapp.openId : user.alipay.openId;
  return (all[gateway] ?? []).filter((transfer) => transfer.payee === payee);
}

const fault = (gateway: (typeof GATEWAYS)[number], kind: string, times = 1) =>
  control(stack, 'faults', { gateway, operation: OPERATIONS[gateway], fault: { kind, times } });

/** Lets the payee confirm where the gateway waits for that, and hears of it. */
async function arrive(payoutId: string): Promise<void> {
  await control(stack, `transfers/${numberOf(payoutId)}/decide`, { action: 'confirm' }).catch(
    () => undefined,
  );
  later(3_700);
  await desk.pay();
}

beforeAll(async () => {
  stack = await startStack({ payoutGateways: GATEWAYS, parts: { now: () => now } });
});
beforeEach(() => {
  ordinal += 1;
  merchant = merchantId(ordinal);
  now = at('2026-11-24T10:00:00');
});
afterEach(async () => {
  await control(stack, 'faults', undefined, 'DELETE');
  await control(stack, 'balance', { gateway: 'wechatpay', balanceFen: null });
  await control(stack, 'balance', { gateway: 'alipay', balanceFen: null });
  // What one test leaves open is no business of the next.
  await stack.db.updateTable('payouts').set({ nextAt: null }).execute();
  await stack.db.updateTable('merchantSettlementTerms').set({ holdReason: 'its test is over' }).execute();
  expect(await brokenInvariants(stack.db)).toEqual([]);
});
afterAll(async () => {
  expect(stack.logs.filter((line) => /unexpected_error|job_item_failed/.test(line.event))).toEqual([]);
  await stack.close();
});

describe.each(GATEWAYS)('a merchant paid out through %s', (gateway) => {
  test('gets the money of a holiday on the first working day after it, down to the fen', async () => {
    await desk.agree(merchant, gateway);
    await paid(stack.db, { merchantId: merchant, amountFen: 1_234, at: at('2026-09-30T23:59:59') });
    await paid(stack.db, { merchantId: merchant, amountFen: 5_001, at: at('2026-10-03T12:00:00') });
    await paid(stack.db, { merchantId: merchant, amountFen: 3, at: at('2026-10-07T23:59:59') });
    await paid(stack.db, { merchantId: merchant, amountFen: 70_000, at: at('2026-10-08T00:00:00') });
    now = at('2026-10-07T23:59:59');
    await desk.close();
    expect(await desk.settlementsOf(merchant)).toEqual([]);
    now = at('2026-10-08T00:00:01');
    await desk.close();
    await desk.close();
    await desk.pay();
    const [payout] = (await desk.newest(merchant)).payouts;
    await arrive(payout?.id ?? '');
    const settled = await desk.newest(merchant);
    expect(settled).toMatchObject({ state: 'paid', cutOffDay: '2026-10-08', netFen: 6_238, lineCount: 3 });
    expect(settled.lines.map(({ amountFen }) => amountFen)).toEqual([1_234, 5_001, 3]);
    expect(await transfers(gateway)).toMatchObject([{ amountFen: 6_238, state: 'succeeded' }]);
    now = at('2026-10-09T08:00:00');
    await desk.close();
    expect((await desk.settlementsOf(merchant)).map(({ netFen }) => netFen)).toEqual([70_000, 6_238]);
  });

  test.each(['error_after_commit', 'bad_signature'])(
    'is paid once where the answer is lost (%s): a query tells, under the same number',
    async (kind) => {
      await desk.agree(merchant, gateway);
      await paid(stack.db, { merchantId: merchant, amountFen: 9_900, at: at('2026-11-23T12:00:00') });
      await desk.close();
      await fault(gateway, kind);
      await desk.pay();
      const unknown = await desk.newest(merchant);
      expect([unknown.state, unknown.payouts.map(({ state }) => state)]).toEqual(['paying', ['unknown']]);
      const retry = await desk.send(`/v1/operator/settlements/${unknown.id}/retry`, {});
      expect([retry.status, retry.body]).toMatchObject([409, { code: 'payout_not_failed' }]);
      const number = numberOf(unknown.payouts[0]?.id ?? '');
      expect((await transfers(gateway)).map((transfer) => transfer.number)).toEqual([number]);
      later(60);
      await arrive(unknown.payouts[0]?.id ?? '');
      const settled = await desk.newest(merchant);
      expect([settled.state, settled.payouts.map(({ state }) => state)]).toEqual(['paid', ['paid']]);
      expect((await transfers(gateway)).map((transfer) => transfer.number)).toEqual([number]);
    },
  );

  test('whose payout never arrived is sent it again under the same number, after a while', async () => {
    await desk.agree(merchant, gateway);
    await paid(stack.db, { merchantId: merchant, amountFen: 9_900, at: at('2026-11-23T12:00:00') });
    await desk.close();
    await fault(gateway, 'http_500');
    await desk.pay();
    later(60);
    await desk.pay();
    expect(await transfers(gateway)).toEqual([]);
    later(700);
    await desk.pay();
    const { payouts } = await desk.newest(merchant);
    expect((await transfers(gateway)).map(({ number }) => number)).toEqual([numberOf(payouts[0]?.id ?? '')]);
    await arrive(payouts[0]?.id ?? '');
    expect((await desk.newest(merchant)).state).toBe('paid');
  });

  test('whose payout failed is paid by a person trying again, under a new number', async () => {
    await desk.agree(merchant, gateway);
    await paid(stack.db, { merchantId: merchant, amountFen: 9_900, at: at('2026-11-23T12:00:00') });
    await desk.close();
    await control(stack, 'transfers/plan', { gateway, state: 'failed', reason: 'PAYEE_ACCOUNT_ABNORMAL' });
    await desk.pay();
    const failed = await desk.newest(merchant);
    expect(failed.state).toBe('needs_review');
    expect(failed.payouts).toMatchObject([{ state: 'failed', try: 1 }]);
    later(7_200);
    await desk.pay();
    expect(await transfers(gateway)).toHaveLength(1);
    const retried = await desk.send<typeof failed>(`/v1/operator/settlements/${failed.id}/retry`, {});
    expect([retried.status, retried.body.state]).toEqual([200, 'paying']);
    await desk.pay();
    const second = (await desk.newest(merchant)).payouts[1];
    await arrive(second?.id ?? '');
    const settled = await desk.newest(merchant);
    expect(settled.payouts.map((payout) => [payout.try, payout.state])).toEqual([
      [1, 'failed'],
      [2, 'paid'],
    ]);
    expect(
      settled.history.some(({ actor, reason }) => actor === 'operator:alice' && reason === 'retried'),
    ).toBe(true);
    expect((await transfers(gateway)).map(({ state }) => state)).toEqual(['failed', 'succeeded']);
  });

  test('is refused for good only once the gateway was asked', async () => {
    await desk.agree(merchant, gateway, { payeeName: '另有其人' });
    await paid(stack.db, { merchantId: merchant, amountFen: 9_900, at: at('2026-11-23T12:00:00') });
    await desk.close();
    await desk.pay();
    later(700);
    await desk.pay();
    const failed = await desk.newest(merchant);
    expect([failed.state, failed.payouts[0]?.state]).toEqual(['needs_review', 'failed']);
    expect(failed.payouts[0]?.failureReason).toBe(
      gateway === 'wechatpay' ? 'NAME_NOT_CORRECT' : 'PAYEE_USERINFO_ERROR',
    );
  });

  test('is paid by four workers at once as by one', async () => {
    await desk.agree(merchant, gateway, { payoutMaxFen: 5_000 });
    await paid(stack.db, { merchantId: merchant, amountFen: 12_000, at: at('2026-11-23T12:00:00') });
    await Promise.all([desk.close(), desk.close(), desk.close(), desk.close()]);
    await Promise.all([desk.pay(), desk.pay(), desk.pay(), desk.pay()]);
    later(60);
    await Promise.all([desk.pay(), desk.pay(), desk.pay(), desk.pay()]);
    expect(await desk.settlementsOf(merchant)).toHaveLength(1);
    expect((await transfers(gateway)).map(({ amountFen }) => amountFen).sort()).toEqual([
      2_000, 5_000, 5_000,
    ]);
  });

  test('waits while our balance there is too low, and then gets one payout', async () => {
    await desk.agree(merchant, gateway);
    await paid(stack.db, { merchantId: merchant, amountFen: 9_900, at: at('2026-11-23T12:00:00') });
    await desk.close();
    await control(stack, 'balance', { gateway, balanceFen: 9_899 });
    await desk.pay();
    later(700);
    await desk.pay();
    expect((await desk.newest(merchant)).payouts).toMatchObject([{ state: 'unknown', failureReason: null }]);
    await control(stack, 'balance', { gateway, balanceFen: 9_900 });
    later(3_700);
    await desk.pay();
    expect(await transfers(gateway)).toMatchObject([{ amountFen: 9_900 }]);
  });
});

test.each([
  ['before the gateway heard of it', false],
  ['before its answer was recorded', true],
])('a payout whose worker dies %s is paid once', async (_, sent) => {
  await desk.agree(merchant, 'alipay');
  await paid(stack.db, { merchantId: merchant, amountFen: 6_600, at: at('2026-11-23T12:00:00') });
  await desk.close();
  const real = await stack.deps.gateways.get('alipay');
  const dying: PaymentGateway = {
    ...real,
    async payOut(request) {
      if (sent) await real.payOut(request);
      throw new Error('killed');
    },
  };
  const gateways = { get: () => Promise.resolve(dying), isAvailable: () => true };
  await runJob({ ...stack.deps, gateways, log: () => undefined }, 'send-payouts');
  const left = await desk.newest(merchant);
  expect([left.state, left.payouts.map(({ state }) => state)]).toEqual(['paying', ['unknown']]);
  later(700);
  await desk.pay();
  const settled = await desk.newest(merchant);
  expect([settled.state, settled.payouts.map(({ state }) => state)]).toEqual(['paid', ['paid']]);
  expect(await transfers('alipay')).toHaveLength(1);
});

test('a year whose holidays are not known is not settled: the job fails and says why', async () => {
  await desk.agree(merchant, 'alipay');
  await paid(stack.db, { merchantId: merchant, amountFen: 6_600, at: at('2026-12-30T12:00:00') });
  now = at('2026-12-31T10:00:00');
  expect(await desk.close()).toMatchObject({ closed: 1 });
  expect(stack.logs.some(({ event }) => event === 'settlement_calendar_ends')).toBe(true);
  now = at('2028-03-01T10:00:00');
  await expect(desk.close()).rejects.toThrow(/does not hold 2028/);
});

test('too little is carried over until it is worth a payout', async () => {
  await desk.agree(merchant, 'alipay', { minimumFen: 1_000 });
  await paid(stack.db, { merchantId: merchant, amountFen: 999, at: at('2026-11-23T12:00:00') });
  expect(await desk.close()).toMatchObject({ carriedOver: 1, closed: 0 });
  expect(await desk.settlementsOf(merchant)).toEqual([]);
  await paid(stack.db, { merchantId: merchant, amountFen: 1, at: at('2026-11-24T12:00:00') });
  now = at('2026-11-25T09:00:00');
  await desk.close();
  expect(await desk.settlementsOf(merchant)).toMatchObject([{ netFen: 1_000, lineCount: 2 }]);
});

test('what is taken back before the cut-off or after it lowers the batch, and later the next', async () => {
  await desk.agree(merchant, 'alipay');
  const orderId = await paid(stack.db, {
    merchantId: merchant,
    amountFen: 10_000,
    at: at('2026-11-23T12:00:00'),
  });
  const back = { orderId };
  expect(await takeBack(stack.db, { ...back, amountFen: 1_000, at: at('2026-11-23T13:00:00') })).toBe(true);
  expect(await takeBack(stack.db, { ...back, amountFen: 2_000, at: at('2026-11-24T09:00:00') })).toBe(true);
  await desk.close();
  await desk.pay();
  expect(await desk.newest(merchant)).toMatchObject({ state: 'paid', netFen: 7_000, lineCount: 3 });
  // All of it is settled: there is nothing to take back from before something new comes in.
  expect(await takeBack(stack.db, { ...back, amountFen: 7_000, at: now })).toBe(false);
  await paid(stack.db, { merchantId: merchant, amountFen: 7_500, at: at('2026-11-24T12:00:00') });
  expect(await takeBack(stack.db, { ...back, amountFen: 7_000, at: at('2026-11-24T13:00:00') })).toBe(true);
  now = at('2026-11-25T09:00:00');
  await desk.close();
  expect(await desk.newest(merchant)).toMatchObject({ netFen: 500, cutOffDay: '2026-11-25' });
});

test('a refund that races with a batch never takes the same money', async () => {
  await desk.agree(merchant, 'alipay');
  for (const day of ['2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27']) {
    now = at(`${day}T00:30:00`);
    const booked = new Date(now.getTime() - 3_600_000);
    const orderId = await paid(stack.db, { merchantId: merchant, amountFen: 5_000, at: booked });
    const refund = () => takeBack(stack.db, { orderId, amountFen: 3_000, at: now });
    const outcomes = await Promise.all([refund(), desk.close(), refund(), desk.close()]);
    expect(outcomes.filter((outcome) => outcome === true).length).toBeLessThanOrEqual(1);
    expect(await brokenInvariants(stack.db)).toEqual([]);
  }
});

test('a payout that comes back is owed again, and a person pays it by hand once', async () => {
  await desk.agree(merchant, 'alipay');
  await paid(stack.db, { merchantId: merchant, amountFen: 8_800, at: at('2026-11-23T12:00:00') });
  await desk.close();
  await desk.pay();
  const settled = await desk.newest(merchant);
  expect(settled.state).toBe('paid');
  const byHand = `/v1/operator/settlements/${settled.id}/paid-by-hand`;
  const early = await desk.send(byHand, { reference: 'BANK-0001' });
  expect([early.status, early.body]).toMatchObject([409, { code: 'settlement_not_payable' }]);

  await control(stack, `transfers/${numberOf(settled.payouts[0]?.id ?? '')}/decide`, { action: 'return' });
  later(86_500);
  await desk.pay();
  expect(await desk.newest(merchant)).toMatchObject({
    state: 'needs_review',
    payouts: [{ state: 'returned' }],
  });
  expect(await brokenInvariants(stack.db)).toEqual([]);

  const answers = await Promise.all([1, 2, 3].map(() => desk.send(byHand, { reference: 'BANK-0001' })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
  const paidByHand = await desk.newest(merchant);
  expect(paidByHand.state).toBe('paid');
  expect(paidByHand.payouts[1]).toMatchObject({ source: 'bank', billNumber: 'BANK-0001', state: 'paid' });
  expect(paidByHand.history.at(-1)).toMatchObject({ actor: 'operator:alice', reason: 'paid_by_hand' });
});

test('a merchant on hold is neither settled nor paid, and is after its release', async () => {
  await desk.agree(merchant, 'alipay');
  await paid(stack.db, { merchantId: merchant, amountFen: 2_000, at: at('2026-11-20T12:00:00') });
  await desk.close();
  const hold = `/v1/operator/merchants/${merchant}/settlement-hold`;
  expect(await desk.send(hold, { reason: '风险核查' })).toMatchObject({ body: { holdReason: '风险核查' } });
  await paid(stack.db, { merchantId: merchant, amountFen: 3_000, at: at('2026-11-24T12:00:00') });
  now = at('2026-11-25T10:00:00');
  await desk.close();
  await desk.pay();
  expect(await desk.settlementsOf(merchant)).toMatchObject([{ state: 'closed', netFen: 2_000 }]);
  expect(await transfers('alipay')).toEqual([]);
  const released = await desk.send<{ history: object[] }>(hold, undefined, 'DELETE');
  expect(released.body.history.at(-1)).toMatchObject({
    from: 'on_hold',
    to: 'agreed',
    actor: 'operator:alice',
  });
  await desk.close();
  await desk.pay();
  expect((await desk.settlementsOf(merchant)).map(({ state }) => state)).toEqual(['paid', 'paid']);
});

test('with payouts off a closed settlement waits for a person', async () => {
  await desk.agree(merchant, 'wechatpay');
  await paid(stack.db, { merchantId: merchant, amountFen: 4_400, at: at('2026-11-23T12:00:00') });
  await desk.close();
  const { payouts, ...settings } = stack.deps.settings;
  expect(payouts.gateways).toHaveLength(2);
  const off = { ...settings, payouts: { gateways: [], transferScene: undefined } };
  await runJob({ ...stack.deps, settings: off }, 'send-payouts');
  const closed = await desk.newest(merchant);
  expect([closed.state, closed.payouts]).toEqual(['closed', []]);
  const answer = await desk.send(`/v1/operator/settlements/${closed.id}/paid-by-hand`, {
    reference: 'BANK-7',
  });
  expect(answer).toMatchObject({ status: 200, body: { state: 'paid', payouts: [{ source: 'bank' }] } });
  await desk.pay();
  expect(await transfers('wechatpay')).toEqual([]);
});
