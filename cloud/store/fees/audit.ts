import { sql, type Selectable } from 'kysely';

import type { Database } from '../database';
import type { FeeRuleAuditTable } from './tables';

/** An arbitrary number that whoever changes fee rules locks, so that changes follow one another. */
const FEE_RULES_LOCK = 3_524_578;

/** What somebody did to a set of fee rules. */
export type FeeAuditAction =
  | 'created'
  | 'edited'
  | 'submitted'
  | 'approved'
  | 'rejected'
  | 'withdrawn'
  | 'restored'
  | 'rehearsal_requested';

export type FeeAuditRow = Omit<Selectable<FeeRuleAuditTable>, 'id' | 'previousHash'>;

/** Waits until nobody else changes fee rules, to the end of the transaction. */
export async function lockFeeRules(transaction: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(${FEE_RULES_LOCK})`.execute(transaction);
}

/** Adds to the trail, chained to its last row. The caller holds `lockFeeRules`. */
export async function addFeeAudit(
  transaction: Database,
  entry: {
    readonly ruleSetId: string;
    readonly action: FeeAuditAction;
    readonly actor: string;
    readonly note: string;
    readonly at: Date;
  },
): Promise<void> {
  const { ruleSetId, action, actor, note, at } = entry;
  await sql`
    insert into fee_rule_audit (rule_set_id, action, actor, note, content_hash, at, previous_hash, hash)
      select id, ${action}, ${actor}, ${note}, content_hash, ${at}::timestamptz, previous.hash,
          fee_audit_hash(previous.hash, id, ${action}, ${actor}, ${note}, content_hash, ${at}::timestamptz)
        from fee_rule_sets,
          (select coalesce((select hash from fee_rule_audit order by id desc limit 1), '') as hash) as previous
        where id = ${ruleSetId}`.execute(transaction);
}

/** What was done to a set of rules, oldest first. */
export function feeAuditOf(db: Database, ruleSetId: string): Promise<readonly FeeAuditRow[]> {
  return db
    .selectFrom('feeRuleAudit')
    .select(['ruleSetId', 'action', 'actor', 'note', 'contentHash', 'at', 'hash'])
    .where('ruleSetId', '=', ruleSetId)
    .orderBy('id')
    .execute();
}
