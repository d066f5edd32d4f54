import type { Selectable } from 'kysely';

import type { Database } from '../database';
import type { RiskCaseHistoryTable } from './tables';

export type RiskCaseHistoryRow = Selectable<RiskCaseHistoryTable>;

/** Says what happened to a case. */
export async function addCaseHistory(
  transaction: Database,
  entry: Pick<RiskCaseHistoryRow, 'caseId' | 'action' | 'actor' | 'note' | 'at'> & {
    /** The event that was found. */
    readonly event?: { readonly at: Date; readonly id: string };
  },
): Promise<void> {
  const { event, ...columns } = entry;
  await transaction
    .insertInto('riskCaseHistory')
    .values({ ...columns, eventAt: event?.at ?? null, eventId: event?.id ?? null })
    .execute();
}

/** What happened to a case, oldest first. */
export const caseHistory = (db: Database, caseId: string): Promise<readonly RiskCaseHistoryRow[]> =>
  db.selectFrom('riskCaseHistory').selectAll().where('caseId', '=', caseId).orderBy('id').execute();
