import { v5 as uuidv5 } from 'uuid';

import {
  canPayoutMove,
  fen,
  isPayoutOpen,
  payoutPosting,
  payoutReturnPosting,
  type PayoutState,
} from '../domain';
import { inTransaction, type Database } from './database';
import { addPosting } from './postings';
import { lockCashbackOf } from './promotions/cashbacks';
import { addSettlementHistory } from './settlement-history';
import { followPayouts, type PayoutRow } from './settlement-states';

/** How long and how often a payout is looked at after it was paid, because it may come back. */
const RETURN_CHECK_MS = 86_400_000;
const RETURN_CHECKED_FOR_MS = 3 * RETURN_CHECK_MS;

/**
 * Records that a payout is about to be sent, before its gateway hears of it. From then on only a query under its number
 * tells what became of it. False where it needs no sending any more.
 */
export function recordPayoutSending(
  db: Database,
  sending: { readonly payoutId: string; readonly now: Date },
): Promise<boolean> {
  return changePayout(db, sending.payoutId, async (transaction, payout) => {
    if (!isPayoutOpen(payout.state)) return false;
    await transaction
      .updateTable('payouts')
      .set({ state: 'unknown', sentAt: sending.now, refusal: null })
      .where('id', '=', payout.id)
      .execute();
    if (payout.state !== 'unknown') {
      await movedPayout(transaction, payout, 'unknown', { reason: 'sending', now: sending.now });
    }
    return true;
  }).then((sent) => sent ?? false);
}

/** Keeps why a gateway refused a payout that is open: whether it has failed is told by a query, later. */
export async function recordPayoutRefusal(
  db: Database,
  refused: { readonly payoutId: string; readonly refusal: string },
): Promise<void> {
  await db
    .updateTable('payouts')
    .set({ refusal: refused.refusal.slice(0, 100) })
    .where('id', '=', refused.payoutId)
    .where('state', '=', 'unknown')
    .execute();
}

export interface ReportedPayoutState {
  readonly payoutId: string;
  readonly state: 'processing' | 'awaiting_payee' | 'paid' | 'failed' | 'returned';
  readonly billNumber: string | undefined;
  readonly confirmation: string | undefined;
  readonly amountFen: number | undefined;
  /** The gateway's reason where it failed or came back. */
  readonly reason: string | undefined;
  readonly source: 'notification' | 'query' | 'answer';
  readonly now: Date;
}

export type RecordedPayout = 'recorded' | 'unchanged' | 'amount_mismatch' | 'contradiction' | 'not_found';

/**
 * Records how a gateway says a payout stands, with its posting once it is paid or came back; recorded again it changes
 * nothing. `contradiction`: the gateway says what cannot follow from what it said before, so nothing is changed and a
 * person must look.
 */
export async function recordPayout(db: Database, report: ReportedPayoutState): Promise<RecordedPayout> {
  const recorded = await changePayout<RecordedPayout>(
    db,
    report.payoutId,
    async (transaction, payout, of) => {
      if (report.amountFen !== undefined && report.amountFen !== payout.amountFen) return 'amount_mismatch';
      if (payout.state === report.state) {
        await keepConfirmation(transaction, payout, report);
        return 'unchanged';
      }
      // A report of before it was settled, overtaken on its way, says nothing new.
      const late = report.state === 'processing' || report.state === 'awaiting_payee';
      if (!isPayoutOpen(payout.state) && (late || payout.state === 'returned')) return 'unchanged';
      // What came back was paid first, though we may never have heard so.
      const way: readonly PayoutState[] =
        report.state === 'returned' && isPayoutOpen(payout.state) ? ['paid', 'returned'] : [report.state];
      let from = payout;
      for (const to of way) {
        if (!canPayoutMove(from.state === 'requested' ? 'unknown' : from.state, to)) return 'contradiction';
        await movePayout(transaction, of, from, to, report);
        from = { ...from, state: to };
      }
      await of.follow(report.state, report.now);
      return 'recorded';
    },
  );
  return recorded ?? 'not_found';
}

/** What the payee confirms with may come later than that it is waited for. */
async function keepConfirmation(
  transaction: Database,
  payout: PayoutRow,
  { state, confirmation }: ReportedPayoutState,
): Promise<void> {
  if (state !== 'awaiting_payee' || confirmation === undefined || payout.confirmation === confirmation)
    return;
  await transaction.updateTable('payouts').set({ confirmation }).where('id', '=', payout.id).execute();
}

