import fc from 'fast-check';
import { sql } from 'kysely';

import {
  accountId as accountName,
  decideSuccess,
  fen,
  paymentPosting,
  surplusPosting,
  termsOf,
} from '../../cloud/domain';
import {
  claimDueRefunds,
  claimOutbox,
  closeOrder,
  getAttempt,
  getOrder,
  orderHistory,
  pointsBalance,
  recordRefundReport,
  type AttemptRow,
} from '../../cloud/store';
import { firstPrices, reducedBy, WHOLE_PPM } from '../support/pricing';
import {
  MERCHANT_ID,
  newAccount,
  newAttempt,
  newOrder,
  NOW,
  payAttempt,
  storeOfTests,
  untilLockWaited,
} from '../support/store';

const store = storeOfTests();

const pay = (attempt: Pick<AttemptRow, 'id' | 'totalFen'>, totalFen?: number) =>
  payAttempt(store.db, attempt, totalFen);

async function entriesOf(postingId: string): Promise<[string, string, number][]> {
  const rows = await store.db
    .selectFrom('entries')
    .selectAll()
    .where('postingId', '=', postingId)
    .orderBy('account')
    .execute();
  return rows.map((row) => [row.account, row.unit, row.amount]);
}

test('a payment makes the order paid, books it, gives points and tells of it', async () => {
  const orderId = await newOrder(store.db, { accountId: store.accountId, amountFen: 120_050 });
  const attempt = await newAttempt(store.db, orderId);
  expect(await pay(attempt)).toEqual({ outcome: 'applied' });
  const order = await getOrder(store.db, { orderId, accountId: store.accountId });
  expect(order).toMatchObject({
    state: 'paid',
    feeFen: 70,
    totalFen: 120_120,
    transactionId: `T${attempt.id}`,
    paidAt: NOW,
  });
  expect(await pointsBalance(store.db, store.accountId)).toBe(1_200);
  const events = await claimOutbox(store.db, { limit: 10_000, now: NOW, leaseMs: 1 });
  expect(events.filter((event) => event.payload.orderId === orderId)).toMatchObject([
    { type: 'order.paid', payload: { totalFen: 120_120, points: 1_200, paidAt: NOW.toISOString() } },
  ]);
  expect((await orderHistory(store.db, orderId)).map(({ subject, from, to }) => [subject, from, to])).toEqual(
    [
      ['order', null, 'created'],
      ['attempt', null, 'created'],
      ['order', 'created', 'paying'],
      ['attempt', 'created', 'succeeded'],
      ['order', 'paying', 'paid'],
    ],
  );
});

test('a hundred parallel confirmations of one attempt give one posting', async () => {
  const orderId = await newOrder(store.db, { accountId: store.accountId });
  const attempt = await newAttempt(store.db, orderId);
  const outcomes = await Promise.all(Array.from({ length: 100 }, () => pay(attempt)));
  expect(outcomes.filter(({ outcome }) => outcome === 'applied')).toHaveLength(1);
  expect(outcomes.filter(({ outcome }) => outcome === 'already_applied')).toHaveLength(99);
  const postings = await store.db.selectFrom('postings').selectAll().where('orderId', '=', orderId).execute();
  expect(postings).toHaveLength(1);
});

test('of two attempts that both succeed one pays, the other is refunded once', async () => {
  const orderId = await newOrder(store.db, { accountId: store.accountId });
  const [first, second] = [
    await newAttempt(store.db, orderId, 'wechat'),
    await newAttempt(store.db, orderId, 'alipay'),
  ];
  const outcomes = await Promise.all([pay(first), pay(second), pay(first), pay(second)]);
  expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual([
    'already_applied',
    'already_applied',
    'applied',
    'surplus',
  ]);
  const refunds = await claimDueRefunds(store.db, { limit: 100, now: NOW });
  const ours = refunds.filter((refund) => refund.orderId === orderId);
  expect(ours).toMatchObject([{ reason: 'order_already_paid', refundFen: 1_234, state: 'requested' }]);
  const [refund] = ours;
  if (refund === undefined) throw new Error('no refund');
  await Promise.all(
    Array.from({ length: 8 }, () =>
      recordRefundReport(store.db, {
        refundId: refund.id,
        reported: 'succeeded',
        reportedFen: 1_234,
        now: NOW,
      }),
    ),
  );
  const suspense = await store.db
    .selectFrom('entries')
    .select(['kind', 'amount'])
    .where('orderId', '=', orderId)
    .where('account', '=', 'suspense')
    .orderBy('kind')
    .execute();
  expect(suspense).toEqual([
    { kind: 'surplus', amount: -1_234 },
    { kind: 'surplus_refund', amount: 1_234 },
  ]);
});

