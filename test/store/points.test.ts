import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';

import { closeOrder, getOrder, inTransaction, recordRefundReport, requestRefund } from '../../cloud/store';
import * as points from '../../cloud/store/points';
import { reducedBy } from '../support/pricing';
import { newAttempt, newOrder, NOW, payAttempt, storeOfTests } from '../support/store';

const store = storeOfTests();
const DAY_MS = 86_400_000;
const after = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS);

/** An order of so many fen that is paid, with its lot. */
async function paid(amountFen: number): Promise<{ orderId: string; attemptId: string }> {
  const orderId = await newOrder(store.db, { accountId: store.accountId, amountFen });
  const { id: attemptId, totalFen } = await newAttempt(store.db, orderId);
  await payAttempt(store.db, { id: attemptId, totalFen });
  return { orderId, attemptId };
}
const keep = (order: { orderId: string; attemptId: string }) =>
  points.addEarnedLot(store.db, { ...order, now: NOW });
const release = (id: string, now = after(7)) =>
  points.releaseLot(store.db, { id, accountId: store.accountId, now });
const standing = async (now = after(7)) => ({
  ...(await points.pointsStanding(store.db, { accountId: store.accountId, now })),
  pending: await points.pendingPointsOf(store.db, store.accountId),
});

/** Points to be spent, earned by one payment. */
async function given(count: number): Promise<{ orderId: string; attemptId: string }> {
  const order = await paid(count * 100);
  await keep(order);
  await release(order.attemptId);
  return order;
}

/** An order that points pay to a share; undefined where there were too few. */
async function redeemed(amountFen: number, pointsPpm: number): Promise<string | undefined> {
  const reducers = reducedBy({ waivedPpm: 0, discountPpm: 0, pointsPpm });
  return inTransaction(store.db, async (db) => {
    const orderId = await newOrder(db, { accountId: store.accountId, amountFen, reducers, hold: false });
    const { pointsRedeemed } = (await getOrder(db, { orderId })) ?? { pointsRedeemed: 0 };
    const hold = { orderId, accountId: store.accountId, points: pointsRedeemed, now: NOW };
    if (await points.holdPoints(db, hold)) return orderId;
    throw new Error('too few');
  }).catch((error: unknown) => {
    if (error instanceof Error && error.message === 'too few') return undefined;
    throw error;
  });
}

async function refunded(orderId: string, amountFen?: number): Promise<void> {
  const refundId = uuidv7();
  const request = { refundId, orderId, amountFen, note: '退货', operator: 'alice', now: NOW };
  expect(await requestRefund(store.db, request)).toMatchObject({ outcome: 'requested' });
  await recordRefundReport(store.db, { refundId, reported: 'succeeded', reportedFen: undefined, now: NOW });
}

test('points are pending until their window ends, then spent, and expire in the end', async () => {
  const order = await paid(30_050);
  expect(await keep(order)).toBe('kept');
  expect(await keep(order)).toBe('known');
  expect(await standing()).toEqual({ available: 0, pending: 300, owed: 0, yearly: 0 });
  const due = (now: Date) => points.lotsToRelease(store.db, { now, limit: 1_000 });
  expect((await due(after(6.9))).some(({ id }) => id === order.attemptId)).toBe(false);
  expect((await due(after(7))).some(({ id }) => id === order.attemptId)).toBe(true);
  expect([await release(order.attemptId), await release(order.attemptId)]).toEqual([300, 0]);
  expect(await standing()).toEqual({ available: 300, pending: 0, owed: 0, yearly: 300 });
  const by = after(373);
  expect(await points.expiringPoints(store.db, { accountId: store.accountId, now: NOW, by })).toEqual({
    points: 300,
    firstAt: after(372),
  });
  expect(await points.accountsWithExpired(store.db, { now: after(372), limit: 1_000 })).toContain(
    store.accountId,
  );
  const expired = () => points.expirePoints(store.db, { accountId: store.accountId, now: after(372) });
  expect([await expired(), await expired()]).toEqual([300, 0]);
  const { items } = await points.pointsStatement(store.db, { accountId: store.accountId, limit: 20 });
  expect(items.map(({ kind, available, pending }) => [kind, available, pending])).toEqual([
    ['points_expiry', -300, 0],
    ['points_release', 300, -300],
    ['payment', 0, 300],
  ]);
});

