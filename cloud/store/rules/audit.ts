import { sql, type Selectable } from 'kysely';

import type { Database } from '../database';
import type { RuleAuditTable, RuleKind } from './tables';

/** What somebody did to a version. */
export type RuleAction =
  | 'created'
  | 'edited'
  | 'submitted'
  | 'approved'
  | 'rejected'
  | 'withdrawn'
  | 'stopped'
  | 'restored'
  | 'rehearsal_requested';

export type RuleAuditRow = Omit<Selectable<RuleAuditTable>, 'id' | 'kind' | 'subjectId' | 'previousHash'>;

/** Waits until nobody else changes rules of a kind, to the end of the transaction. */
export async function lockRules(transaction: Database, kind: RuleKind): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`rules of ${kind}`}, 0))`.execute(transaction);
}

/** Adds to the trail of a kind, chained to its last row. The caller holds `lockRules`. */
export async function addRuleAudit(
  transaction: Database,
  entry: {
    readonly versionId: string;
    readonly action: RuleAction;
    readonly actor: string;
    readonly note: string;
    readonly at: Date;
  },
): Promise<void> {
  const { versionId, action, actor, note, at } = entry;
  await sql`
    insert into rule_audit (kind, subject_id, version_id, action, actor, note, content_hash, at, previous_hash, hash)
      select kind, subject_id, version.id, ${action}, ${actor}, ${note}, content_hash, ${at}::timestamptz,
          previous.hash, rule_audit_hash(previous.hash, version.id, ${action}, ${actor}, ${note}, content_hash,
            ${at}::timestamptz)
        from rule_versions as version, lateral (
          select coalesce((
            select hash from rule_audit where rule_audit.kind = version.kind order by id desc limit 1), '') as hash
        ) as previous
        where version.id = ${versionId}`.execute(transaction);
}

/** What was done to some versions, oldest first. */
export function ruleAuditOf(db: Database, versionIds: readonly string[]): Promise<readonly RuleAuditRow[]> {
  return db
    .selectFrom('ruleAudit')
    .select(['versionId', 'action', 'actor', 'note', 'contentHash', 'at', 'hash'])
    .where('versionId', 'in', [...versionIds])
    .orderBy('id')
    .execute();
}
