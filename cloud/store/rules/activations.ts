import type { Database } from '../database';
import type { RuleKind } from './tables';

/** From when on a version is in force, until another is; with none what it is of is stopped. */
export interface RuleActivationRow {
  readonly id: string;
  readonly subjectId: string;
  readonly versionId: string | null;
  readonly liveFrom: Date;
}

/** Sets a time from which on a version is in force, or nothing. The caller holds `lockRules`. */
export async function addActivation(
  transaction: Database,
  activation: RuleActivationRow & { readonly kind: RuleKind; readonly now: Date },
): Promise<void> {
  const { now, ...columns } = activation;
  await transaction
    .insertInto('ruleActivations')
    .values({ ...columns, madeAt: now, withdrawnAt: null })
    .execute();
}

/** Takes back what is set to happen from `soonest` on, of one version or of all of a subject; whether there was anything. */
export async function withdrawActivations(
  transaction: Database,
  withdrawal: {
    readonly subjectId: string;
    readonly versionId?: string;
    readonly soonest: Date;
    readonly now: Date;
  },
): Promise<boolean> {
  let coming = transaction
    .updateTable('ruleActivations')
    .set({ withdrawnAt: withdrawal.now })
    .where('subjectId', '=', withdrawal.subjectId)
    .where('withdrawnAt', 'is', null)
    .where('liveFrom', '>=', withdrawal.soonest);
  if (withdrawal.versionId !== undefined) coming = coming.where('versionId', '=', withdrawal.versionId);
  return (await coming.returning('id').execute()).length > 0;
}

const activations = (db: Database) =>
  db
    .selectFrom('ruleActivations')
    .select(['id', 'subjectId', 'versionId', 'liveFrom'])
    .where('withdrawnAt', 'is', null)
    .orderBy('liveFrom')
    .orderBy('madeAt')
    .orderBy('id');

/** What is in force of a subject at an instant and what is set to follow, oldest first. */
export const activationsFrom = (
  db: Database,
  { subjectId, now }: { readonly subjectId: string; readonly now: Date },
): Promise<readonly RuleActivationRow[]> =>
  activations(db)
    .where('subjectId', '=', subjectId)
    .where('liveFrom', '>=', (eb) =>
      eb
        .selectFrom('ruleActivations')
        .select((inner) => inner.fn.coalesce(inner.fn.max('liveFrom'), inner.val(new Date(0))).as('liveFrom'))
        .where('subjectId', '=', subjectId)
        .where('withdrawnAt', 'is', null)
        .where('liveFrom', '<=', now),
    )
    .execute();

/** Every time at which something of some subjects went into force, was stopped, or will be, in order. */
export const activationsOf = (
  db: Database,
  subjectIds: readonly string[],
): Promise<readonly RuleActivationRow[]> =>
  activations(db)
    .where('subjectId', 'in', [...subjectIds])
    .execute();

/** The same of all subjects of a kind, before an instant. */
export const activationsUntil = (
  db: Database,
  { kind, until }: { readonly kind: RuleKind; readonly until: Date },
): Promise<readonly RuleActivationRow[]> =>
  activations(db).where('kind', '=', kind).where('liveFrom', '<', until).execute();
