import { fen, splitPayout } from '../domain';
import { inTransaction, type Database } from './database';
import { bookPayout } from './payouts';
import { addSettlementHistory } from './settlement-history';
import { followPayouts, lockSettlement, newestOfParts, payoutsOf, type PayoutRow } from './settlement-states';
import { getSettlementTerms, type SettlementTermsRow } from './settlement-terms';

/** The least either gateway pays out. */
const PAYOUT_FEN_LEAST = 10;

/** Closed batches of merchants who are not on hold and are paid through one of these gateways. */
export async function settlementsToPay(
  db: Database,
  question: { readonly gateways: readonly ('wechatpay' | 'alipay')[]; readonly limit: number },
): Promise<readonly string[]> {
  if (question.gateways.length === 0) return [];
  const rows = await db
    .selectFrom('settlements')
    .innerJoin('merchantSettlementTerms', 'merchantSettlementTerms.merchantId', 'settlements.merchantId')
    .select('settlements.id')
    .where('settlements.state', '=', 'closed')
    .where('merchantSettlementTerms.holdReason', 'is', null)
    .where('merchantSettlementTerms.gateway', 'in', [...question.gateways])
    .orderBy('settlements.id')
    .limit(question.limit)
    .execute();
  return rows.map((row) => row.id);
}

/** Makes the payouts of a closed batch, for the account agreed now. 0 where another worker has, or nobody may. */
export function preparePayouts(
  db: Database,
  preparation: { readonly settlementId: string; readonly newId: () => string; readonly now: Date },
): Promise<number> {
  const { settlementId, newId, now } = preparation;
  return inTransaction(db, async (transaction) => {
    const settlement = await lockSettlement(transaction, settlementId);
    if (settlement?.state !== 'closed') return 0;
    const terms = await getSettlementTerms(transaction, settlement.merchantId);
    if (terms === undefined || terms.holdReason !== null) return 0;
    const parts = splitPayout(fen(settlement.netFen), {
      maximumFen: terms.payoutMaxFen,
      leastFen: PAYOUT_FEN_LEAST,
    });
    await addPayouts(
      transaction,
      parts.map((amountFen, index) => ({
        ...requested({ id: newId(), terms, now }),
        settlementId,
        part: index + 1,
        try: 1,
        amountFen,
      })),
    );
    const change = { reason: 'payouts_prepared', actor: 'system', now };
    await followPayouts(transaction, settlement, change);
    return parts.length;
  });
}

export type Refused = 'settlement_not_found' | 'payout_not_failed' | 'terms_missing' | 'on_hold';
export type RetriedPayouts =
  | { readonly outcome: 'retried'; readonly payouts: number }
  | { readonly outcome: 'refused'; readonly code: Refused };

/**
 * Tries the parts of a batch whose payout failed or came back again, under new numbers and for the account agreed now.
 * A payout of which nobody knows what became of it is not among them.
 */
export function retryPayouts(
  db: Database,
  retry: {
    readonly settlementId: string;
    readonly newId: () => string;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<RetriedPayouts> {
  const { settlementId, newId, actor, now } = retry;
  return inTransaction<RetriedPayouts>(db, async (transaction) => {
    const settlement = await lockSettlement(transaction, settlementId);
    if (settlement === undefined) return { outcome: 'refused', code: 'settlement_not_found' };
    const failed = failedOf(await payoutsOf(transaction, settlementId));
    if (failed.length === 0) return { outcome: 'refused', code: 'payout_not_failed' };
    const terms = await getSettlementTerms(transaction, settlement.merchantId);
    if (terms === undefined) return { outcome: 'refused', code: 'terms_missing' };
    if (terms.holdReason !== null) return { outcome: 'refused', code: 'on_hold' };
    await addPayouts(
      transaction,
      failed.map((payout) => ({ ...requested({ id: newId(), terms, now }), ...nextTry(payout) })),
    );
    await followPayouts(transaction, settlement, { reason: 'retried', actor, now });
    return { outcome: 'retried', payouts: failed.length };
  });
}

export type PaidByHand =
  | { readonly outcome: 'paid'; readonly amountFen: number }
  | { readonly outcome: 'refused'; readonly code: 'settlement_not_found' | 'settlement_not_payable' };

/**
 * Records that a person paid what no gateway has paid or may still pay: the whole of a batch without payouts, or the
 * parts that failed. `reference` is the bank's number of that payment.
 */
export function payByHand(
  db: Database,
  payment: {
    readonly settlementId: string;
    readonly reference: string;
    readonly newId: () => string;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<PaidByHand> {
  const { settlementId, reference, newId, actor, now } = payment;
  return inTransaction<PaidByHand>(db, async (transaction) => {
    const settlement = await lockSettlement(transaction, settlementId);
    if (settlement === undefined) return { outcome: 'refused', code: 'settlement_not_found' };
    const payouts = await payoutsOf(transaction, settlementId);
    const parts =
      payouts.length === 0
        ? [{ settlementId, part: 1, try: 1, amountFen: settlement.netFen }]
        : failedOf(payouts).map(nextTry);
    if (parts.length === 0) return { outcome: 'refused', code: 'settlement_not_payable' };
    const paid = parts.map((part) => ({
      ...part,
      id: newId(),
      merchantId: settlement.merchantId,
      source: 'bank' as const,
      payeeKind: null,
      payeeId: null,
      payeeName: null,
      state: 'paid' as const,
      billNumber: reference,
      createdAt: now,
      sentAt: now,
      paidAt: now,
      nextAt: null,
    }));
    await addPayouts(transaction, paid, actor);
    for (const payout of paid) await bookPayout(transaction, { ...payout, settlementId }, 'paid', now);
    await followPayouts(transaction, settlement, { reason: 'paid_by_hand', actor, now });
    return { outcome: 'paid', amountFen: parts.reduce((sum, part) => sum + part.amountFen, 0) };
  });
}

const failedOf = (payouts: readonly PayoutRow[]): readonly PayoutRow[] =>
  newestOfParts(payouts).filter(({ state }) => state === 'failed' || state === 'returned');

const nextTry = (payout: PayoutRow) => ({
  settlementId: payout.settlementId,
  part: payout.part,
  try: payout.try + 1,
  amountFen: payout.amountFen,
});

const requested = ({ id, terms, now }: { id: string; terms: SettlementTermsRow; now: Date }) => ({
  id,
  merchantId: terms.merchantId,
  source: terms.gateway,
  payeeKind: terms.payeeKind,
  payeeId: terms.payeeId,
  payeeName: terms.payeeName,
  state: 'requested' as const,
  billNumber: null,
  createdAt: now,
  sentAt: null,
  paidAt: null,
  nextAt: now,
});

type NewPayout = Omit<PayoutRow, 'queries' | 'confirmation' | 'refusal' | 'failureReason' | 'cashbackId'>;

async function addPayouts(
  transaction: Database,
  payouts: readonly NewPayout[],
  actor = 'system',
): Promise<void> {
  await transaction
    .insertInto('payouts')
    .values([...payouts])
    .execute();
  await addSettlementHistory(
    transaction,
    ...payouts.map((payout) => ({
      merchantId: payout.merchantId,
      subject: 'payout' as const,
      subjectId: payout.id,
      fromState: null,
      toState: payout.state,
      reason: payout.state === 'paid' ? `paid_by_hand: ${payout.billNumber}` : 'prepared',
      actor,
      at: payout.createdAt,
    })),
  );
}
