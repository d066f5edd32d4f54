import { sql } from 'kysely';

import {
  accountId as accountName,
  ATTEMPT_STATES,
  canAttemptMove,
  canOrderMove,
  decideSuccess,
  fen,
  ORDER_STATES,
  paymentPosting,
  surplusPosting,
  wasPaid,
  type AttemptState,
  type OrderState,
  type SuccessDecision,
} from '../../cloud/domain';
import {
  recordPayment,
  recordPayments,
  type AttemptRow,
  type Database,
  type ReportedSuccess,
} from '../../cloud/store';
import { firstPrices } from '../support/pricing';
import {
  MERCHANT_ID,
  newAccount,
  newAttempt,
  newOrder,
  NOW,
  openTestStore,
  type TestStore,
} from '../support/store';

/** Above what is free, so that a posting has every line that it can have. */
const AMOUNT_FEN = 120_050;

let store: TestStore;
let accountId: string;

beforeAll(async () => {
  store = await openTestStore();
  accountId = await newAccount(store.db);
});
afterAll(() => store.close());

interface Case {
  readonly orderState: OrderState;
  readonly attemptState: AttemptState;
  /** By how much the reported amount is wrong, in fen. */
  readonly wrongFen: number;
  readonly attempt: AttemptRow;
}

/** Every state of an order with every state of its attempt, put there without what would have led there. */
async function placeAll(db: Database): Promise<readonly Case[]> {
  const cases: Case[] = [];
  for (const orderState of ORDER_STATES) {
    for (const attemptState of ATTEMPT_STATES) {
      for (const wrongFen of [0, 1]) {
        const orderId = await newOrder(db, { accountId, amountFen: AMOUNT_FEN });
        const attempt = await newAttempt(db, orderId);
        await sql`
          update orders set state = ${orderState}, paid_at = ${wasPaid(orderState) ? NOW : null},
              closed_at = ${orderState === 'closed' ? NOW : null}
            where id = ${orderId}`.execute(db);
        await sql`update attempts set state = ${attemptState} where id = ${attempt.id}`.execute(db);
        cases.push({ orderState, attemptState, wrongFen, attempt });
      }
    }
  }
  return cases;
}

/** What must be in the books of a decision: kind, and each line. */
function bookedBy(decision: SuccessDecision, { gateway, method }: AttemptRow): readonly string[] {
  if (decision.outcome !== 'applied' && decision.outcome !== 'surplus') return [];
  const price = firstPrices(fen(AMOUNT_FEN)).find((each) => each.method === method);
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

/** What the domain says that a report comes to. */
function expected({ orderState, attemptState, wrongFen, attempt }: Case) {
  const decision = decideSuccess({
    orderState,
    attemptState,
    attemptTotalFen: attempt.totalFen,
    reportedTotalFen: attempt.totalFen + wrongFen,
  });
  const isApplied = decision.outcome === 'applied';
  const isMoved = isApplied || decision.outcome === 'surplus';
  if (isMoved) expect(canAttemptMove(attemptState, 'succeeded')).toBe(true);
  if (isApplied) expect(canOrderMove(orderState, 'paid')).toBe(true);
  return {
    outcome: decision.outcome,
    order: isApplied ? 'paid' : orderState,
    attempt: isMoved ? 'succeeded' : attemptState,
    books: bookedBy(decision, attempt),
    moves: [
      ...(isMoved ? [`attempt ${attemptState} succeeded`] : []),
      ...(isApplied ? [`order ${orderState} paid`] : []),
    ],
    refunds:
      decision.outcome === 'surplus' ? [`${decision.reason} ${attempt.totalFen} requested by itself`] : [],
  };
}

interface Found {
  readonly orderId: string;
  readonly order: string;
  readonly attempt: string;
  readonly books: readonly string[];
  readonly moves: readonly string[];
  readonly refunds: readonly string[];
}

/** What there is of each order now, of its history what came after `historyId`. */
async function findAll(db: Database, historyId: number): Promise<ReadonlyMap<string, Found>> {
  const { rows } = await sql<Found>`
    select orders.id as order_id, orders.state as order, attempts.state as attempt,
        array(select format('%s %s %s %s', kind, account, amount, unit) from entries where order_id = orders.id) as books,
        array(select format('%s %s %s', subject, from_state, to_state) from history
          where order_id = orders.id and id > ${historyId} and from_state is distinct from to_state
          order by id) as moves,
        array(select format('%s %s %s %s', reason, refund_fen, state,
            case when id = attempt_id then 'by itself' end) from refunds where order_id = orders.id) as refunds
      from orders join attempts on attempts.order_id = orders.id`.execute(db);
  return new Map(rows.map(({ books, ...row }) => [row.orderId, { ...row, books: [...books].sort() }]));
}

type Outcome = string | undefined;
type Form = (db: Database, reports: readonly ReportedSuccess[]) => Promise<readonly Outcome[]>;

const oneByOne =
  (record: (db: Database, report: ReportedSuccess) => Promise<Outcome>): Form =>
  async (db, reports) => {
    const outcomes: Outcome[] = [];
    for (const report of reports) outcomes.push(await record(db, report));
    return outcomes;
  };

const FORMS: readonly (readonly [string, Form])[] = [
  ['alone', oneByOne(async (db, report) => (await recordPayment(db, report)).outcome)],
  ['in a batch of its own', oneByOne(async (db, report) => (await recordPayments(db, [report]))[0])],
  ['in a batch with all others', recordPayments],
];

test.each(FORMS)(
  'a success reported %s comes out as the domain decides, whatever state the order and the attempt are in',
  async (_, record) => {
    await store.db.transaction().execute(async (db) => {
      const cases = await placeAll(db);
      const { rows } = await sql<{ id: number }>`select max(id) as id from history`.execute(db);
      const outcomes = await record(
        db,
        cases.map(({ attempt, wrongFen }) => ({
          attemptId: attempt.id,
          transactionId: `T${attempt.id}`,
          totalFen: attempt.totalFen + wrongFen,
          succeededAt: NOW,
          source: 'notification',
          now: NOW,
        })),
      );
      const found = await findAll(db, rows[0]?.id ?? 0);
      for (const [place, each] of cases.entries()) {
        const { orderState, attemptState, wrongFen, attempt } = each;
        const of = { orderState, attemptState, wrongFen };
        const { orderId } = attempt;
        expect({ of, orderId, outcome: outcomes[place], ...found.get(orderId) }).toEqual({
          of,
          orderId,
          ...expected(each),
        });
      }
    });
  },
);