async function movePayout(
  transaction: Database,
  of: PayoutOwner,
  payout: PayoutRow,
  to: PayoutState,
  report: ReportedPayoutState,
): Promise<void> {
  const { now } = report;
  const paid = to === 'paid' || to === 'returned';
  const settled = to === 'failed' || to === 'returned';
  await transaction
    .updateTable('payouts')
    .set({
      state: to,
      billNumber: report.billNumber ?? payout.billNumber,
      confirmation: to === 'awaiting_payee' ? (report.confirmation ?? payout.confirmation) : null,
      failureReason: settled ? (report.reason ?? payout.refusal ?? 'not told').slice(0, 200) : null,
      ...(paid && { paidAt: payout.paidAt ?? now }),
      ...(to === 'paid' && { nextAt: new Date(now.getTime() + RETURN_CHECK_MS) }),
      ...(settled && { nextAt: null }),
    })
    .where('id', '=', payout.id)
    .execute();
  await movedPayout(transaction, payout, to, { reason: `gateway_${report.source}`, now });
  if (paid) await of.book(payout, to, now);
}

/** The posting of a batch's payout that is paid, under its id, or of its coming back. */
export async function bookPayout(
  transaction: Database,
  payout: Pick<PayoutRow, 'id' | 'merchantId' | 'source' | 'amountFen'> & { readonly settlementId: string },
  to: 'paid' | 'returned',
  now: Date,
): Promise<void> {
  const { id, settlementId, merchantId, source } = payout;
  const amountFen = fen(payout.amountFen);
  const posting =
    to === 'paid'
      ? payoutPosting(merchantId, source, amountFen)
      : payoutReturnPosting(merchantId, source, amountFen);
  await addPosting(transaction, posting, {
    id: to === 'paid' ? id : uuidv5(posting.kind, id),
    orderId: settlementId,
    attemptId: id,
    now,
  });
}

/** Looks at a paid payout no more once it had the time to come back. */
export async function recordPayoutStands(
  db: Database,
  stands: { readonly payout: PayoutRow; readonly now: Date },
): Promise<void> {
  const { payout, now } = stands;
  const ageMs = now.getTime() - (payout.paidAt ?? now).getTime();
  const nextAt = ageMs >= RETURN_CHECKED_FOR_MS ? null : new Date(now.getTime() + RETURN_CHECK_MS);
  await db
    .updateTable('payouts')
    .set({ nextAt })
    .where('id', '=', payout.id)
    .where('state', '=', 'paid')
    .execute();
}

function movedPayout(
  transaction: Database,
  payout: PayoutRow,
  to: PayoutState,
  change: { readonly reason: string; readonly now: Date },
): Promise<void> {
  return addSettlementHistory(transaction, {
    merchantId: payout.merchantId,
    subject: 'payout',
    subjectId: payout.id,
    fromState: payout.state,
    toState: to,
    reason: change.reason,
    actor: change.reason === 'sending' ? 'system' : 'gateway',
    at: change.now,
  });
}

/** What a payout belongs to, locked: how it is booked, and what becomes of its owner. */
export interface PayoutOwner {
  book(payout: PayoutRow, to: 'paid' | 'returned', now: Date): Promise<void>;
  follow(state: PayoutState, now: Date): Promise<void>;
}

async function lockBatchOf(transaction: Database, payoutId: string): Promise<PayoutOwner | undefined> {
  const settlement = await transaction
    .selectFrom('settlements')
    .selectAll()
    .where('id', '=', (eb) => eb.selectFrom('payouts').select('settlementId').where('id', '=', payoutId))
    .forUpdate()
    .executeTakeFirst();
  if (settlement === undefined) return undefined;
  return {
    book: (payout, to, now) => bookPayout(transaction, { ...payout, settlementId: settlement.id }, to, now),
    follow: (state, now) =>
      followPayouts(transaction, settlement, { reason: `payout_${state}`, actor: 'gateway', now }),
  };
}

/** Changes a payout whose batch or cashback is locked; undefined where there is none. */
function changePayout<Result>(
  db: Database,
  payoutId: string,
  change: (transaction: Database, payout: PayoutRow, of: PayoutOwner) => Promise<Result>,
): Promise<Result | undefined> {
  return inTransaction(db, async (transaction) => {
    const of = (await lockBatchOf(transaction, payoutId)) ?? (await lockCashbackOf(transaction, payoutId));
    if (of === undefined) return undefined;
    // Read after the lock is held: what was read while waiting may have changed.
    const payout = await transaction
      .selectFrom('payouts')
      .selectAll()
      .where('id', '=', payoutId)
      .executeTakeFirstOrThrow();
    return change(transaction, payout, of);
  });
}
