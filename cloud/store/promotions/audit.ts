import { sql, type Selectable } from 'kysely';

import type { Database } from '../database';
import type { PromotionAuditTable } from './tables';

/** An arbitrary number that whoever changes promotions locks, so that changes follow one another. */
const PROMOTIONS_LOCK = 3_524_579;

/** What somebody did to a version of a promotion. */
export type PromotionAuditAction =
  | 'created'
  | 'edited'
  | 'submitted'
  | 'approved'
  | 'rejected'
  | 'stopped'
  | 'restored'
  | 'rehearsal_requested';

export type PromotionAuditRow = Omit<Selectable<PromotionAuditTable>, 'id' | 'previousHash'>;

/** Waits until nobody else changes promotions, to the end of the transaction. */
export async function lockPromotions(transaction: Database): Promise<void> {
  await sql`select pg_advisory_xact_lock(${PROMOTIONS_LOCK})`.execute(transaction);
}

/** Adds to the trail, chained to its last row. The caller holds `lockPromotions`. */
export async function addPromotionAudit(
  transaction: Database,
  entry: {
    readonly versionId: string;
    readonly action: PromotionAuditAction;
    readonly actor: string;
    readonly note: string;
    readonly at: Date;
  },
): Promise<void> {
  const { versionId, action, actor, note, at } = entry;
  await sql`
    insert into promotion_audit (promotion_id, version_id, action, actor, note, content_hash, at, previous_hash, hash)
      select promotion_id, id, ${action}, ${actor}, ${note}, content_hash, ${at}::timestamptz, previous.hash,
          fee_audit_hash(previous.hash, id, ${action}, ${actor}, ${note}, content_hash, ${at}::timestamptz)
        from promotion_versions,
          (select coalesce((select hash from promotion_audit order by id desc limit 1), '') as hash) as previous
        where id = ${versionId}`.execute(transaction);
}

/** What was done to a promotion, in all its versions, oldest first. */
export function promotionAuditOf(db: Database, promotionId: string): Promise<readonly PromotionAuditRow[]> {
  return db
    .selectFrom('promotionAudit')
    .select(['promotionId', 'versionId', 'action', 'actor', 'note', 'contentHash', 'at', 'hash'])
    .where('promotionId', '=', promotionId)
    .orderBy('id')
    .execute();
}
