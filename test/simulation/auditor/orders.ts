import type { GatewayName } from '../../../cloud/gateways/port';
import type { Book } from '../gateways/book';
import { numberOf, type Mirror } from './mirror';
import { feeOf, mayMove, orderLines, pointsOf, RECEIVED, written, type Returned } from './model';
import { auditRefunds } from './refunds';
import { ORDER_POSTINGS, type AttemptRow, type OrderRow, type PostingRow } from './rows';

export type Report = (kind: string, text: string) => void;

export interface Audit {
  readonly mirror: Mirror;
  readonly books: Readonly<Record<GatewayName, Book>>;
  readonly report: Report;
  /** Whether an operator said that a person returned this refund. */
  readonly wasHandedOver: (refundId: string) => boolean;
}

/** Holds one order, all its attempts, postings, refunds and events to the design. */
export function auditOrder(audit: Audit, orderId: string): void {
  const order = audit.mirror.all('orders').get(orderId);
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

/** History is a chain of allowed changes that ends where the order, its attempts and its refunds are. */
function auditHistory({ mirror, report }: Audit, order: OrderRow): void {
  const states = new Map([[`order ${order.id}`, order.state]]);
  // The surplus that one is of tells how it began.
  const begun = new Set<string>();
  for (const attempt of mirror.attemptsOf(order.id)) states.set(`attempt ${attempt.id}`, attempt.state);
  for (const { id, kind, state } of mirror.refundsOf(order.id)) {
    states.set(`refund ${id}`, state);
    if (kind === 'surplus') begun.add(`refund ${id}`);
  }
  const history = mirror.historyOf(order.id);
  for (const [subject, state] of states) {
    const from = begun.has(subject) ? 'requested' : null;
    auditChanges(report, subject, state, history.get(subject) ?? [], from);
  }
}

/** Each change begins where the last ended, is allowed, and the last ends where things stand. */
export function auditChanges(
  report: Report,
  subject: string,
  state: string,
  changes: readonly {
    readonly subject: string;
    readonly from_state: string | null;
    readonly to_state: string;
  }[],
  from: string | null = null,
): void {
  let at = from;
  for (const row of changes) {
    if (row.from_state !== at) report('history', `${subject} was ${at}, its history says ${row.from_state}`);
    if (!mayMove(row.subject, row.from_state, row.to_state)) {
      report('transition', `${subject} went from ${row.from_state} to ${row.to_state}`);
    }
    at = row.to_state;
  }
  if (at !== state) report('history', `${subject} is ${state}, its history ends with ${at}`);
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
    const payment = books[attempt.gateway].payments.get(numberOf(attempt.id));
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
function auditPostings(audit: Audit, order: OrderRow): void {
  const { mirror, report } = audit;
  const postings = mirror.postingsOf(order.id).filter(({ kind }) => ORDER_POSTINGS.includes(kind));
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
  for (const posting of postings) auditLines(audit, order, posting);
}

function auditLines(audit: Audit, order: OrderRow, posting: PostingRow): void {
  const { mirror, report } = audit;
  const attempt = mirror.all('attempts').get(posting.attempt_id);
  if (attempt === undefined) {
    report('posting', `posting ${posting.id} books an attempt that does not exist`);
    return;
  }
  const lines = orderLines(posting.kind, {
    gateway: attempt.gateway,
    merchantId: order.merchant_id,
    accountId: order.account_id,
    amountFen: attempt.amount_fen,
    totalFen: attempt.total_fen,
    returned: returnedBy(mirror, posting),
    keptFen: keptFen(audit, attempt, posting),
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

/** What a posting says came back: of an order's refund it bears the number, of a surplus the attempt's. */
function returnedBy(mirror: Mirror, posting: PostingRow): Returned | undefined {
  const refund = mirror
    .refundsOf(posting.order_id)
    .find(({ id, kind, attempt_id }) =>
      posting.kind === 'refund' ? id === posting.id : kind === 'surplus' && attempt_id === posting.attempt_id,
    );
  if (refund === undefined) return undefined;
  const { returned_by, refund_fen: totalFen, fee_fen: feeFen, points } = refund;
  return { by: returned_by ?? 'gateway', totalFen, feeFen, points };
}

/** What the gateway truly kept of the payment or gave back with one of its refunds, whichever is booked; 0 for neither. */
function keptFen({ mirror, books }: Audit, attempt: AttemptRow, posting: PostingRow): number {
  const payment = books[attempt.gateway].payments.get(numberOf(attempt.id));
  const fees = [payment?.feeFen, ...(payment?.refunds.map(({ feeFen }) => -feeFen) ?? [])];
  const booked = mirror
    .entriesOfPosting(posting.id)
    .find(({ account }) => account === 'gateway_fee_expense')?.amount;
  return booked !== undefined && fees.includes(booked) ? booked : 0;
}

/** Who paid and who was given back is told once. */
function auditEvents({ mirror, report }: Audit, order: OrderRow): void {
  const outbox = [...mirror.all('outbox').values()].filter(({ payload }) => payload.orderId === order.id);
  const mustTell = (type: string, about: Readonly<Record<string, unknown>>): void => {
    const told = outbox.filter(
      (event) =>
        event.type === type && Object.entries(about).every(([name, value]) => event.payload[name] === value),
    );
    if (told.length !== 1) {
      report('outbox', `${JSON.stringify(about)} has ${told.length} events ${type}`);
    }
  };
  for (const { kind, attempt_id: attemptId } of mirror.postingsOf(order.id)) {
    const type = { payment: 'order.paid', surplus: 'order.surplus_received' }[kind];
    const totalFen = mirror.all('attempts').get(attemptId)?.total_fen;
    if (type !== undefined) mustTell(type, { attemptId, totalFen });
  }
  for (const refund of mirror.refundsOf(order.id)) {
    if (refund.state !== 'succeeded') continue;
    const type = refund.kind === 'order' ? 'order.refunded' : 'order.surplus_returned';
    mustTell(type, { refundId: refund.id, refundFen: refund.refund_fen });
  }
}
