import fc from 'fast-check';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';

import {
  batchPayments,
  closeOrder,
  openDatabase,
  PaymentQueueFull,
  recordPayment,
  recordPayments,
  verifyLedger,
  type AttemptRow,
  type RecordedPayment,
  type ReportedSuccess,
} from '../../cloud/store';
import { reducedBy } from '../support/pricing';
import {
  newAccount,
  newAttempt,
  newOrder,
  NOW,
  openTestStore,
  untilLockWaited,
  type TestStore,
} from '../support/store';

let store: TestStore;
let accountId: string;

beforeAll(async () => {
  store = await openTestStore();
});
beforeEach(async () => {
  accountId = await newAccount(store.db);
});
afterEach(async () => {
  expect((await verifyLedger(store.db)).violations).toEqual([]);
});
afterAll(() => store.close());

const success = (attempt: Pick<AttemptRow, 'id' | 'totalFen'>, wrongFen = 0): ReportedSuccess => ({
  attemptId: attempt.id,
  transactionId: `T${attempt.id}`,
  totalFen: attempt.totalFen + wrongFen,
  succeededAt: NOW,
  source: 'notification',
  now: NOW,
});

const outcomesOf = (recorded: readonly { readonly outcome: RecordedPayment }[]) =>
  recorded.map(({ outcome }) => outcome);

async function newAttempts(count: number): Promise<AttemptRow[]> {
  const attempts: AttemptRow[] = [];
  while (attempts.length < count) {
    attempts.push(await newAttempt(store.db, await newOrder(store.db, { accountId })));
  }
  return attempts;
}

interface OrderShape {
  readonly before: 'open' | 'paid' | 'closed';
  readonly attempts: number;
  readonly amountFen: number;
  readonly reducedPpm: number;
}
interface ReportShape {
  readonly order: number;
  readonly attempt: number;
  readonly wrongFen: number;
}
interface PlacedOrder {
  readonly orderId: string;
  readonly attempts: readonly AttemptRow[];
}

const orderShapes: fc.Arbitrary<OrderShape[]> = fc.array(
  fc.record({
    before: fc.constantFrom(
      'open' as const,
      'open' as const,
      'open' as const,
      'paid' as const,
      'closed' as const,
    ),
    attempts: fc.integer({ min: 1, max: 3 }),
    amountFen: fc.integer({ min: 1, max: 5_000_000 }),
    reducedPpm: fc.constantFrom(0, 0, 300_000),
  }),
  { minLength: 1, maxLength: 5 },
);
/** Reports that name an order or an attempt beyond those there are become reports of unknown attempts. */
const reportShapes: fc.Arbitrary<ReportShape[]> = fc.array(
  fc.record({ order: fc.nat(5), attempt: fc.nat(2), wrongFen: fc.constantFrom(0, 0, 0, 0, 1) }),
  { minLength: 1, maxLength: 14 },
);

async function place(shape: OrderShape): Promise<PlacedOrder> {
  const { before, attempts: count, amountFen, reducedPpm } = shape;
  const reducers = reducedBy({ waivedPpm: 2 * reducedPpm, discountPpm: reducedPpm, pointsPpm: reducedPpm });
  const orderId = await newOrder(store.db, { accountId, amountFen, reducers });
  const attempts: AttemptRow[] = [];
  // The order shows the method of the last; the report of an earlier one brings that one's back.
  while (attempts.length < count) {
    attempts.push(await newAttempt(store.db, orderId, attempts.length === 1 ? 'alipay' : 'wechat'));
  }
  const [first] = attempts;
  if (before === 'paid' && first !== undefined) await recordPayment(store.db, success(first));
  if (before === 'closed') {
    await closeOrder(store.db, { orderId, reason: 'expired', actor: 'system', now: NOW });
  }
  return { orderId, attempts };
}

/** All that the store knows of an order, with names in the place of ids. */
async function storyOf({ orderId, attempts }: PlacedOrder): Promise<string> {
  const { rows } = await sql<{ story: string }>`
    select json_build_object(
      'order', (select array_agg(row (state, method, amount_fen, fee_fen, discount_fen, points_redeemed, points_redeemed_fen, total_fen, points,
        transaction_id, paid_at))
        from orders where id = ${orderId}),
      'attempts', (select array_agg(row (id, state, transaction_id) order by id) from attempts where order_id = ${orderId}),
      'history', (select array_agg(row (subject, subject_id, from_state, to_state, reason, actor, at) order by id)
        from history where order_id = ${orderId}),
      'entries', (select array_agg(row (posting_id, kind, attempt_id, account_id, account, unit, amount)
        order by posting_id, account) from entries where order_id = ${orderId}),
      'refunds', (select array_agg(row (id, total_fen, refund_fen, reason, state) order by id)
        from refunds where order_id = ${orderId}),
      'events', (select array_agg(row (id, type, payload, created_at, next_at) order by id)
        from outbox where payload ->> 'orderId' = ${orderId})
    )::text as story`.execute(store.db);
  const names = [[orderId, 'order'], ...attempts.map(({ id }, number) => [id, `attempt ${number}`])] as const;
  return names.reduce((story, [id, name]) => story.replaceAll(id ?? '', name ?? ''), rows[0]?.story ?? '');
}

