import type { GatewayName } from '../../../cloud/gateways/port';
import type { Book } from '../gateways/book';
import type { Mirror, OrderRow, PostingRow } from './mirror';
import { feeOf, linesOf, mayMove, pointsOf, RECEIVED, written } from './model';

export type Report = (kind: string, text: string) => void;

interface Audit {
  readonly mirror: Mirror;
  readonly books: Readonly<Record<GatewayName, Book>>;
  readonly report: Report;
}

/** Holds one order, all its attempts, postings, refunds and events to the design. */
export function auditOrder(audit: Audit, orderId: string): void {
  const order = audit.mirror.orders.get(orderId);
  if (order === undefined) {
    audit.report('orphan', `something is kept for order ${orderId}, which does not exist`);
    return;
  }
  auditHistory(audit, order);
  auditPrices(audit, order);
  auditSuccesses(audit, order);
  auditPostings(audit, order);
  auditRefunds(audit, order);
  auditEvents(audit, order);
}

/** History is a chain of allowed changes that ends where the order and its attempts are. */
function auditHistory({ mirror, report }: Audit, order: OrderRow): void {
  const states = new Map([[`order ${order.id}`, order.state]]);
  for (const attempt of mirror.attemptsOf(order.id)) states.set(`attempt ${attempt.id}`, attempt.state);
  const history = mirror.historyOf(order.id);
  for (const [subject, state] of states) {
    let at: string | null = null;
    for (const row of history.get(subject) ?? []) {
      if (row.from_state !== at)
        report('history', `${subject} was ${at}, its history says ${row.from_state}`);
      if (!mayMove(row.subject, row.from_state, row.to_state)) {
        report('transition', `${subject} went from ${row.from_state} to ${row.to_state}`);
      }
      at = row.to_state;
    }
    if (at !== state) report('history', `${subject} is ${state}, its history ends with ${at}`);
  }
}

/** Every term of the total, worked out again. */
function auditPrices({ mirror, report }: Audit, order: OrderRow): void {
  for (const priced of [order, ...mirror.attemptsOf(order.id)]) {
    const fee = feeOf(priced.amount_fen);
    if (priced.fee_fen !== fee) report('price', `${priced.id}: a fee of ${priced.fee_fen} fen, not ${fee}`);
    if (priced.total_fen !== priced.amount_fen + priced.fee_fen) {
      report('price', `${priced.id}: ${priced.amount_fen} + ${priced.fee_fen} is not ${priced.total_fen}`);
    }
    const points = pointsOf(priced.amount_fen);
    if (priced.points !== points) report('price', `${priced.id}: ${priced.points} points, not ${points}`);
  }
}

/** Nothing succeeds that the gateway has not received, in that amount. */
function auditSuccesses({ mirror, books, report }: Audit, order: OrderRow): void {
  for (const attempt of mirror.attemptsOf(order.id)) {
    if (attempt.state !== 'succeeded') continue;
    const payment = books[attempt.gateway].payments.get(attempt.id.replaceAll('-', ''));
    if (payment?.state !== 'paid') {
      report('believed', `attempt ${attempt.id} succeeded; ${attempt.gateway} has received nothing`);
    } else if (payment.totalFen !== attempt.total_fen) {
      report(
        'believed',
        `attempt ${attempt.id} of ${attempt.total_fen} fen succeeded with ${payment.totalFen}`,
      );
    }
  }
}

/** One payment for a paid order, one posting for every success, each with exactly its lines. */
function auditPostings({ mirror, report }: Audit, order: OrderRow): void {
  const postings = mirror.postingsOf(order.id);
  const payments = postings.filter((posting) => posting.kind === 'payment').length;
  const wanted = RECEIVED.includes(order.state) ? 1 : 0;
  if (payments !== wanted)
    report('posting', `order ${order.id} is ${order.state} with ${payments} payment postings`);
  for (const attempt of mirror.attemptsOf(order.id)) {
    const received = postings.filter(
      (posting) => posting.attempt_id === attempt.id && ['payment', 'surplus'].includes(posting.kind),
    ).length;
    const expected = attempt.state === 'succeeded' ? 1 : 0;
    if (received !== expected) {
      report('posting', `attempt ${attempt.id} is ${attempt.state} with ${received} postings`);
    }
  }
  for (const posting of postings) auditLines({ mirror, report }, order, posting);
}

function auditLines(
  { mirror, report }: Pick<Audit, 'mirror' | 'report'>,
  order: OrderRow,
  posting: PostingRow,
): void {
  const attempt = mirror.attempts.get(posting.attempt_id);
  if (attempt === undefined) {
    report('posting', `posting ${posting.id} books an attempt that does not exist`);
    return;
  }
  const lines = linesOf(posting.kind, {
    gateway: attempt.gateway,
    merchantId: order.merchant_id,
    accountId: order.account_id,
    amountFen: attempt.amount_fen,
    totalFen: attempt.total_fen,
  });
  if (lines === undefined) {
    report('posting', `posting ${posting.id} is a ${posting.kind}, which the design does not know`);
    return;
  }
  const booked = written(mirror.entriesOfPosting(posting.id));
  if (booked !== written(lines)) {
    report('entries', `${posting.kind} ${posting.id} booked ${booked}; the design says ${written(lines)}`);
  }
}

/** What no order wants goes back once, and is booked when it has gone and not before. */
function auditRefunds({ mirror, books, report }: Audit, order: OrderRow): void {
  const refunds = mirror.refundsOf(order.id);
  const postings = mirror.postingsOf(order.id);
  for (const surplus of postings.filter((posting) => posting.kind === 'surplus')) {
    const wanted = refunds.filter((refund) => refund.attempt_id === surplus.attempt_id);
    const total = mirror.attempts.get(surplus.attempt_id)?.total_fen;
    if (wanted.length !== 1 || wanted[0]?.refund_fen !== total) {
      report('refund', `the surplus of attempt ${surplus.attempt_id} has ${wanted.length} refunds`);
    }
  }
  for (const refund of refunds) {
    const booked = postings.filter(
      (posting) => posting.attempt_id === refund.attempt_id && posting.kind === 'surplus_refund',
    ).length;
    const expected = refund.state === 'succeeded' ? 1 : 0;
    if (booked !== expected)
      report('refund', `refund ${refund.id} is ${refund.state} with ${booked} postings`);
    if (booked === 0) continue;
    const payment = books[refund.gateway].payments.get(refund.attempt_id.replaceAll('-', ''));
    const returned = payment?.refunds.filter((known) => known.state === 'succeeded') ?? [];
    if (returned.reduce((sum, known) => sum + known.refundFen, 0) !== refund.refund_fen) {
      report('refund', `refund ${refund.id} is booked; ${refund.gateway} has not returned it`);
    }
  }
}

/** Who paid and who paid too much is told once. */
function auditEvents({ mirror, report }: Audit, order: OrderRow): void {
  for (const posting of mirror.postingsOf(order.id)) {
    const type = { payment: 'order.paid', surplus: 'order.surplus_received' }[posting.kind];
    if (type === undefined) continue;
    const told = [...mirror.outbox.values()].filter(
      (event) => event.type === type && event.payload.attemptId === posting.attempt_id,
    );
    const total = mirror.attempts.get(posting.attempt_id)?.total_fen;
    if (told.length !== 1 || told[0]?.payload.totalFen !== total) {
      report('outbox', `${posting.kind} of attempt ${posting.attempt_id} has ${told.length} events ${type}`);
    }
  }
}
