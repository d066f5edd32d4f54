import type { SuccessDecision } from '../domain';
import { run, type Database } from './database';

export interface ReportedSuccess {
  readonly attemptId: string;
  /** The gateway's number; null where the total is zero, of which no gateway hears. */
  readonly transactionId: string | null;
  readonly totalFen: number;
  readonly succeededAt: Date;
  /** Who says so: the gateway unasked, the gateway asked, or the user alone where nothing is left to pay. */
  readonly source: 'notification' | 'query' | 'confirmation';
  readonly now: Date;
}

export type RecordedPayment = SuccessDecision['outcome'] | 'attempt_not_found';

const RECORD_PAYMENT = 'select record_payment($1, $2, $3, $4, $5, $6) as outcome';

/**
 * Records that a gateway received the money of an attempt, whatever the order makes of it: states, history, posting,
 * refund of what is not wanted, event. One round trip; recorded again it changes nothing.
 */
export async function recordPayment(
  db: Database,
  success: ReportedSuccess,
): Promise<{ readonly outcome: RecordedPayment }> {
  const { attemptId, transactionId, totalFen, succeededAt, source, now } = success;
  const [row] = await run<{ outcome: RecordedPayment }>(db, RECORD_PAYMENT, [
    attemptId,
    transactionId,
    totalFen,
    succeededAt,
    `paid_by_${source}`,
    now,
  ]);
  if (row === undefined) throw new Error('record_payment answered nothing');
  return row;
}

const RECORD_PAYMENTS = 'select record_payments($1, $2, $3, $4, $5, $6) as outcomes';

/**
 * Records many reports in one round trip and one transaction: each comes out as `recordPayment` would have it in the
 * order given. One that the database refuses fails them all.
 */
export async function recordPayments(
  db: Database,
  successes: readonly ReportedSuccess[],
): Promise<readonly RecordedPayment[]> {
  const [row] = await run<{ outcomes: readonly RecordedPayment[] }>(db, RECORD_PAYMENTS, [
    successes.map((success) => success.attemptId),
    successes.map((success) => success.transactionId),
    successes.map((success) => success.totalFen),
    successes.map((success) => success.succeededAt),
    successes.map((success) => `paid_by_${success.source}`),
    successes.map((success) => success.now),
  ]);
  if (row === undefined) throw new Error('record_payments answered nothing');
  return row.outcomes;
}
