import fc from 'fast-check';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';

import {
  classify,
  isUnresolved,
  ourStateOfAttempt,
  type AttemptState,
  type TheirSide,
} from '../../cloud/domain';
import { reconcile, verifyLedger } from '../../cloud/store';
import { MERCHANT_ID, newAccount, openTestStore, untilLockWaited, type TestStore } from '../support/store';

const RATE = 6_000;
const DATE = '2026-11-23';
const AT = new Date('2026-11-23T04:00:00.000Z');
const NOTHING_MOVED = { payment: 0, refund: 0, fee: 0 };

let store: TestStore;
beforeAll(async () => {
  store = await openTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  // Histories refuse to be emptied, so each test has books of its own on another day's ids.
  await sql`alter table difference_history disable trigger all`.execute(store.db);
  await sql`delete from difference_history`.execute(store.db);
  await sql`delete from differences`.execute(store.db);
  await sql`alter table difference_history enable trigger all`.execute(store.db);
});

async function* rowsOf(rows: readonly reconcile.StagedRow[]): AsyncGenerator<reconcile.StagedRow> {
  yield* rows;
}

const match = (
  rows: readonly reconcile.StagedRow[],
  options: { fund?: reconcile.FundTotals; execute?: boolean; date?: string } = {},
) =>
  reconcile.matchBill(store.db, {
    gateway: 'wechatpay',
    date: options.date ?? DATE,
    runId: uuidv7(),
    feeRatePpm: RATE,
    now: AT,
    rows: rowsOf(rows),
    fund: options.fund ?? totalsOf(rows),
    execute: options.execute ?? false,
  });

/** A fund bill that moved what the rows say. */
function totalsOf(rows: readonly reconcile.StagedRow[]): reconcile.FundTotals {
  const done = rows.filter((row) => row.state === 'succeeded');
  const sum = (subject: string, of: (row: reconcile.StagedRow) => number): number =>
    done.filter((row) => row.subject === subject).reduce((total, row) => total + of(row), 0);
  const fees = done.reduce((total, row) => total - row.feeFen, 0);
  return {
    payment: sum('payment', (row) => row.amountFen),
    refund: sum('refund', (row) => -row.amountFen),
    fee: fees === 0 ? 0 : fees,
  };
}

const findings = async () => (await reconcile.listDifferences(store.db, { limit: 1_000 })).items;

/** An attempt as it is found in the books, with the posting that a success has. */
async function attempt(state: AttemptState, totalFen: number, idAt: Date = AT): Promise<string> {
  const [orderId, id] = [uuidv7({ msecs: idAt.getTime() }), uuidv7({ msecs: idAt.getTime() })];
  const accountId = await newAccount(store.db);
  const paid = state === 'succeeded';
  await sql`
    insert into orders (id, order_number, host, account_id, merchant_id, remark, state, method, amount_fen, fee_fen, total_fen,
        points, methods, created_at, expires_at, paid_at)
      values (${orderId}, ${orderId}, 'weapp', ${accountId}, ${MERCHANT_ID}, '', ${paid ? 'paid' : 'paying'}, 'wechat',
        ${totalFen}, 0, ${totalFen}, 0, '[]', ${AT}, ${AT}, ${paid ? AT : null})`.execute(store.db);
  await sql`
    insert into attempts (id, order_id, account_id, method, gateway, state, amount_fen, fee_fen, total_fen, points,
        created_at)
      values (${id}, ${orderId}, ${accountId}, 'wechat', 'wechatpay', ${state}, ${totalFen}, 0, ${totalFen}, 0,
        ${AT})`.execute(store.db);
  if (!paid) await sql`insert into open_orders values (${orderId}, ${AT})`.execute(store.db);
  if (isUnresolved(state)) {
    await sql`insert into open_attempts values (${id}, ${AT}, ${AT})`.execute(store.db);
  }
  if (paid) {
    await sql`
      insert into postings (id, kind, order_id, attempt_id, merchant_id, accounts, units, amounts, created_at)
        values (${id}, 'payment', ${orderId}, ${id}, ${MERCHANT_ID},
          ${['gateway_clearing:wechatpay', `merchant_payable:${MERCHANT_ID}`]}, ${['FEN', 'FEN']},
          ${[totalFen, -totalFen]}, ${AT})`.execute(store.db);
  }
  return id;
}
const numberOf = (id: string): string => id.replaceAll('-', '');
const row = (number: string, their: TheirSide): reconcile.StagedRow => ({
  subject: 'payment',
  number,
  transactionId: '4200',
  ...their,
});

