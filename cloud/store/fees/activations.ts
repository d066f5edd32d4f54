import type { FeeRuleSet } from '../../domain';
import type { Database } from '../database';

/** From when on a set of rules is live, until another is. */
export interface FeeActivationRow {
  readonly id: string;
  readonly ruleSetId: string;
  readonly liveFrom: Date;
}

/** Sets a time at which rules go live. The caller holds `lockFeeRules`. */
export async function addActivation(
  transaction: Database,
  activation: FeeActivationRow & { readonly now: Date },
): Promise<void> {
  const { now, ...columns } = activation;
  await transaction
    .insertInto('feeActivations')
    .values({ ...columns, madeAt: now, withdrawnAt: null })
    .execute();
}

/** Takes back what makes a set of rules live from `soonest` on; false where nothing does, or it is earlier. */
export async function withdrawActivation(
  transaction: Database,
  withdrawal: { readonly ruleSetId: string; readonly soonest: Date; readonly now: Date },
): Promise<boolean> {
  const withdrawn = await transaction
    .updateTable('feeActivations')
    .set({ withdrawnAt: withdrawal.now })
    .where('ruleSetId', '=', withdrawal.ruleSetId)
    .where('withdrawnAt', 'is', null)
    .where('liveFrom', '>=', withdrawal.soonest)
    .returning('id')
    .execute();
  return withdrawn.length > 0;
}

/** What is live at an instant and what is set to go live after it, oldest first. */
export function activationsFrom(db: Database, now: Date): Promise<readonly FeeActivationRow[]> {
  return db
    .selectFrom('feeActivations')
    .select(['id', 'ruleSetId', 'liveFrom'])
    .where('withdrawnAt', 'is', null)
    .where('liveFrom', '>=', (eb) =>
      eb
        .selectFrom('feeActivations')
        .select((inner) => inner.fn.max('liveFrom').as('liveFrom'))
        .where('withdrawnAt', 'is', null)
        .where('liveFrom', '<=', now),
    )
    .orderBy('liveFrom')
    .orderBy('madeAt')
    .orderBy('id')
    .execute();
}

/** Every time at which a set of rules went live or will. */
export function activationsOf(db: Database, ruleSetId: string): Promise<readonly FeeActivationRow[]> {
  return db
    .selectFrom('feeActivations')
    .select(['id', 'ruleSetId', 'liveFrom'])
    .where('ruleSetId', '=', ruleSetId)
    .where('withdrawnAt', 'is', null)
    .orderBy('liveFrom')
    .orderBy('madeAt')
    .execute();
}

/** The rules of some sets, by the sets' ids. Approved rules never change, so they may be kept. */
export async function feeRulesOf(
  db: Database,
  ruleSetIds: readonly string[],
): Promise<ReadonlyMap<string, FeeRuleSet>> {
  if (ruleSetIds.length === 0) return new Map();
  const sets = await db
    .selectFrom('feeRuleSets')
    .select(['id', 'version', 'rules'])
    .where('id', 'in', [...ruleSetIds])
    .execute();
  return new Map(sets.map(({ id, version, rules }) => [id, { version, rules }]));
}
