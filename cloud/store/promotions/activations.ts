import { sql } from 'kysely';

import type { Database } from '../database';
import type { RuleActivationRow } from '../rules';

/** From when on a promotion gives what a version says; with none it is stopped. */
export type PromotionActivationRow = Omit<RuleActivationRow, 'subjectId'> & { readonly promotionId: string };

/** An activation as promotions call it. */
export const asPromotionActivation = ({
  subjectId: promotionId,
  ...activation
}: RuleActivationRow): PromotionActivationRow => ({ ...activation, promotionId });

/** An activation of a version. */
export type PromotionLiveRow = PromotionActivationRow & { readonly versionId: string };

/**
 * For each promotion whose end has not come by `endsAfter` the activation that is in force at an instant, and those that are
 * set to follow, oldest first. Those that were stopped are left out.
 */
export async function promotionActivationsFrom(
  db: Database,
  { now, endsAfter }: { readonly now: Date; readonly endsAfter: Date },
): Promise<readonly PromotionLiveRow[]> {
  const { rows } = await sql<PromotionLiveRow>`
    select activation.id, activation.promotion_id, activation.version_id, activation.live_from
      from promotion_activations as activation join promotion_versions as version on version.id = version_id
      where withdrawn_at is null
        and coalesce((terms ->> 'endsAtMs')::bigint > ${endsAfter.getTime()}::bigint, true)
        and (live_from > ${now} or not exists (
          select from promotion_activations as later
            where later.promotion_id = activation.promotion_id and later.withdrawn_at is null
              and later.live_from <= ${now}
              and (later.live_from, later.made_at, later.id)
                > (activation.live_from, activation.made_at, activation.id)))
      order by live_from, made_at, activation.id`.execute(db);
  return rows;
}
