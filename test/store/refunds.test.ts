import fc from 'fast-check';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';

import { REFUND_FAILURES_MAX, type ReportedRefund } from '../../cloud/domain';
import {
  claimDueRefunds,
  getOrder,
  getRefund,
  merchantFunds,
  orderHistory,
  pointsBalance,
  recordRefundReport,
  refundsOfOrder,
  requestRefund,
  retryRefund,
  settleRefund,
  type RefundRequested,
} from '../../cloud/store';
import { operatorInvariants } from '../../cloud/store/invariants/operators';
import { brokenInvariants } from '../support/invariants';
import { reducedBy, WHOLE_PPM, type Shares } from '../support/pricing';
import { MERCHANT_ID, newAttempt, newOrder, NOW, payAttempt, storeOfTests } from '../support/store';

const store = storeOfTests();

async function paidOrder(amountFen: number, shares?: Shares): Promise<string> {
  const reducers = shares && reducedBy(shares);
  const orderId = await newOrder(store.db, { accountId: store.accountId, amountFen, reducers });
  await payAttempt(store.db, await newAttempt(store.db, orderId));
  return orderId;
}

const request = (orderId: string, amountFen?: number): Promise<RefundRequested> =>
  requestRefund(store.db, {
    refundId: uuidv7(),
    orderId,
    amountFen,
    note: '少发一件',
    operator: 'alice',
    now: NOW,
  });

async function requested(orderId: string, amountFen?: number): Promise<string> {
  const outcome = await request(orderId, amountFen);
  if (outcome.outcome === 'refused') throw new Error(outcome.code);
  return outcome.refundId;
}

const report = (refundId: string, reported: ReportedRefund, reportedFen?: number) =>
  recordRefundReport(store.db, { refundId, reported, reportedFen, now: NOW });

/** Refunds of one order that a worker gets at a time. */
async function dueOf(orderId: string, now = NOW) {
  const due = await claimDueRefunds(store.db, { limit: 1_000, now });
  return due.filter((refund) => refund.orderId === orderId);
}

async function entriesOf(postingId: string): Promise<Record<string, number>> {
  const rows = await store.db.selectFrom('entries').selectAll().where('postingId', '=', postingId).execute();
  return Object.fromEntries(rows.map((row) => [row.account.replace(/:.*/, ''), row.amount]));
}

test('a part of an order goes back with its share of fee and points, the rest with the rest', async () => {
  const orderId = await paidOrder(120_050);
  const first = await requested(orderId, 50_000);
  expect(await getRefund(store.db, first)).toMatchObject({
    kind: 'order',
    state: 'requested',
    amountFen: 50_000,
    feeFen: 29,
    refundFen: 50_029,
    points: 499,
    requestedBy: 'alice',
  });
  await report(first, 'succeeded', 50_029);
  expect(await getOrder(store.db, { orderId })).toMatchObject({
    state: 'partially_refunded',
    refundedFen: 50_029,
  });
  expect(await entriesOf(first)).toEqual({
    merchant_payable: 50_000,
    fee_revenue: 29,
    gateway_clearing: -50_029,
    points_pending: 499,
    points_issued: -499,
  });
  const rest = await requested(orderId);
  await report(rest, 'processing', 70_091);
  await report(rest, 'succeeded', 70_091);
  expect(await getOrder(store.db, { orderId })).toMatchObject({ state: 'refunded', refundedFen: 120_120 });
  expect(await pointsBalance(store.db, store.accountId)).toBe(0);
  const history = (await orderHistory(store.db, orderId)).slice(-6);
  expect(history.map(({ subject, to, operator }) => [subject, to, operator])).toEqual([
    ['refund', 'succeeded', null],
    ['order', 'partially_refunded', null],
    ['refund', 'requested', 'alice'],
    ['refund', 'processing', null],
    ['refund', 'succeeded', null],
    ['order', 'refunded', null],
  ]);
});

test('every term that lowered the total returns with its share, and points that were spent come back', async () => {
  const orderId = await paidOrder(120_050, {
    waivedPpm: WHOLE_PPM,
    discountPpm: 100_000,
    pointsPpm: 500_000,
  });
  const spent = { feeFen: 70, feeWaivedFen: 70, discountFen: 12_005, pointsRedeemed: 54_023 };
  expect(await getOrder(store.db, { orderId })).toMatchObject({ ...spent, totalFen: 54_022 });
  const part = await requested(orderId, 50_000);
  const share = { feeFen: 29, feeWaivedFen: 29, discountFen: 5_000, pointsRedeemed: 22_500 };
  expect(await getRefund(store.db, part)).toMatchObject({ ...share, amountFen: 50_000, refundFen: 22_500 });
  await report(part, 'succeeded', 22_500);
  expect(await entriesOf(part)).toEqual({
    merchant_payable: 50_000,
    fee_revenue: 29,
    promotion_expense: -5_029,
    points_expense: -22_500,
    gateway_clearing: -22_500,
    points_issued: 22_276,
    points_pending: 224,
    user_points: -22_500,
  });
  expect(await getOrder(store.db, { orderId })).toMatchObject({ state: 'partially_refunded' });
  const rest = await requested(orderId);
  await report(rest, 'succeeded', 31_522);
  expect(await getOrder(store.db, { orderId })).toMatchObject({ state: 'refunded', refundedFen: 54_022 });
  expect(await pointsBalance(store.db, store.accountId)).toBe(54_023);
});

