import { sql } from 'kysely';

import type { SuccessDecision } from '../domain';
import type { Database } from './database';

export interface ReportedSuccess {
  readonly attemptId: string;
  /** The gateway's number. */
  readonly transactionId: string;
  readonly totalFen: number;
  readonly succeededAt: Date;
  readonly source: 'notification' | 'query';
  readonly now: Date;
}

export type RecordedPayment = SuccessDecision['outcome'] | 'attempt_not_found';

/**
 * Records that a gateway received the money of an attempt, whatever the order makes of it: states, history, posting,
 * refund of what is not wanted, event. One round trip; recorded again it changes nothing.
 */
export async function recordPayment(
  db: Database,
  success: ReportedSuccess,
): Promise<{ readonly outcome: RecordedPayment }> {
  const { attemptId, transactionId, totalFen, succeededAt, source, now } = success;
  const { rows } = await sql<{ outcome: RecordedPayment }>`
    select record_payment(${attemptId}, ${transactionId}, ${totalFen}, ${succeededAt}, ${`paid_by_${source}`}, ${now})
      as outcome`.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error('record_payment answered nothing');
  return row;
}