test('a wrong amount changes nothing and is noted once', async () => {
  const orderId = await newOrder(store.db, { accountId: store.accountId });
  const attempt = await newAttempt(store.db, orderId);
  expect(await pay(attempt, attempt.totalFen + 1)).toEqual({ outcome: 'amount_mismatch' });
  expect(await pay(attempt, attempt.totalFen - 1)).toEqual({ outcome: 'amount_mismatch' });
  expect((await getOrder(store.db, { orderId }))?.state).toBe('paying');
  const notes = (await orderHistory(store.db, orderId)).filter(({ reason }) => reason === 'amount_mismatch');
  expect(notes).toHaveLength(1);
  expect(await pay(attempt)).toEqual({ outcome: 'applied' });
});

test('an attempt that nobody made is told apart', async () => {
  expect(await pay({ id: '01900000-0000-7000-8000-00000000ffff', totalFen: 1 })).toEqual({
    outcome: 'attempt_not_found',
  });
});

test('a close that races a payment leaves the order paid, or closed with the money on its way back', async () => {
  for (let round = 0; round < 30; round += 1) {
    const orderId = await newOrder(store.db, { accountId: store.accountId });
    const attempt = await newAttempt(store.db, orderId);
    const [paid, closed] = await Promise.all([
      pay(attempt),
      closeOrder(store.db, { orderId, reason: 'expired', actor: 'system', now: NOW }),
    ]);
    const order = await getOrder(store.db, { orderId });
    expect([paid.outcome, closed.outcome, order?.state]).toEqual(
      paid.outcome === 'applied' ? ['applied', 'paid', 'paid'] : ['surplus', 'closed', 'closed'],
    );
  }
});

test('histories, postings and entries refuse every change', async () => {
  const orderId = await newOrder(store.db, { accountId: store.accountId });
  await pay(await newAttempt(store.db, orderId));
  for (const table of ['history', 'postings']) {
    for (const statement of [`delete from ${table}`, `truncate ${table}`]) {
      await expect(sql.raw(statement).execute(store.db)).rejects.toThrow('append-only');
    }
  }
  await expect(sql`update postings set amounts = '{1,-1}'`.execute(store.db)).rejects.toThrow('append-only');
});

test('the database refuses a posting that does not balance', async () => {
  const [id, suspense, fees] = ['01900000-0000-7000-8000-0000000000aa', 'suspense', 'fee_revenue'];
  const book = (accounts: string[], units: ('FEN' | 'POINTS')[], amounts: number[]) =>
    store.db
      .insertInto('postings')
      .values({
        id,
        kind: 'surplus',
        orderId: id,
        attemptId: id,
        merchantId: null,
        accountId: null,
        accounts,
        units,
        amounts,
        createdAt: NOW,
      })
      .execute();
  await expect(book([suspense, fees], ['FEN', 'FEN'], [1, -2])).rejects.toThrow('posting_fits');
  await expect(book([suspense, fees], ['FEN', 'POINTS'], [1, -1])).rejects.toThrow('posting_fits');
  await expect(book([suspense, suspense], ['FEN', 'FEN'], [1, -1])).rejects.toThrow('posting_fits');
  await expect(book([suspense, fees], ['FEN', 'FEN'], [0, 0])).rejects.toThrow('posting_fits');
  await expect(book([suspense], ['FEN'], [1])).rejects.toThrow('posting_fits');
  await expect(book([], [], [])).rejects.toThrow('posting_fits');
  await expect(book([suspense, fees], ['FEN'], [1, -1])).rejects.toThrow('posting_fits');
  await expect(book([suspense], ['FEN', 'FEN'], [1, -1])).rejects.toThrow('posting_fits');
  await expect(
    sql`insert into postings (id, kind, order_id, attempt_id, created_at, accounts, units, amounts)
      values (${id}, 'surplus', ${id}, ${id}, ${NOW}, '{suspense,fee_revenue}', '{FEN,FEN}', '{1,null}')`.execute(
      store.db,
    ),
  ).rejects.toThrow('posting_fits');
});

