import type { Selectable } from 'kysely';

import type { Database } from './database';
import type { SettlementHistoryTable } from './settlement-schema';

/** One change of a merchant's terms, of a batch or of a payout. */
export type SettlementHistoryRow = Omit<Selectable<SettlementHistoryTable>, 'id'>;

/** Adds changes, inside the transaction that makes them. */
export async function addSettlementHistory(
  db: Database,
  ...changes: readonly SettlementHistoryRow[]
): Promise<void> {
  await db
    .insertInto('settlementHistory')
    .values([...changes])
    .execute();
}

/** What happened to some subjects of a merchant, in the order in which it did. */
export function settlementHistory(
  db: Database,
  question: { readonly merchantId: string; readonly subjectIds: readonly string[] },
): Promise<readonly SettlementHistoryRow[]> {
  return db
    .selectFrom('settlementHistory')
    .select(['merchantId', 'subject', 'subjectId', 'fromState', 'toState', 'reason', 'actor', 'at'])
    .where('merchantId', '=', question.merchantId)
    .where('subjectId', 'in', [...question.subjectIds])
    .orderBy('id')
    .execute();
}
