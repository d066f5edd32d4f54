import { sql, type Selectable } from 'kysely';

import { inTransaction, type Database } from '../database';
import { addRiskAudit } from './audit';
import type { RiskListedTable } from './tables';

export type RiskListedRow = Selectable<RiskListedTable>;
type ListedName = Pick<RiskListedRow, 'subject' | 'name' | 'list'>;

/** Names that a list shows at once. */
const SHOWN_MAX = 200;

/** Names on lists, the newest first; at most 200, of those that begin as asked. */
export const listedNames = (
  db: Database,
  question: { readonly list?: RiskListedRow['list'] | undefined; readonly name?: string | undefined },
): Promise<readonly RiskListedRow[]> => {
  let rows = db.selectFrom('riskListed').selectAll().orderBy('addedAt', 'desc').orderBy('name');
  if (question.list !== undefined) rows = rows.where('list', '=', question.list);
  if (question.name !== undefined) rows = rows.where(sql<boolean>`starts_with(name, ${question.name})`);
  return rows.limit(SHOWN_MAX).execute();
};

/** Puts a name on a list, from the next event on. A name that is there keeps its newest note. */
export function putOnList(
  db: Database,
  entry: ListedName & {
    readonly caseId: string | null;
    readonly operator: string;
    readonly note: string;
    readonly now: Date;
  },
): Promise<void> {
  const { now, ...columns } = entry;
  return inTransaction(db, async (transaction) => {
    await transaction
      .insertInto('riskListed')
      .values({ ...columns, addedAt: now })
      .onConflict((conflict) =>
        conflict.columns(['subject', 'name', 'list']).doUpdateSet({
          caseId: columns.caseId,
          operator: columns.operator,
          note: columns.note,
          addedAt: now,
        }),
      )
      .execute();
    await addRiskAudit(transaction, audited(entry, 'listed'));
  });
}

/** Takes a name off a list; false where it is not on it. */
export function takeOffList(
  db: Database,
  entry: ListedName & { readonly operator: string; readonly note: string; readonly now: Date },
): Promise<boolean> {
  return inTransaction(db, async (transaction) => {
    const taken = await transaction
      .deleteFrom('riskListed')
      .where('subject', '=', entry.subject)
      .where('name', '=', entry.name)
      .where('list', '=', entry.list)
      .returning('name')
      .executeTakeFirst();
    if (taken === undefined) return false;
    await addRiskAudit(transaction, audited(entry, 'unlisted'));
    return true;
  });
}

const audited = (
  entry: ListedName & { readonly operator: string; readonly note: string; readonly now: Date },
  action: string,
) => ({
  subject: `${entry.list}:${entry.subject}:${entry.name}`,
  action,
  actor: `operator:${entry.operator}`,
  note: entry.note,
  contentHash: '',
  at: entry.now,
});
