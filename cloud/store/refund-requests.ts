import { decideRefund, fen, type RefundRefusal, type RefundTerm } from '../domain';
import { inTransaction, type Database } from './database';
import { addHistory } from './history';
import { lockMerchantFunds, merchantFunds } from './merchant-funds';

export type RefundRequested =
  | { readonly outcome: 'requested'; readonly refundId: string }
  | { readonly outcome: 'refused'; readonly code: RefundRefusal | 'order_not_found' };

/**
 * Claims a part of a paid order for a refund, before its gateway hears of it; without `amountFen` the whole rest. The
 * order and what its merchant is owed are locked while it is decided, so that refunds made at once never claim more than
 * was paid or than is there.
 */
export function requestRefund(
  db: Database,
  request: {
    readonly refundId: string;
    readonly orderId: string;
    readonly amountFen: number | undefined;
    /** Words for the user. */
    readonly note: string;
    readonly operator: string;
    readonly now: Date;
  },
): Promise<RefundRequested> {
  const { refundId, orderId, note, operator, now } = request;
  return inTransaction(db, async (transaction) => {
    const order = await transaction
      .selectFrom('orders')
      .select(['state', 'accountId', 'merchantId', 'amountFen', 'feeFen', 'feeWaivedFen', 'discountFen'])
      .select(['pointsRedeemed', 'pointsRedeemedFen', 'points'])
      .where('id', '=', orderId)
      .forUpdate()
      .executeTakeFirst();
    if (order === undefined) return { outcome: 'refused', code: 'order_not_found' };
    await lockMerchantFunds(transaction, order.merchantId);
    const claimed = await transaction
      .selectFrom('refunds')
      .select((eb) => [
        eb.fn.countAll<number>().as('refunds'),
        eb.fn.coalesce(eb.fn.sum<string>('amountFen'), eb.lit(0)).as('amountFen'),
      ])
      .where('orderId', '=', orderId)
      .where('kind', '=', 'order')
      .executeTakeFirstOrThrow();
    const decision = decideRefund({
      orderState: order.state,
      payment: {
        amountFen: fen(order.amountFen),
        terms: [
          { kind: 'fee', amountFen: fen(order.feeFen) },
          { kind: 'fee_waived', amountFen: fen(-order.feeWaivedFen) },
          { kind: 'discount', amountFen: fen(-order.discountFen) },
          { kind: 'points_redeemed', amountFen: fen(-order.pointsRedeemedFen) },
        ],
        points: order.points,
        pointsRedeemed: order.pointsRedeemed,
      },
      claimedFen: fen(Number(claimed.amountFen)),
      refunds: claimed.refunds,
      merchantFundsFen: await merchantFunds(transaction, order.merchantId),
      amountFen: request.amountFen === undefined ? undefined : fen(request.amountFen),
    });
    if (decision.outcome === 'refused') return decision;
    const attempt = await transaction
      .selectFrom('postings')
      .innerJoin('attempts', 'attempts.id', 'postings.attemptId')
      .select(['attempts.id', 'attempts.gateway', 'attempts.totalFen'])
      .where('postings.orderId', '=', orderId)
      .where('postings.kind', '=', 'payment')
      .executeTakeFirstOrThrow();
    const { parts } = decision;
    const shareOf = (kind: RefundTerm['kind']): number =>
      parts.terms.find((term) => term.kind === kind)?.amountFen ?? 0;
    await transaction
      .insertInto('refunds')
      .values({
        id: refundId,
        kind: 'order',
        attemptId: attempt.id,
        orderId,
        accountId: order.accountId,
        merchantId: order.merchantId,
        gateway: attempt.gateway,
        totalFen: attempt.totalFen,
        refundFen: parts.totalFen,
        feeFen: shareOf('fee'),
        feeWaivedFen: -shareOf('fee_waived'),
        discountFen: -shareOf('discount'),
        pointsRedeemed: parts.pointsRedeemed,
        pointsRedeemedFen: -shareOf('points_redeemed'),
        points: parts.points,
        reason: 'order_refund',
        note,
        requestedBy: operator,
        state: 'requested',
        createdAt: now,
        updatedAt: now,
        nextAt: now,
      })
      .execute();
    await addHistory(transaction, {
      orderId,
      subject: 'refund',
      subjectId: refundId,
      fromState: null,
      toState: 'requested',
      reason: 'refund_requested',
      actor: 'operator',
      operator,
      note,
      at: now,
    });
    return { outcome: 'requested', refundId };
  });
}
