import { sql, type Selectable } from 'kysely';

import type { Database } from '../database';
import type { RiskAuditTable } from './tables';

/** An arbitrary number that whoever adds to the trail locks, so that its rows follow one another. */
const AUDIT_LOCK = 3_524_580;

type RiskAuditRow = Selectable<RiskAuditTable>;

/** Adds to the trail of what people changed, chained to its last row, to the end of the transaction. */
export async function addRiskAudit(
  transaction: Database,
  entry: Pick<RiskAuditRow, 'subject' | 'action' | 'actor' | 'note' | 'contentHash' | 'at'>,
): Promise<void> {
  const { subject, action, actor, note, contentHash, at } = entry;
  await sql`select pg_advisory_xact_lock(${AUDIT_LOCK})`.execute(transaction);
  await sql`
    insert into risk_audit (subject, action, actor, note, content_hash, at, previous_hash, hash)
      select ${subject}, ${action}, ${actor}, ${note}, ${contentHash}, ${at}::timestamptz, previous.hash,
          risk_audit_hash(previous.hash, ${subject}, ${action}, ${actor}, ${note}, ${contentHash}, ${at}::timestamptz)
        from (select coalesce((select hash from risk_audit order by id desc limit 1), '') as hash) as previous`.execute(
    transaction,
  );
}
