import type { SuccessDecision } from '../domain';
import { run, type Database } from './database';
import { receivedApplied, receivedParameters, type ReceivedNotification } from './inbox';

export interface ReportedSuccess {
  readonly attemptId: string;
  /** The gateway's number; null where the total is zero, of which no gateway hears. */
  readonly transactionId: string | null;
  readonly totalFen: number;
  readonly succeededAt: Date;
  /** Who says so: the gateway unasked, the gateway asked, or the user alone where nothing is left to pay. */
  readonly source: 'notification' | 'query' | 'confirmation';
  /** The notification that said so; it is in the inbox, applied, with its effect or not at all. */
  readonly notification?: ReceivedNotification;
  readonly now: Date;
}

export type RecordedPayment = SuccessDecision['outcome'] | 'attempt_not_found';

const RECORD_PAYMENT = 'select record_payment($1, $2, $3, $4, $5, $6) as outcome';
const RECORD_NOTIFIED_PAYMENT = `with ${receivedApplied(7)} ${RECORD_PAYMENT}`;

/**
 * Records that a gateway received the money of an attempt, whatever the order makes of it: states, history, posting,
 * refund of what is not wanted, event. One round trip; recorded again it changes nothing.
 */
export async function recordPayment(
  db: Database,
  success: ReportedSuccess,
): Promise<{ readonly outcome: RecordedPayment }> {
  const { attemptId, transactionId, totalFen, succeededAt, source, notification, now } = success;
  const parameters = [attemptId, transactionId, totalFen, succeededAt, `paid_by_${source}`, now];
  const [row] = await run<{ outcome: RecordedPayment }>(
    db,
    notification === undefined ? RECORD_PAYMENT : RECORD_NOTIFIED_PAYMENT,
    notification === undefined ? parameters : [...parameters, ...receivedParameters([notification])],
  );
  if (row === undefined) throw new Error('record_payment answered nothing');
  return row;
}

const RECORD_PAYMENTS = `with ${receivedApplied(7)} select record_payments($1, $2, $3, $4, $5, $6) as outcomes`;

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
    ...receivedParameters(successes.flatMap(({ notification }) => notification ?? [])),
  ]);
  if (row === undefined) throw new Error('record_payments answered nothing');
  return row.outcomes;
}
