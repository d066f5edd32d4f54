import { sql } from 'kysely';

import {
  accountId as accountName,
  ATTEMPT_TRANSITIONS,
  canAttemptMove,
  canOrderMove,
  decideSuccess,
  fen,
  ORDER_TRANSITIONS,
  paymentPosting,
  priceMethods,
  surplusPosting,
  wasPaid,
  type AttemptState,
  type OrderState,
  type SuccessDecision,
} from '../../cloud/domain';
import {
  getAttempt,
  getOrder,
  orderHistory,
  recordPayment,
  recordPayments,
  type AttemptRow,
  type ReportedSuccess,
} from '../../cloud/store';
import {
  MERCHANT_ID,
  newAccount,
  newAttempt,
  newOrder,
  NOW,
  openTestStore,
  type TestStore,
} from '../support/store';

const ORDER_STATES = Object.keys(ORDER_TRANSITIONS) as OrderState[];
const ATTEMPT_STATES = Object.keys(ATTEMPT_TRANSITIONS) as AttemptState[];

/** Above what is free, so that a posting has every line that it can have. */
const AMOUNT_FEN = 120_050;

let store: TestStore;
let accountId: string;

beforeAll(async () => {
  store = await openTestStore();
  accountId = await newAccount(store.db);
});
afterAll(() => store.close());

/** An order and its attempt put into states, without what would have led there. */
async function placed(orderState: OrderState, attemptState: AttemptState): Promise<AttemptRow> {
  const orderId = await newOrder(store.db, { accountId, amountFen: AMOUNT_FEN });
  const attempt = await newAttempt(store.db, orderId);
  await sql`
    update orders set state = ${orderState}, paid_at = ${wasPaid(orderState) ? NOW : null},
        closed_at = ${orderState === 'closed' ? NOW : null}
      where id = ${orderId}`.execute(store.db);
  await sql`update attempts set state = ${attemptState} where id = ${attempt.id}`.execute(store.db);
  return attempt;
}

/** What must be in the books of a decision: kind, and each line. */
function bookedBy(decision: SuccessDecision, attempt: AttemptRow): readonly string[] {
  if (decision.outcome !== 'applied' && decision.outcome !== 'surplus') return [];
  const { gateway, method } = attempt;
  const price = priceMethods(fen(AMOUNT_FEN)).find((each) => each.method === method);
  if (price === undefined) throw new Error('unpriced');
  const { amountFen, feeFen, totalFen, points } = price;
  const { kind, entries } =
    decision.outcome === 'applied'
      ? paymentPosting({
          gateway,
          merchantId: MERCHANT_ID,
          userAccountId: accountId,
          amountFen,
          feeFen,
          points,
        })
      : surplusPosting(gateway, totalFen);
  return entries
    .map(({ account, unit, amount }) => `${kind} ${accountName(account)} ${amount} ${unit}`)
    .sort();
}

async function booksOf(orderId: string): Promise<readonly string[]> {
  const rows = await store.db
    .selectFrom('postings')
    .innerJoin('entries', 'entries.postingId', 'postings.id')
    .select(['kind', 'account', 'amount', 'unit'])
    .where('orderId', '=', orderId)
    .execute();
  return rows.map(({ kind, account, amount, unit }) => `${kind} ${account} ${amount} ${unit}`).sort();
}

const FORMS = {
  alone: (report: ReportedSuccess) => recordPayment(store.db, report),
  'in a batch': async (report: ReportedSuccess) => (await recordPayments(store.db, [report]))[0],
};

describe.each(Object.entries(FORMS))('a success reported %s', (_, record) => {
  test.each(ORDER_STATES.flatMap((order) => ATTEMPT_STATES.map((attempt) => [order, attempt] as const)))(
    'of an order that is %s and an attempt that is %s comes out as the domain decides',
    async (orderState, attemptState) => {
      for (const wrongFen of [0, 1]) {
        const attempt = await placed(orderState, attemptState);
        const { orderId } = attempt;
        const before = await orderHistory(store.db, orderId);
        const decision = decideSuccess({
          orderState,
          attemptState,
          attemptTotalFen: attempt.totalFen,
          reportedTotalFen: attempt.totalFen + wrongFen,
        });
        const report = {
          attemptId: attempt.id,
          transactionId: `T${attempt.id}`,
          totalFen: attempt.totalFen + wrongFen,
          succeededAt: NOW,
          source: 'notification',
          now: NOW,
        } as const;
        expect(await record(report)).toEqual({ outcome: decision.outcome });

        const moved = decision.outcome === 'applied' || decision.outcome === 'surplus';
        const order = decision.outcome === 'applied' ? 'paid' : orderState;
        expect((await getOrder(store.db, { orderId }))?.state).toBe(order);
        expect((await getAttempt(store.db, { attemptId: attempt.id }))?.state).toBe(
          moved ? 'succeeded' : attemptState,
        );
        expect(await booksOf(orderId)).toEqual(bookedBy(decision, attempt));

        const happened = (await orderHistory(store.db, orderId)).slice(before.length);
        const moves = happened.filter(({ from, to }) => from !== to);
        expect(moves.map(({ subject, from, to }) => [subject, from, to])).toEqual([
          ...(moved ? [['attempt', attemptState, 'succeeded']] : []),
          ...(decision.outcome === 'applied' ? [['order', orderState, 'paid']] : []),
        ]);
        if (moved) expect(canAttemptMove(attemptState, 'succeeded')).toBe(true);
        if (decision.outcome === 'applied') expect(canOrderMove(orderState, 'paid')).toBe(true);

        const returned = await store.db
          .selectFrom('refunds')
          .select(['reason', 'refundFen', 'state'])
          .where('orderId', '=', orderId)
          .execute();
        expect(returned).toEqual(
          decision.outcome === 'surplus'
            ? [{ reason: decision.reason, refundFen: attempt.totalFen, state: 'requested' }]
            : [],
        );
      }
    },
  );
});
