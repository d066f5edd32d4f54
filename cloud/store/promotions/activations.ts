import { sql } from 'kysely';

import type { Promotion, PromotionTerms } from '../../domain';
import type { Database } from '../database';

/** From when on a promotion gives what a version says; with none it is stopped. */
export interface PromotionActivationRow {
  readonly id: string;
  readonly promotionId: string;
  readonly versionId: string | null;
  readonly liveFrom: Date;
}

/** Sets a time from which on a version is live, or the promotion stopped. The caller holds `lockPromotions`. */
export async function addPromotionActivation(
  transaction: Database,
  activation: PromotionActivationRow & { readonly now: Date },
): Promise<void> {
  const { now, ...columns } = activation;
  await transaction
    .insertInto('promotionActivations')
    .values({ ...columns, madeAt: now, withdrawnAt: null })
    .execute();
}

/** Takes back what is set to happen to a promotion after now. */
export async function withdrawComing(
  transaction: Database,
  { promotionId, now }: { readonly promotionId: string; readonly now: Date },
): Promise<void> {
  await transaction
    .updateTable('promotionActivations')
    .set({ withdrawnAt: now })
    .where('promotionId', '=', promotionId)
    .where('withdrawnAt', 'is', null)
    .where('liveFrom', '>', now)
    .execute();
}

/** Every time at which a version of a promotion went live or will, or the promotion was stopped, in order. */
export function promotionActivationsOf(
  db: Database,
  promotionIds: readonly string[],
): Promise<readonly PromotionActivationRow[]> {
  return db
    .selectFrom('promotionActivations')
    .select(['id', 'promotionId', 'versionId', 'liveFrom'])
    .where('promotionId', 'in', [...promotionIds])
    .where('withdrawnAt', 'is', null)
    .orderBy('liveFrom')
    .orderBy('madeAt')
    .orderBy('id')
    .execute();
}

/** What went live, or was stopped, of any promotion before an instant, in order. */
export function promotionActivationsUntil(
  db: Database,
  until: Date,
): Promise<readonly PromotionActivationRow[]> {
  return db
    .selectFrom('promotionActivations')
    .select(['id', 'promotionId', 'versionId', 'liveFrom'])
    .where('liveFrom', '<', until)
    .where('withdrawnAt', 'is', null)
    .orderBy('liveFrom')
    .orderBy('madeAt')
    .orderBy('id')
    .execute();
}

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

/** Versions by their ids. Approved terms never change, so they may be kept. */
export async function promotionsOf(
  db: Database,
  versionIds: readonly string[],
): Promise<ReadonlyMap<string, Promotion>> {
  if (versionIds.length === 0) return new Map();
  const versions = await db
    .selectFrom('promotionVersions')
    .select(['id', 'promotionId', 'version', 'terms'])
    .where('id', 'in', [...versionIds])
    .execute();
  return new Map(
    versions.map(({ id, promotionId, version, terms }) => [
      id,
      { versionId: id, promotionId, version, terms: terms satisfies PromotionTerms },
    ]),
  );
}
