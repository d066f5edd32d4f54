import { v5 as uuidv5 } from 'uuid';

import {
  canRefundMove,
  decideRefundReport,
  fen,
  refundPauseMs,
  refundPosting,
  stateAfterRefund,
  surplusRefundPosting,
  type Actor,
  type RefundState,
  type ReportedRefund,
} from '../domain';
import { inTransaction, type Database } from './database';
import { addHistory } from './history';
import { addEvent } from './outbox';
import { returnPoints } from './points/returns';
import { addPosting } from './postings';
import { returnPromotions } from './promotions/claims';
import { lockRefund, type RefundRow } from './refunds';

/** Why a refund changes, and who changes it. */
interface Cause {
  readonly reason: string;
  readonly actor: Actor;
  readonly operator?: string;
  readonly note?: string;
  readonly now: Date;
}

/** What became of a report. `ended`: the refund had succeeded before. */
export type RecordedRefund =
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'ended' }
  | { readonly outcome: 'recorded'; readonly state: RefundState; readonly reason: string };

/**
 * Records how a gateway says a refund stands: state, history and, once it succeeded, posting, order and event. Recorded
 * again it changes nothing. A refund in review leaves it by a success alone.
 */
export function recordRefundReport(
  db: Database,
  report: {
    readonly refundId: string;
    readonly reported: ReportedRefund;
    readonly reportedFen: number | undefined;
    readonly now: Date;
  },
): Promise<RecordedRefund> {
  const { refundId, reported, reportedFen, now } = report;
  return inTransaction(db, async (transaction) => {
    const refund = await lockRefund(transaction, refundId);
    if (refund === undefined) return { outcome: 'unknown' };
    if (refund.state === 'succeeded') return { outcome: 'ended' };
    const refundFen = fen(refund.refundFen);
    const { to, reason } = decideRefundReport({
      reported,
      refundFen,
      reportedFen,
      failures: refund.failures,
    });
    const stays = { outcome: 'recorded', state: refund.state, reason } as const;
    if (refund.state === 'needs_review' && to !== 'succeeded') return stays;
    if (reported === 'refused') await noteFailure(transaction, refund, now);
    if (!canRefundMove(refund.state, to)) return stays;
    const cause = { reason, actor: 'gateway', now } as const;
    if (to === 'succeeded') await returned(transaction, refund, 'gateway', cause);
    else await move(transaction, refund, to, cause);
    return { outcome: 'recorded', state: to, reason };
  });
}

/** What became of a person's decision. */
export type Reviewed = 'done' | 'not_found' | 'not_in_review';

interface Review {
  readonly refundId: string;
  readonly operator: string;
  /** Why, in the operator's words. */
  readonly note: string;
  readonly now: Date;
}

/** Lets a refund in review be tried again: the gateway is asked first how it stands, under the number it always had. */
export function retryRefund(db: Database, review: Review): Promise<Reviewed> {
  return inReview(db, review, async (transaction, refund, cause) => {
    await move(transaction, refund, 'processing', { ...cause, reason: 'refund_retried' });
    await transaction
      .updateTable('refunds')
      .set({ failures: 0, tries: 0, nextAt: cause.now })
      .where('id', '=', refund.id)
      .execute();
  });
}

/** Marks a refund in review as returned: `gateway`, seen in its console, or `person`, paid some other way. */
export function settleRefund(
  db: Database,
  review: Review & { readonly returnedBy: 'gateway' | 'person' },
): Promise<Reviewed> {
  return inReview(db, review, (transaction, refund, cause) =>
    returned(transaction, refund, review.returnedBy, { ...cause, reason: 'refund_settled_by_hand' }),
  );
}

function inReview(
  db: Database,
  { refundId, operator, note, now }: Review,
  change: (transaction: Database, refund: RefundRow, cause: Omit<Cause, 'reason'>) => Promise<void>,
): Promise<Reviewed> {
  return inTransaction(db, async (transaction) => {
    const refund = await lockRefund(transaction, refundId);
    if (refund === undefined) return 'not_found';
    if (refund.state !== 'needs_review') return 'not_in_review';
    await change(transaction, refund, { actor: 'operator', operator, note, now });
    return 'done';
  });
}

async function noteFailure(db: Database, refund: RefundRow, now: Date): Promise<void> {
  const failures = refund.failures + 1;
  await db
    .updateTable('refunds')
    .set({ failures, updatedAt: now, nextAt: new Date(now.getTime() + refundPauseMs(failures)) })
    .where('id', '=', refund.id)
    .execute();
}