test('a batch records what the same reports record one by one', async () => {
  await fc.assert(
    fc.asyncProperty(orderShapes, reportShapes, async (orders, shapes) => {
      const [together, alone] = [await Promise.all(orders.map(place)), await Promise.all(orders.map(place))];
      const reportsOn = (placed: readonly PlacedOrder[]) =>
        shapes.map(({ order, attempt, wrongFen }) =>
          success(placed[order]?.attempts[attempt] ?? { id: uuidv7(), totalFen: 1 }, wrongFen),
        );
      const batched = await recordPayments(store.db, reportsOn(together));
      const single: RecordedPayment[] = [];
      for (const report of reportsOn(alone)) single.push((await recordPayment(store.db, report)).outcome);
      expect(batched).toEqual(single);
      expect(await Promise.all(together.map(storyOf))).toEqual(await Promise.all(alone.map(storyOf)));
    }),
    { numRuns: 40 },
  );
});

test('a hundred parallel confirmations of one order give one posting', async () => {
  const payments = batchPayments(store.db);
  const [attempt] = await newAttempts(1);
  if (attempt === undefined) throw new Error('no attempt');
  const outcomes = outcomesOf(
    await Promise.all(Array.from({ length: 100 }, () => payments.record(success(attempt)))),
  );
  expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome === 'already_applied')).toHaveLength(99);
  const postings = await store.db
    .selectFrom('postings')
    .select('id')
    .where('attemptId', '=', attempt.id)
    .execute();
  expect(postings).toHaveLength(1);
});

test('batches that name the same orders in other directions wait for one another and never deadlock', async () => {
  const attempts = await newAttempts(40);
  const there = attempts.map((attempt) => success(attempt));
  const back = [...there].reverse();
  for (let round = 0; round < 5; round += 1) {
    const answers = await Promise.all(
      [there, back, there, back, there, back].map((batch) => recordPayments(store.db, batch)),
    );
    const applied = answers.flat().filter((outcome) => outcome === 'applied');
    expect(applied).toHaveLength(round === 0 ? 40 : 0);
  }
});

test('a report that the database refuses fails alone', async () => {
  const payments = batchPayments(store.db, { lanes: 1 });
  const attempts = await newAttempts(6);
  const settled = await Promise.allSettled(
    attempts.map((attempt, number) =>
      payments.record({
        ...success(attempt),
        // PostgreSQL keeps no NUL in a text.
        ...(number === 3 && { transactionId: 'a number with \0 in it' }),
      }),
    ),
  );
  expect(
    settled.map((result) => (result.status === 'fulfilled' ? result.value.outcome : result.status)),
  ).toEqual(['applied', 'applied', 'applied', 'rejected', 'applied', 'applied']);
});

test('the first payment goes at once, those that arrive meanwhile share the next transaction', async () => {
  const payments = batchPayments(store.db, { lanes: 1 });
  const attempts = await newAttempts(8);
  await Promise.all(attempts.map((attempt) => payments.record(success(attempt))));
  const { rows } = await sql<{ together: number }>`
    select count(*)::int as together from postings where id in (${sql.join(attempts.map(({ id }) => id))})
      group by xmin order by 1`.execute(store.db);
  expect(rows.map(({ together }) => together)).toEqual([1, 7]);
});

test('a payment whose order somebody holds does not hold up those that come after it', async () => {
  const payments = batchPayments(store.db);
  const [held, ...others] = await newAttempts(4);
  if (held === undefined) throw new Error('no attempt');
  const { first } = await store.db.transaction().execute(async (transaction) => {
    await transaction.selectFrom('orders').select('id').where('id', '=', held.orderId).forUpdate().execute();
    const first = payments.record(success(held));
    const recorded = await Promise.all(others.map((attempt) => payments.record(success(attempt))));
    expect(outcomesOf(recorded)).toEqual(['applied', 'applied', 'applied']);
    return { first };
  });
  expect(await first).toEqual({ outcome: 'applied' });
});

test('a payment too many is turned away, and none that waits is lost when the process ends', async () => {
  const payments = batchPayments(store.db, { lanes: 1, waitingMax: 3 });
  const attempts = await newAttempts(6);
  const results = Promise.allSettled(attempts.map((attempt) => payments.record(success(attempt))));
  await payments.drain();
  const states = await store.db
    .selectFrom('attempts')
    .select('state')
    .where(
      'id',
      'in',
      attempts.map(({ id }) => id),
    )
    .execute();
  expect(states.filter(({ state }) => state === 'succeeded')).toHaveLength(4);
  const refused = (await results).filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(2);
  for (const { reason } of refused) expect(reason).toBeInstanceOf(PaymentQueueFull);
});

test('a connection lost in the middle of a batch leaves all of it or none, and sending again completes it', async () => {
  const attempts = await newAttempts(30);
  const db = openDatabase({ url: store.url, poolMax: 1 });
  const blocker = store.db.transaction().execute(async (transaction) => {
    await transaction
      .selectFrom('orders')
      .select('id')
      .where('id', '=', attempts[20]?.orderId ?? '')
      .forUpdate()
      .execute();
    // The batch waits for the last order's lock when its connection is cut.
    const payments = batchPayments(db, { lanes: 1 });
    const lost = Promise.allSettled(attempts.map((attempt) => payments.record(success(attempt))));
    await untilLockWaited(store.db, 'record_payments');
    await sql`
      select pg_terminate_backend(pid) from pg_stat_activity
        where query like '%record_payments%' and wait_event_type = 'Lock' and datname = current_database()`.execute(
      store.db,
    );
    return lost;
  });
  const lost = await blocker;
  await db.destroy();
  expect(lost.slice(1).every(({ status }) => status === 'rejected')).toBe(true);
  const again = await recordPayments(
    store.db,
    attempts.map((attempt) => success(attempt)),
  );
  expect(again).toEqual(['already_applied', ...Array<string>(29).fill('applied')]);
});