test('an order that points paid whole is refunded in parts, of which no gateway hears', async () => {
  const orderId = await paidOrder(1_000, { waivedPpm: 0, discountPpm: 0, pointsPpm: WHOLE_PPM });
  for (const [amountFen, state] of [
    [400, 'partially_refunded'],
    [600, 'refunded'],
  ] as const) {
    const refundId = await requested(orderId, amountFen);
    expect(await getRefund(store.db, refundId)).toMatchObject({ refundFen: 0, pointsRedeemed: amountFen });
    await report(refundId, 'succeeded', 0);
    expect(await getOrder(store.db, { orderId })).toMatchObject({ state, refundedFen: 0 });
  }
});

test('refunds made at once claim no more than was paid', async () => {
  const orderId = await paidOrder(10_000);
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => request(orderId, 900)));
  expect(outcomes.filter(({ outcome }) => outcome === 'requested')).toHaveLength(11);
  expect(await request(orderId, 101)).toEqual({ outcome: 'refused', code: 'refund_too_large' });
  expect((await request(orderId)).outcome).toBe('requested');
  expect(await request(orderId)).toEqual({ outcome: 'refused', code: 'refund_too_large' });
});

test('refunds of several orders at once take no more than the merchant is owed', async () => {
  const orders = await Promise.all(Array.from({ length: 6 }, () => paidOrder(1_000)));
  const fundsFen = await merchantFunds(store.db, MERCHANT_ID);
  // What was paid out to the merchant is no longer there for refunds.
  const postingId = uuidv7();
  await sql`
    insert into postings (id, kind, order_id, attempt_id, merchant_id, accounts, units, amounts, created_at)
      values (${postingId}, 'paid_out', ${postingId}, ${postingId}, ${MERCHANT_ID},
        ${[`merchant_payable:${MERCHANT_ID}`, 'paid_out']}, ${['FEN', 'FEN']},
        ${[fundsFen - 2_500, 2_500 - fundsFen]}, ${NOW})`.execute(store.db);
  const outcomes = await Promise.all(orders.map((orderId) => request(orderId)));
  expect(outcomes.filter(({ outcome }) => outcome === 'requested')).toHaveLength(2);
  expect(
    outcomes.filter((refusal) => 'code' in refusal && refusal.code === 'merchant_funds_insufficient'),
  ).toHaveLength(4);
  expect(await merchantFunds(store.db, MERCHANT_ID)).toBe(500);
});

test('an order that is not there or not paid is not refunded', async () => {
  const unpaid = await newOrder(store.db, { accountId: store.accountId });
  expect(await request(unpaid, 1)).toEqual({ outcome: 'refused', code: 'order_not_paid' });
  expect(await request(uuidv7(), 1)).toEqual({ outcome: 'refused', code: 'order_not_found' });
});

test('a success told many times at once is booked and counted once', async () => {
  const orderId = await paidOrder(1_000);
  const refundId = await requested(orderId);
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => report(refundId, 'succeeded')));
  expect(outcomes.filter(({ outcome }) => outcome === 'recorded')).toHaveLength(1);
  const events = await store.db
    .selectFrom('outbox')
    .select('type')
    .where(sql<string>`payload->>'refundId'`, '=', refundId)
    .execute();
  expect(events).toEqual([{ type: 'order.refunded' }]);
});

test('a refusal is tried again after a pause, and the last one needs a person', async () => {
  const orderId = await paidOrder(1_000);
  const refundId = await requested(orderId);
  for (let failures = 1; failures < REFUND_FAILURES_MAX; failures += 1) {
    expect(await report(refundId, 'refused')).toMatchObject({ state: 'failed' });
    expect(await dueOf(orderId)).toEqual([]);
  }
  expect(await report(refundId, 'refused')).toMatchObject({ state: 'needs_review' });
  const later = new Date(NOW.getTime() + 7 * 86_400_000);
  expect(await dueOf(orderId, later)).toEqual([]);
  expect((await getRefund(store.db, refundId))?.failures).toBe(REFUND_FAILURES_MAX);
});