async function move(db: Database, refund: RefundRow, to: RefundState, cause: Cause): Promise<void> {
  const { now, ...why } = cause;
  await db.updateTable('refunds').set({ state: to, updatedAt: now }).where('id', '=', refund.id).execute();
  await addHistory(db, {
    orderId: refund.orderId,
    subject: 'refund',
    subjectId: refund.id,
    fromState: refund.state,
    toState: to,
    at: now,
    ...why,
  });
  if (to === 'needs_review') {
    const type = 'refund.needs_review';
    const { id: refundId, orderId, accountId: payer, refundFen } = refund;
    // As often as a person is needed: each time is an event of its own.
    const id = uuidv5(`${type} ${now.toISOString()}`, refundId);
    const payload = { refundId, orderId, accountId: payer, refundFen, reason: cause.reason };
    await addEvent(db, { id, type, payload, now });
  }
}

/** The money is back: state, posting, order and event in one. */
async function returned(
  db: Database,
  refund: RefundRow,
  returnedBy: 'gateway' | 'person',
  cause: Cause,
): Promise<void> {
  const { now, ...why } = cause;
  const { id: refundId, orderId } = refund;
  await db
    .updateTable('refunds')
    .set({ state: 'succeeded', returnedBy, updatedAt: now, finishedAt: now })
    .where('id', '=', refundId)
    .execute();
  await addHistory(db, {
    orderId,
    subject: 'refund',
    subjectId: refundId,
    fromState: refund.state,
    toState: 'succeeded',
    at: now,
    ...why,
  });
  const by = returnedBy === 'person' ? 'person' : refund.gateway;
  const merchantId = refund.merchantId ?? (await merchantOf(db, orderId));
  if (refund.kind === 'order') {
    const { pending } = await returnPoints(db, { refundId, ...refund, now });
    const posting = refundPosting({
      by,
      merchantId,
      userAccountId: refund.accountId,
      amountFen: fen(refund.amountFen),
      feeFen: fen(refund.feeFen),
      feeWaivedFen: fen(refund.feeWaivedFen),
      discountFen: fen(refund.discountFen),
      pointsRedeemed: refund.pointsRedeemed,
      pointsRedeemedFen: fen(refund.pointsRedeemedFen),
      points: refund.points,
      pointsPending: pending,
    });
    await addPosting(db, posting, { id: refundId, orderId, attemptId: refund.attemptId, now });
    await countOnOrder(db, refund, cause);
  } else {
    // The surplus was booked under the attempt's id, which its refund shares: the way back needs another.
    const posting = surplusRefundPosting(by, fen(refund.refundFen));
    const id = uuidv5(posting.kind, refundId);
    await addPosting(db, posting, { id, orderId, attemptId: refund.attemptId, now });
  }
  const type = refund.kind === 'order' ? 'order.refunded' : 'order.surplus_returned';
  await addEvent(db, {
    id: uuidv5(type, refundId),
    type,
    payload: {
      refundId,
      orderId,
      attemptId: refund.attemptId,
      accountId: refund.accountId,
      merchantId,
      refundFen: refund.refundFen,
      refundedAt: now.toISOString(),
    },
    now,
  });
}

async function merchantOf(db: Database, orderId: string): Promise<string> {
  const order = await db
    .selectFrom('orders')
    .select('merchantId')
    .where('id', '=', orderId)
    .executeTakeFirstOrThrow();
  return order.merchantId;
}

async function countOnOrder(db: Database, refund: RefundRow, cause: Cause): Promise<void> {
  const { orderId } = refund;
  const order = await db
    .selectFrom('orders')
    .select(['state', 'amountFen', 'refundedFen', 'promoted'])
    .where('id', '=', orderId)
    .executeTakeFirstOrThrow();
  const refundedFen = order.refundedFen + refund.refundFen;
  const returned = await db
    .selectFrom('refunds')
    .select((eb) => eb.fn.sum<number>('amountFen').as('amountFen'))
    .where('orderId', '=', orderId)
    .where('kind', '=', 'order')
    .where('state', '=', 'succeeded')
    .executeTakeFirstOrThrow();
  const returnedFen = Number(returned.amountFen);
  const state = stateAfterRefund(fen(order.amountFen), fen(returnedFen));
  if (order.promoted) {
    const { amountFen } = order;
    await returnPromotions(db, { refundId: refund.id, orderId, returnedFen, amountFen, now: cause.now });
  }
  await db.updateTable('orders').set({ state, refundedFen }).where('id', '=', orderId).execute();
  if (state === order.state) return;
  const { now, ...why } = cause;
  await addHistory(db, {
    orderId,
    subject: 'order',
    subjectId: orderId,
    fromState: order.state,
    toState: state,
    at: now,
    ...why,
  });
}
