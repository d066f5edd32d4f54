import { sql } from 'kysely';
import { v5 as uuidv5 } from 'uuid';

import { adjustmentPosting, fen, gatewayFeePosting, isFeeAgreed, type Posting } from '../../domain';
import type { Database } from '../database';
import { addPosting } from '../postings';
import type { DifferenceRow } from './differences';

/** What the gateway holds more by its bill than by our books, in fen; negative for less. */
export function clearingGap(difference: DifferenceRow): number {
  const sign = difference.subject === 'refund' ? -1 : 1;
  const theirs = difference.billState === 'succeeded' ? (difference.billAmountFen ?? 0) : 0;
  const ours = difference.ourState === 'succeeded' ? (difference.ourAmountFen ?? 0) : 0;
  return sign * (theirs - ours);
}

/**
 * Books what a person decided about a difference: a fee as the gateway charged it, anything else by what the gateway's
 * books and ours differ, into suspense. False where there is nothing to book. The id follows from the difference's, so it
 * is booked once.
 */
export async function bookAdjustment(db: Database, difference: DifferenceRow, now: Date): Promise<boolean> {
  const posting = postingOf(difference);
  if (posting === undefined) return false;
  await book(db, difference, posting, now);
  return true;
}

/** Books the fee of a payment or refund that has been recorded since the bill was matched, where it is as agreed. */
export async function bookAgreedFee(
  db: Database,
  difference: DifferenceRow,
  fee: { readonly ratePpm: number; readonly now: Date },
): Promise<void> {
  const { subject, billAmountFen: amountFen, billFeeFen: feeFen } = difference;
  if (subject === 'fund' || amountFen === null || !feeFen) return;
  if (!isFeeAgreed(subject, { amountFen, feeFen }, fee.ratePpm)) return;
  await book(db, difference, gatewayFeePosting(difference.gateway, fen(feeFen)), fee.now);
}

async function book(db: Database, difference: DifferenceRow, posting: Posting, now: Date): Promise<void> {
  const orderId = difference.orderId ?? difference.id;
  const attemptId = difference.attemptId ?? difference.id;
  const id = await postingId(db, difference, posting);
  await addPosting(db, posting, { id, orderId, attemptId, now });
}

function postingOf(difference: DifferenceRow): Posting | undefined {
  if (difference.class === 'fee') {
    const { billFeeFen, ourFeeFen } = difference;
    // A fee booked before under another amount cannot be booked again: the rest goes to suspense.
    if (ourFeeFen === null)
      return billFeeFen ? gatewayFeePosting(difference.gateway, fen(billFeeFen)) : undefined;
    const moreFen = ourFeeFen - (billFeeFen ?? 0);
    return moreFen === 0 ? undefined : adjustmentPosting(difference.gateway, fen(moreFen));
  }
  // Sums of a day that differ are the sum of differences that each has a line of its own.
  if (difference.subject === 'fund') return undefined;
  const gapFen = clearingGap(difference);
  return gapFen === 0 ? undefined : adjustmentPosting(difference.gateway, fen(gapFen));
}

async function postingId(db: Database, difference: DifferenceRow, posting: Posting): Promise<string> {
  if (posting.kind !== 'gateway_fee') return uuidv5(posting.kind, difference.id);
  const { rows } = await sql<{ id: string }>`
    select derived_id('gateway_fee:' || ${difference.subject}::text || ':' || ${difference.subjectId}::text) as id`.execute(
    db,
  );
  if (rows[0] === undefined) throw new Error('derived_id answered nothing');
  return rows[0].id;
}
