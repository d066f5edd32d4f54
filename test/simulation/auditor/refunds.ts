import { numberOf, type Mirror } from './mirror';
import { RECEIVED, returnedOf } from './model';
import type { Audit } from './orders';
import type { OrderRow, RefundRow } from './rows';

/** What goes back goes once, is never more than came, and is booked when it has gone and not before. */
export function auditRefunds(audit: Audit, order: OrderRow): void {
  const { mirror, report } = audit;
  const refunds = mirror.refundsOf(order.id);
  for (const surplus of mirror.postingsOf(order.id).filter(({ kind }) => kind === 'surplus')) {
    const wanted = refunds.filter(
      (refund) => refund.kind === 'surplus' && refund.attempt_id === surplus.attempt_id,
    );
    const total = mirror.all('attempts').get(surplus.attempt_id)?.total_fen;
    if (wanted.length !== 1 || wanted[0]?.refund_fen !== total) {
      report('refund', `the surplus of attempt ${surplus.attempt_id} has ${wanted.length} refunds`);
    }
  }
  for (const refund of refunds) auditReturn(audit, refund);
  auditParts(audit, order);
}

/** One posting for a refund that has arrived, none before; and it arrived as it says. */
function auditReturn({ mirror, books, report, wasHandedOver }: Audit, refund: RefundRow): void {
  const booked = mirror
    .postingsOf(refund.order_id)
    .filter((posting) =>
      refund.kind === 'order'
        ? posting.kind === 'refund' && posting.id === refund.id
        : posting.kind === 'surplus_refund' && posting.attempt_id === refund.attempt_id,
    ).length;
  const expected = refund.state === 'succeeded' ? 1 : 0;
  if (booked !== expected) report('refund', `refund ${refund.id} is ${refund.state} with ${booked} postings`);
  if (booked === 0) return;
  const known = books[refund.gateway].refundOf(numberOf(refund.id));
  const returned = known?.refund.state === 'succeeded';
  if (refund.returned_by === 'person') {
    if (returned) report('paid_twice', `refund ${refund.id} was returned by a person and by the gateway`);
    if (!wasHandedOver(refund.id)) report('believed', `nobody returned refund ${refund.id} by hand`);
  } else if (!returned || known.refund.refundFen !== refund.refund_fen) {
    report('refund', `refund ${refund.id} is booked; ${refund.gateway} has not returned it`);
  }
}

/** Refunds of an order, in the order in which they were granted, are the steps of one sum; the order says what came back. */
function auditParts({ mirror, report }: Audit, order: OrderRow): void {
  const refunds = inOrder(mirror, order).filter(({ kind }) => kind === 'order');
  let upToFen = 0;
  let backFen = 0;
  for (const refund of refunds) {
    const before = returnedOf(order, upToFen);
    upToFen += refund.amount_fen;
    const after = returnedOf(order, upToFen);
    const feeFen = after.feeFen - before.feeFen;
    const points = after.points - before.points;
    if (refund.fee_fen !== feeFen || refund.points !== points) {
      report(
        'refund_parts',
        `refund ${refund.id} returns ${refund.fee_fen} fen of fee and ${refund.points} points, not ${feeFen} and ${points}`,
      );
    }
    if (refund.refund_fen !== refund.amount_fen + refund.fee_fen) {
      report('refund_parts', `refund ${refund.id} is not the sum of its parts`);
    }
    if (refund.state === 'succeeded') backFen += refund.refund_fen;
  }
  if (upToFen > order.amount_fen) {
    report('refund', `refunds of order ${order.id} claim ${upToFen} of ${order.amount_fen} fen`);
  }
  if (refunds.length > 0 && !RECEIVED.includes(order.state)) {
    report('refund', `order ${order.id} is ${order.state} and has refunds`);
  }
  if (order.refunded_fen !== backFen) {
    report('refund', `order ${order.id} says that ${order.refunded_fen} fen came back, not ${backFen}`);
  }
  const whole = backFen === order.total_fen ? 'refunded' : backFen > 0 ? 'partially_refunded' : undefined;
  const said = order.state.endsWith('refunded') ? order.state : undefined;
  if (whole !== said) report('refund', `order ${order.id} is ${order.state} with ${backFen} fen back`);
}

/** By when each was granted: clocks of processes differ, the order of history does not. */
function inOrder(mirror: Mirror, order: OrderRow): readonly RefundRow[] {
  const history = mirror.historyOf(order.id);
  const grantedAs = ({ id }: RefundRow): number => history.get(`refund ${id}`)?.[0]?.id ?? 0;
  return [...mirror.refundsOf(order.id)].sort((a, b) => grantedAs(a) - grantedAs(b));
}

/** Nothing leaves through a gateway that no recorded refund asked for, under its own number and in its amount. */
export function auditGatewayRefunds({ mirror, books, report }: Audit): void {
  const refunds = new Map([...mirror.all('refunds').values()].map((refund) => [numberOf(refund.id), refund]));
  for (const book of Object.values(books)) {
    for (const { outTradeNo, refunds: sent } of book.payments.values()) {
      for (const { outRefundNo, refundFen } of sent) {
        const wanted = refunds.get(outRefundNo);
        const same = wanted?.refund_fen === refundFen && numberOf(wanted.attempt_id) === outTradeNo;
        if (!same) report('refund', `${outTradeNo} got back ${refundFen} fen as ${outRefundNo}, unasked`);
      }
    }
  }
}