test('the database refuses terms that do not make the total, and refunds of more than it', async () => {
  const orderId = await newOrder(store.db, { accountId: store.accountId });
  await pay(await newAttempt(store.db, orderId));
  for (const [table, key] of [
    ['orders', 'id'],
    ['attempts', 'order_id'],
  ]) {
    for (const column of ['amount_fen', 'fee_fen', 'fee_waived_fen', 'discount_fen', 'total_fen']) {
      const change = `update ${table} set ${column} = ${column} + 1 where ${key} = '${orderId}'`;
      await expect(sql.raw(change).execute(store.db)).rejects.toMatchObject({
        code: '23514',
        table,
        constraint: 'terms_make_the_total',
      });
    }
  }
  await expect(
    sql`update orders set refunded_fen = total_fen + 1 where id = ${orderId}`.execute(store.db),
  ).rejects.toMatchObject({ code: '23514', constraint: 'refunds_within_the_total' });
  await expect(
    sql`insert into attempts (id, order_id, account_id, method, gateway, state, amount_fen, fee_fen, total_fen, points,
        created_at) values (${orderId}, ${orderId}, ${orderId}, 'wechat', 'wechatpay', 'created', 5, 0, 6, 0, ${NOW})`.execute(
      store.db,
    ),
  ).rejects.toMatchObject({ constraint: 'terms_make_the_total' });
});

test('what comes too much is on its way back to whom the order is of, were it another account a moment ago', async () => {
  const orderId = await newOrder(store.db, { accountId: store.accountId });
  const attempt = await newAttempt(store.db, orderId);
  await closeOrder(store.db, { orderId, reason: 'expired', actor: 'system', now: NOW });
  const live = await newAccount(store.db);
  const reported = await store.db.transaction().execute(async (joining) => {
    for (const [table, key] of [
      ['orders', 'id'],
      ['attempts', 'order_id'],
    ]) {
      await sql`update ${sql.ref(table ?? '')} set account_id = ${live} where ${sql.ref(key ?? '')} = ${orderId}`.execute(
        joining,
      );
    }
    const waiting = pay(attempt);
    await untilLockWaited(store.db, 'record_payment(');
    return { waiting };
  });
  expect(await reported.waiting).toEqual({ outcome: 'surplus' });
  const refunds = await claimDueRefunds(store.db, { limit: 100, now: NOW });
  expect(refunds.filter((refund) => refund.orderId === orderId)).toMatchObject([{ accountId: live }]);
});

test('the database decides and books as the domain does', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 5_000_000 }),
      fc.constantFrom('wechat' as const, 'alipay' as const),
      fc.constantFrom('open', 'paid', 'closed'),
      fc.constantFrom(0, 0, 0, 1),
      fc.constantFrom(
        undefined,
        { waivedPpm: WHOLE_PPM, discountPpm: 90_000, pointsPpm: 300_000 },
        {
          waivedPpm: 0,
          discountPpm: 0,
          pointsPpm: WHOLE_PPM,
        },
      ),
      async (amountFen, method, orderIs, wrongFen, shares) => {
        // A payment of nothing is made and recorded in one transaction: nobody can come in between.
        fc.pre(shares?.pointsPpm !== WHOLE_PPM || orderIs === 'open');
        const reducers = shares && reducedBy(shares);
        const order = { accountId: store.accountId, amountFen, method, reducers };
        const orderId = await newOrder(store.db, order);
        const attempt = await newAttempt(store.db, orderId, method);
        if (orderIs === 'paid') await pay(await newAttempt(store.db, orderId, method));
        if (orderIs === 'closed') {
          await closeOrder(store.db, { orderId, reason: 'expired', actor: 'system', now: NOW });
        }
        const before = await getOrder(store.db, { orderId });
        const known = await getAttempt(store.db, { attemptId: attempt.id });
        if (before === undefined || known === undefined) throw new Error('lost');
        const reportedTotalFen = attempt.totalFen + wrongFen;
        const decision = decideSuccess({
          orderState: before.state,
          attemptState: known.state,
          attemptTotalFen: attempt.totalFen,
          reportedTotalFen,
        });
        expect(await pay(attempt, reportedTotalFen)).toEqual({ outcome: decision.outcome });
        const price = firstPrices(fen(amountFen), reducers).find((candidate) => candidate.method === method);
        if (price === undefined) throw new Error('unpriced');
        const expected =
          decision.outcome === 'applied'
            ? paymentPosting({
                ...termsOf(price),
                gateway: attempt.gateway,
                merchantId: MERCHANT_ID,
                userAccountId: store.accountId,
              }).entries
            : decision.outcome === 'surplus'
              ? surplusPosting(attempt.gateway, price.totalFen).entries
              : [];
        expect(await entriesOf(attempt.id)).toEqual(
          expected
            .map(({ account, unit, amount }) => [accountName(account), unit, amount])
            .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
        );
      },
    ),
    { numRuns: 60 },
  );
});