test('the matching in SQL says what the domain says, whatever both sides are', async () => {
  const states = fc.constantFrom<AttemptState>(
    'created',
    'submitted',
    'succeeded',
    'failed',
    'closed',
    'unknown',
  );
  const amount = fc.constantFrom(83, 84, 10_000, 10_001);
  const their = fc.record({
    state: fc.constantFrom<TheirSide['state']>('succeeded', 'processing', 'failed'),
    amountFen: amount,
    feeFen: fc.constantFrom(0, 1, 60, 61),
  });
  const side = fc.record({
    ours: fc.option(fc.record({ state: states, amountFen: amount }), { nil: undefined }),
    theirs: fc.array(their, { maxLength: 2 }),
  });
  let day = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(side, { minLength: 1, maxLength: 12 }), async (sides) => {
      // Days long ago, so that no run sees what another left.
      const date = new Date(Date.UTC(2020, 0, 1 + (day += 1) * 7)).toISOString().slice(0, 10);
      const idAt = new Date(`${date}T12:00:00+08:00`);
      const expected = new Map<string, string>();
      const rows: reconcile.StagedRow[] = [];
      for (const { ours, theirs } of sides) {
        const id = ours === undefined ? uuidv7() : await attempt(ours.state, ours.amountFen, idAt);
        if (ours?.state === 'succeeded') {
          await sql`update orders set paid_at = ${idAt} where id = (select order_id from attempts where id = ${id})`.execute(
            store.db,
          );
        }
        rows.push(...theirs.map((one) => row(numberOf(id), one)));
        const our = ours && {
          state: ourStateOfAttempt(ours.state),
          amountFen: ours.amountFen,
          bookedFeeFen: undefined,
        };
        const found = classify('payment', our, theirs, RATE);
        if (found !== undefined) expected.set(numberOf(id), found);
      }
      await match(rows, { date });
      const { items } = await reconcile.listDifferences(store.db, { date, limit: 1_000 });
      expect(new Map(items.map((item) => [item.number, item.class]))).toEqual(expected);
    }),
    { numRuns: 40 },
  );
});

test('of a day of many rows exactly the differences that were put in are found, and again the same', async () => {
  const date = '2026-10-01';
  const at = new Date('2026-10-01T12:00:00+08:00');
  const ids = await Promise.all(Array.from({ length: 120 }, () => attempt('succeeded', 10_000, at)));
  await sql`update orders set paid_at = ${at} where id in (select order_id from attempts where id = any(${ids}::uuid[]))`.execute(
    store.db,
  );
  const good: TheirSide = { state: 'succeeded', amountFen: 10_000, feeFen: 60 };
  const rows = ids.flatMap((id, index) => {
    const number = numberOf(id);
    switch (index % 20) {
      case 0:
        return [];
      case 1:
        return [row(number, { ...good, amountFen: 9_999 })];
      case 2:
        return [row(number, { ...good, state: 'failed' })];
      case 3:
        return [row(number, { ...good, feeFen: 59 })];
      case 4:
        return [row(number, good), row(number, good)];
      case 5:
        return [row(number, good), row(`strange-"quoted"\\${index}`, good)];
      default:
        return [row(number, good)];
    }
  });
  const first = await match(rows, { date });
  expect(first).toMatchObject({ billRows: rows.length, matched: 90, feesBooked: 0 });
  const found = await findings();
  const byClass = Object.fromEntries(
    ['missing_there', 'amount', 'state', 'fee', 'duplicate', 'missing_here'].map((name) => [
      name,
      found.filter((difference) => difference.class === name).length,
    ]),
  );
  expect(byClass).toEqual({ missing_there: 6, amount: 6, state: 6, fee: 6, duplicate: 6, missing_here: 6 });
  await match(rows, { date });
  const strip = (items: typeof found) => items.map(({ runId: _run, ...rest }) => rest);
  expect(strip(await findings())).toEqual(strip(found));

  expect(await match(rows, { date, execute: true })).toMatchObject({ feesBooked: 90 });
  expect(await match(rows, { date, execute: true })).toMatchObject({ feesBooked: 0 });
  expect((await verifyLedger(store.db)).violations).toEqual([]);
});

