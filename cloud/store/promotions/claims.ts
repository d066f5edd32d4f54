import { v5 as uuidv5 } from 'uuid';

import {
  cashbackAfterRefund,
  cashbackReturnPosting,
  fen,
  heldOf,
  leftAfterRefund,
  type PayerFacts,
  type PromotionClaim,
} from '../../domain';
import { run, type Database } from '../database';
import { addPosting } from '../postings';

const PAYER_FACTS = `
  select accounts.created_at as "createdAt",
      exists (select from orders where account_id = $1 and state in ('paid', 'partially_refunded', 'refunded'))
        as "paidEver",
      exists (select from orders where account_id = $1 and merchant_id = $2
        and state in ('paid', 'partially_refunded', 'refunded')) as "paidMerchant",
      coalesce((
        select jsonb_object_agg(promotion_id, jsonb_build_object(
            'times', times, 'timesToday', today, 'timesAtMerchant', at_merchant))
          from (
            select promotion_id, count(*) as times, count(*) filter (where day = $3) as today,
                count(*) filter (where merchant_id = $2) as at_merchant
              from promotion_claims
              where account_id = $1 and promotion_id = any ($4::uuid[]) and due_times = 1
              group by promotion_id
          ) as used), '{}') as used,
      coalesce((
        select jsonb_object_agg(version_id, jsonb_build_object('fen', fen, 'times', times))
          from (
            select version_id, sum(fen_left) as fen, sum(times_left) as times
              from promotion_budgets where version_id = any ($5::uuid[]) group by version_id
          ) as budget), '{}') as left
    from accounts where id = $1`;

interface PayerFactsRow extends Omit<PayerFacts, 'accountCreatedAtMs'> {
  readonly createdAt: Date;
}

/** What promotions ask of a payer, in one round trip; undefined where there is no such account. */
export async function payerFacts(
  db: Database,
  question: {
    readonly accountId: string;
    readonly merchantId: string;
    /** `yyyy-mm-dd` in Asia/Shanghai. */
    readonly day: string;
    readonly promotions: readonly { readonly promotionId: string; readonly versionId: string }[];
  },
): Promise<PayerFacts | undefined> {
  const { accountId, merchantId, day, promotions } = question;
  const [row] = await run<PayerFactsRow>(db, PAYER_FACTS, [
    accountId,
    merchantId,
    day,
    promotions.map(({ promotionId }) => promotionId),
    promotions.map(({ versionId }) => versionId),
  ]);
  if (row === undefined) return undefined;
  const { createdAt, ...facts } = row;
  return { ...facts, accountCreatedAtMs: createdAt.getTime() };
}

const CLAIM = 'select claim_promotions($1, $2, $3, $4, $5, $6) as refused';

/**
 * Claims promotions for an order, in the transaction that places it: each must be live and within the payer's limits, and
 * its budget must suffice. False where one of them is not any more; the caller then undoes the order.
 */
export async function claimPromotions(
  db: Database,
  claim: {
    readonly orderId: string;
    readonly accountId: string;
    readonly merchantId: string;
    /** `yyyy-mm-dd` in Asia/Shanghai. */
    readonly day: string;
    readonly claims: readonly PromotionClaim[];
    /** How long after its payment cashback is paid out, in ms. */
    readonly cashbackAfterMs: number;
    readonly newId: () => string;
    readonly now: Date;
  },
): Promise<boolean> {
  const { orderId, accountId, merchantId, day, cashbackAfterMs, newId, now } = claim;
  const claims = claim.claims.map((one) => ({
    ...one,
    held: heldOf(one),
    ...(one.kind === 'cashback' && { cashbackId: newId(), cashbackAfterMs }),
  }));
  const [row] = await run<{ refused: string | null }>(db, CLAIM, [
    orderId,
    accountId,
    merchantId,
    day,
    JSON.stringify(claims),
    now,
  ]);
  if (row === undefined) throw new Error('claim_promotions answered nothing');
  return row.refused === null;
}

/** Lets go of what an order holds, in the transaction that closes it unpaid. */
export async function releasePromotions(db: Database, orderId: string): Promise<void> {
  await db
    .updateTable('promotionClaims')
    .set({ state: 'released', amount: 0, due: 0, dueTimes: 0 })
    .where('orderId', '=', orderId)
    .where('state', '=', 'held')
    .execute();
}

/**
 * Follows a refund, in the transaction that books it: cashback that is not on its way yet falls in proportion, and claims
 * give back to their budgets and users where their promotion says so.
 */
export async function returnPromotions(
  db: Database,
  refund: {
    readonly refundId: string;
    readonly orderId: string;
    /** Of the order's amount: all that was returned, this refund included. */
    readonly returnedFen: number;
    readonly amountFen: number;
    readonly now: Date;
  },
): Promise<void> {
  const { refundId, orderId, now } = refund;
  const refundedFen = fen(refund.returnedFen);
  const amountFen = fen(refund.amountFen);
  const claims = await db
    .selectFrom('promotionClaims')
    .innerJoin('promotionVersions', 'promotionVersions.id', 'promotionClaims.versionId')
    .select(['promotionClaims.accountId', 'promotionClaims.promotionId', 'amount', 'due', 'terms'])
    .where('orderId', '=', orderId)
    .where('promotionClaims.state', '=', 'used')
    .execute();
  for (const { accountId, promotionId, amount, due, terms } of claims) {
    if (!terms.returnsOnRefund || amount === null) continue;
    await db
      .updateTable('promotionClaims')
      .set({
        due: Math.min(due, leftAfterRefund(amount, refundedFen, amountFen)),
        ...(refundedFen === amountFen && { dueTimes: 0 }),
      })
      .where('accountId', '=', accountId)
      .where('promotionId', '=', promotionId)
      .where('orderId', '=', orderId)
      .execute();
  }
  const cashbacks = await db
    .selectFrom('cashbacks')
    .select(['id', 'accountId', 'amountFen', 'owedFen'])
    .where('orderId', '=', orderId)
    .where('state', '=', 'waiting')
    .forUpdate()
    .execute();
  for (const cashback of cashbacks) {
    const owedFen = cashbackAfterRefund(cashback.amountFen, refundedFen, amountFen);
    if (owedFen >= cashback.owedFen) continue;
    await db
      .updateTable('cashbacks')
      .set({ owedFen, ...(owedFen === 0 && { state: 'cancelled' }) })
      .where('id', '=', cashback.id)
      .execute();
    await addPosting(db, cashbackReturnPosting(cashback.accountId, fen(cashback.owedFen - owedFen)), {
      id: uuidv5(cashback.id, refundId),
      orderId,
      attemptId: cashback.id,
      now,
    });
  }
}