test('of a hundred orders at once no more are placed than there are points for', async () => {
  await given(1_000);
  const placed = await Promise.all(Array.from({ length: 100 }, () => redeemed(150, 1_000_000)));
  expect(placed.filter((orderId) => orderId !== undefined)).toHaveLength(6);
  expect((await standing()).available).toBe(100);
});

test('an order that is closed puts its points back where they were', async () => {
  await given(100);
  await given(200);
  const orderId = (await redeemed(250, 1_000_000)) ?? '';
  expect((await standing()).available).toBe(50);
  await closeOrder(store.db, { orderId, reason: 'expired', actor: 'system', now: NOW });
  expect(await standing()).toMatchObject({ available: 300, owed: 0 });
});

test('points that were spent come back with their refund; those it earned are taken back, now or later', async () => {
  const first = await given(500);
  const orderId = (await redeemed(500, 1_000_000)) ?? '';
  await payAttempt(store.db, await newAttempt(store.db, orderId));
  expect(await standing()).toMatchObject({ available: 0, owed: 0 });
  // What the first payment earned is spent by now: it is owed, and the points that come back pay it.
  await refunded(first.orderId, 20_000);
  expect(await standing()).toMatchObject({ available: 0, owed: 200, yearly: 300 });
  await refunded(orderId, 300);
  expect(await standing()).toMatchObject({ available: 100, owed: 0 });
  await refunded(orderId);
  expect(await standing()).toMatchObject({ available: 300, owed: 0 });
});

test('a refund before the lot is made leaves it without what was taken back', async () => {
  const order = await paid(30_000);
  await refunded(order.orderId, 10_000);
  await keep(order);
  expect(await standing()).toMatchObject({ pending: 200 });
  await refunded(order.orderId);
  expect(await standing()).toMatchObject({ pending: 0, owed: 0 });
});

test('the statement goes on where its page ended', async () => {
  for (const count of [1, 2, 3]) await given(count);
  const question = { accountId: store.accountId, limit: 4 };
  const first = await points.pointsStatement(store.db, question);
  const cursor = first.nextCursor ?? '';
  const second = await points.pointsStatement(store.db, { ...question, cursor });
  expect([first.items.length, second.items.length, second.nextCursor]).toEqual([4, 2, null]);
  expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(6);
  await expect(points.pointsStatement(store.db, { ...question, cursor: 'abc' })).rejects.toThrow('no line');
});

test('whatever happens in whatever order, lots and ledger say the same', async () => {
  const steps = fc.array(
    fc.record({
      kind: fc.constantFrom('earn', 'release', 'redeem', 'close', 'refund', 'expire'),
      count: fc.nat(900),
    }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const earned: { orderId: string; attemptId: string }[] = [];
      const held: string[] = [];
      for (const { kind, count } of sequence) {
        const some = earned[count % Math.max(1, earned.length)];
        if (kind === 'earn') {
          const order = await paid(100 * count + 100);
          if (count % 3 > 0) await keep(order);
          earned.push(order);
        }
        if (kind === 'release' && some !== undefined) await release(some.attemptId);
        if (kind === 'redeem') {
          const orderId = await redeemed(count + 1, 1_000_000);
          if (orderId !== undefined) held.push(orderId);
        }
        const orderId = held.pop();
        if (kind === 'close' && orderId !== undefined) {
          await closeOrder(store.db, { orderId, reason: 'expired', actor: 'system', now: NOW });
        }
        if (kind === 'refund' && some !== undefined) {
          const order = await getOrder(store.db, { orderId: some.orderId });
          if (order?.state === 'paid') await refunded(some.orderId, 1 + (count % order.amountFen));
        }
        if (kind === 'expire') {
          await points.expirePoints(store.db, { accountId: store.accountId, now: after(count) });
        }
      }
    }),
    { numRuns: 15 },
  );
});