test('a fee that somebody books between comparing and booking is booked once', async () => {
  const date = '2026-10-01';
  const id = await attempt('succeeded', 10_000, new Date(`${date}T12:00:00+08:00`));
  const rows = [row(numberOf(id), { state: 'succeeded', amountFen: 10_000, feeFen: 60 })];
  // Nobody sees it before it is committed, and whoever books the same waits for that.
  const matching = await store.db.transaction().execute(async (transaction) => {
    await sql`
      insert into postings (id, kind, order_id, attempt_id, created_at, accounts, units, amounts)
        select derived_id('gateway_fee:payment:' || id), 'gateway_fee', order_id, id, ${AT},
            array['gateway_fee_expense', 'gateway_clearing:wechatpay'], array['FEN', 'FEN'], array[60, -60]
          from attempts where id = ${id}`.execute(transaction);
    const matched = match(rows, { date, execute: true });
    await untilLockWaited(store.db);
    return { matched };
  });
  expect(await matching.matched).toMatchObject({ matched: 1, feesBooked: 0 });
  expect((await verifyLedger(store.db)).violations).toEqual([]);
});

test('an account that moved another sum than the trade bill tells is a difference of the day', async () => {
  const date = '2026-09-01';
  const number = numberOf(await attempt('closed', 500));
  const rows = [row(number, { state: 'failed', amountFen: 500, feeFen: 0 })];
  await match(rows, { date, fund: { ...NOTHING_MOVED, fee: -3 } });
  expect(await findings()).toMatchObject([
    { subject: 'fund', number: 'fee', class: 'amount', ourAmountFen: 0, billAmountFen: -3 },
  ]);
  await match(rows, { date, fund: NOTHING_MOVED });
  expect(await findings()).toMatchObject([{ state: 'repaired', reason: 'no_longer_differs' }]);
});

test('what is missing in one bill and stands in the next is no difference any more', async () => {
  const at = new Date('2026-08-01T23:59:59+08:00');
  const id = await attempt('succeeded', 10_000, at);
  await sql`update orders set paid_at = ${at} where id = (select order_id from attempts where id = ${id})`.execute(
    store.db,
  );
  await match([], { date: '2026-08-01' });
  expect(await findings()).toMatchObject([{ class: 'missing_there', state: 'open' }]);
  const good = row(numberOf(id), { state: 'succeeded', amountFen: 10_000, feeFen: 60 });
  expect(await match([good], { date: '2026-08-02' })).toMatchObject({ matched: 1 });
  expect(await findings()).toMatchObject([{ state: 'repaired', reason: 'in_another_bill' }]);
});

test('two runs of one day at once find each difference once', async () => {
  const rows = [row('nobody', { state: 'succeeded', amountFen: 1, feeFen: 0 })];
  await Promise.all([match(rows), match(rows), match(rows)]);
  const found = (await findings()).filter((difference) => difference.number === 'nobody');
  expect(found).toHaveLength(1);
  expect(await reconcile.differenceHistory(store.db, found[0]?.id ?? '')).toHaveLength(1);
});