test('a person lets a refund in review be tried again, and both are in the history', async () => {
  const orderId = await paidOrder(1_000);
  const refundId = await requested(orderId);
  const review = { refundId, operator: 'bob', note: '商户平台已处理', now: NOW };
  expect(await retryRefund(store.db, review)).toBe('not_in_review');
  await report(refundId, 'abnormal', 1_000);
  expect(await report(refundId, 'processing', 1_000)).toMatchObject({ state: 'needs_review' });
  expect(await retryRefund(store.db, review)).toBe('done');
  expect(await dueOf(orderId)).toMatchObject([{ id: refundId, state: 'processing', failures: 0 }]);
  await report(refundId, 'succeeded', 1_000);
  const history = (await orderHistory(store.db, orderId)).filter(({ subject }) => subject === 'refund');
  expect(history.map(({ to, reason, operator, note }) => [to, reason, operator, note])).toEqual([
    ['requested', 'refund_requested', 'alice', '少发一件'],
    ['needs_review', 'refund_abnormal', null, null],
    ['processing', 'refund_retried', 'bob', '商户平台已处理'],
    ['succeeded', 'refund_confirmed', null, null],
  ]);
});

test('a refund settled by hand is booked outside the gateway, and no later word moves it', async () => {
  const orderId = await paidOrder(60_000);
  const refundId = await requested(orderId);
  await report(refundId, 'closed', 60_010);
  const settlement = { refundId, operator: 'bob', note: '银行转账', returnedBy: 'person', now: NOW } as const;
  expect(await settleRefund(store.db, settlement)).toBe('done');
  expect(await settleRefund(store.db, settlement)).toBe('not_in_review');
  expect(await report(refundId, 'succeeded', 60_010)).toEqual({ outcome: 'ended' });
  expect(await entriesOf(refundId)).toMatchObject({ refund_clearing: -60_010, merchant_payable: 60_000 });
  expect(await getOrder(store.db, { orderId })).toMatchObject({ state: 'refunded' });
  expect(await settleRefund(store.db, { ...settlement, refundId: uuidv7() })).toBe('not_found');
});

test('a report of another amount is booked by nobody', async () => {
  const orderId = await paidOrder(1_000);
  const refundId = await requested(orderId, 400);
  expect(await report(refundId, 'succeeded', 401)).toMatchObject({
    state: 'needs_review',
    reason: 'refund_amount_mismatch',
  });
  expect(await entriesOf(refundId)).toEqual({});
});

test('whatever parts are refunded in whatever order, the books come out even', async () => {
  const parts = fc.array(fc.record({ fen: fc.integer({ min: 1, max: 90_000 }), fails: fc.boolean() }), {
    maxLength: 8,
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 200_000 }), parts, async (amountFen, wanted) => {
      const orderId = await paidOrder(amountFen);
      for (const { fen: partFen, fails } of wanted) {
        const outcome = await request(orderId, partFen);
        if (outcome.outcome === 'refused') continue;
        if (fails) await report(outcome.refundId, 'refused');
        await report(outcome.refundId, 'succeeded');
      }
      await request(orderId).then((outcome) =>
        outcome.outcome === 'requested' ? report(outcome.refundId, 'succeeded') : undefined,
      );
      const order = await getOrder(store.db, { orderId });
      expect([order?.state, order?.refundedFen]).toEqual(['refunded', order?.totalFen]);
      const refunds = await refundsOfOrder(store.db, orderId);
      expect(refunds.reduce((sum, { points }) => sum + points, 0)).toBe(order?.points);
      expect(await brokenInvariants(store.db)).toEqual([]);
    }),
    { numRuns: 25 },
  );
});

test('a step that names an operator and was not taken by one is found, and the other way round', async () => {
  const orderId = await paidOrder(20_000);
  const found: string[] = [];
  for (const [actor, operator] of [
    ['user', 'alice'],
    ['operator', null],
  ]) {
    const written = store.db.transaction().execute(async (db) => {
      await sql`
        insert into history (order_id, subject, subject_id, to_state, reason, actor, at, operator)
          values (${orderId}, 'order', ${orderId}, 'paid', 'test', ${actor}, ${NOW}, ${operator})`.execute(
        db,
      );
      for (const { violations } of operatorInvariants) {
        found.push(...(await violations.execute(db)).rows.map(({ violation }) => violation));
      }
      throw new Error('as it was');
    });
    await expect(written).rejects.toThrow('as it was');
  }
  expect(found).toEqual([
    expect.stringContaining('was taken by user and names alice as its operator'),
    expect.stringContaining('was taken by operator and names nobody as its operator'),
  ]);
});
