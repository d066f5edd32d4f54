import { sql, type Selectable } from 'kysely';

import { canRuleSetMove, decideApproval, type FeeRule, type RuleSetRefusal } from '../../domain';
import { pageOf, readCursor, type Page } from '../cursor';
import { inTransaction, type Database } from '../database';
import { isRehearsed } from '../rehearsals';
import { addActivation, withdrawActivation } from './activations';
import { addFeeAudit, lockFeeRules, type FeeAuditAction } from './audit';
import type { FeeRuleSetsTable } from './tables';

export type FeeRuleSetRow = Selectable<FeeRuleSetsTable>;

export type FeeRulesRefusal =
  | RuleSetRefusal
  | 'fee_rule_set_not_found'
  | 'fee_rules_not_draft'
  | 'fee_rules_not_scheduled'
  | 'fee_rules_never_live';

export type FeeRulesChange =
  | { readonly outcome: 'done'; readonly set: FeeRuleSetRow }
  | { readonly outcome: 'refused'; readonly code: FeeRulesRefusal };

/** Who changes fee rules, why, and when. */
export interface FeeRulesChanger {
  readonly operator: string;
  readonly note: string;
  readonly now: Date;
}

export function getFeeRuleSet(db: Database, ruleSetId: string): Promise<FeeRuleSetRow | undefined> {
  return db.selectFrom('feeRuleSets').selectAll().where('id', '=', ruleSetId).executeTakeFirst();
}

/** Sets of rules, newest first, without their rules. Throws InvalidCursor. */
export async function listFeeRuleSets(
  db: Database,
  question: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<Omit<FeeRuleSetRow, 'rules'>>> {
  let rows = db
    .selectFrom('feeRuleSets')
    .select([
      'id',
      'version',
      'name',
      'state',
      'contentHash',
      'authors',
      'liveFrom',
      'createdAt',
      'updatedAt',
    ])
    .orderBy('id', 'desc');
  if (question.cursor !== undefined) rows = rows.where('id', '<', readCursor(question.cursor));
  return pageOf(await rows.limit(question.limit + 1).execute(), question.limit);
}

/** Begins a draft, under the next version. */
export function createFeeRuleSet(
  db: Database,
  draft: FeeRulesChanger & {
    readonly id: string;
    readonly name: string;
    readonly rules: readonly FeeRule[];
  },
): Promise<FeeRuleSetRow> {
  const { id, name, rules, operator, now } = draft;
  return inTransaction(db, async (transaction) => {
    await lockFeeRules(transaction);
    const set = await transaction
      .insertInto('feeRuleSets')
      .values({
        id,
        name,
        version: sql<number>`(select coalesce(max(version), 0) + 1 from fee_rule_sets)`,
        state: 'draft',
        rules: JSON.stringify(rules),
        authors: [operator],
        liveFrom: null,
        createdAt: now,
        updatedAt: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await addFeeAudit(transaction, audited(draft, id, 'created'));
    return set;
  });
}

/** Replaces a draft's name and rules. */
export const editFeeRuleSet = (
  db: Database,
  edit: FeeRulesChanger & {
    readonly ruleSetId: string;
    readonly name: string;
    readonly rules: readonly FeeRule[];
  },
): Promise<FeeRulesChange> =>
  change(db, edit, 'edited', async (transaction, set) => {
    if (set.state !== 'draft') return 'fee_rules_not_draft';
    await update(transaction, set, edit, { name: edit.name, rules: JSON.stringify(edit.rules) });
    return undefined;
  });

/** Hands a draft in for review, to go live at a time or as soon as it is approved. */
export const submitFeeRuleSet = (
  db: Database,
  submission: FeeRulesChanger & { readonly ruleSetId: string; readonly liveFrom: Date | null },
): Promise<FeeRulesChange> =>
  change(db, submission, 'submitted', async (transaction, set) => {
    if (set.state !== 'draft') return 'fee_rules_not_draft';
    await update(transaction, set, submission, { state: 'review', liveFrom: submission.liveFrom });
    return undefined;
  });

/** Lets reviewed rules go live: at the time they were handed in for, and not before `soonest`. */
export const approveFeeRuleSet = (
  db: Database,
  approval: FeeRulesChanger & {
    readonly ruleSetId: string;
    readonly activationId: string;
    /** Hash of the rules that the reviewer read. */
    readonly contentHash: string;
    readonly soonest: Date;
  },
): Promise<FeeRulesChange> =>
  change(db, approval, 'approved', async (transaction, set) => {
    const refusal = decideApproval({
      state: set.state,
      reviewer: approval.operator,
      authors: set.authors,
      reviewedHash: approval.contentHash,
      contentHash: set.contentHash,
      rehearsed: await isRehearsed(transaction, set),
    });
    if (refusal !== undefined) return refusal;
    await transaction
      .updateTable('feeRuleSets')
      .set({ state: 'approved', updatedAt: approval.now })
      .where('id', '=', set.id)
      .execute();
    const wanted = set.liveFrom ?? approval.soonest;
    await addActivation(transaction, {
      id: approval.activationId,
      ruleSetId: set.id,
      liveFrom: wanted > approval.soonest ? wanted : approval.soonest,
      now: approval.now,
    });
    return undefined;
  });

/** Sends rules under review back to be a draft. */
export const rejectFeeRuleSet = (
  db: Database,
  rejection: FeeRulesChanger & { readonly ruleSetId: string },
): Promise<FeeRulesChange> =>
  change(db, rejection, 'rejected', async (transaction, set) => {
    if (set.state !== 'review') return 'fee_rules_not_in_review';
    await backToDraft(transaction, set, rejection.now);
    return undefined;
  });

/** Takes approved rules back before their time, to be a draft again. `soonest`: what begins before it stays. */
export const withdrawFeeRuleSet = (
  db: Database,
  withdrawal: FeeRulesChanger & { readonly ruleSetId: string; readonly soonest: Date },
): Promise<FeeRulesChange> =>
  change(db, withdrawal, 'withdrawn', async (transaction, set) => {
    const { soonest, now } = withdrawal;
    if (set.state !== 'approved') return 'fee_rules_not_scheduled';
    if (!(await withdrawActivation(transaction, { ruleSetId: set.id, soonest, now }))) {
      return 'fee_rules_not_scheduled';
    }
    await backToDraft(transaction, set, now);
    return undefined;
  });

/** Rollback: puts rules that were live before into force again, at `soonest`. */
export const restoreFeeRuleSet = (
  db: Database,
  restoration: FeeRulesChanger & {
    readonly ruleSetId: string;
    readonly activationId: string;
    readonly soonest: Date;
  },
): Promise<FeeRulesChange> =>
  change(db, restoration, 'restored', async (transaction, set) => {
    const { activationId, soonest, now } = restoration;
    const live = await transaction
      .selectFrom('feeActivations')
      .select('id')
      .where('ruleSetId', '=', set.id)
      .where('withdrawnAt', 'is', null)
      .where('liveFrom', '<=', now)
      .limit(1)
      .executeTakeFirst();
    if (live === undefined) return 'fee_rules_never_live';
    await addActivation(transaction, { id: activationId, ruleSetId: set.id, liveFrom: soonest, now });
    return undefined;
  });

/** Says in the trail that a set is run over past orders; the note says over which. */
export const noteFeeRehearsal = (
  db: Database,
  rehearsal: FeeRulesChanger & { readonly ruleSetId: string },
): Promise<FeeRulesChange> => change(db, rehearsal, 'rehearsal_requested', () => Promise.resolve(undefined));

const audited = (changer: FeeRulesChanger, ruleSetId: string, action: FeeAuditAction) => ({
  ruleSetId,
  action,
  actor: `operator:${changer.operator}`,
  note: changer.note,
  at: changer.now,
});

/** Changes one set while nobody else changes any, and says so in the trail; a refusal changes nothing. */
function change(
  db: Database,
  changer: FeeRulesChanger & { readonly ruleSetId: string },
  action: FeeAuditAction,
  work: (transaction: Database, set: FeeRuleSetRow) => Promise<FeeRulesRefusal | undefined>,
): Promise<FeeRulesChange> {
  const { ruleSetId } = changer;
  return inTransaction(db, async (transaction): Promise<FeeRulesChange> => {
    await lockFeeRules(transaction);
    const set = await getFeeRuleSet(transaction, ruleSetId);
    if (set === undefined) return { outcome: 'refused', code: 'fee_rule_set_not_found' };
    const code = await work(transaction, set);
    if (code !== undefined) return { outcome: 'refused', code };
    await addFeeAudit(transaction, audited(changer, ruleSetId, action));
    const changed = await getFeeRuleSet(transaction, ruleSetId);
    return { outcome: 'done', set: changed ?? set };
  });
}

async function update(
  transaction: Database,
  set: FeeRuleSetRow,
  changer: FeeRulesChanger,
  values: {
    readonly state?: 'review';
    readonly name?: string;
    readonly rules?: string;
    readonly liveFrom?: Date | null;
  },
): Promise<void> {
  const authors = set.authors.includes(changer.operator) ? set.authors : [...set.authors, changer.operator];
  await transaction
    .updateTable('feeRuleSets')
    .set({ ...values, authors, updatedAt: changer.now })
    .where('id', '=', set.id)
    .execute();
}

async function backToDraft(transaction: Database, set: FeeRuleSetRow, now: Date): Promise<void> {
  if (!canRuleSetMove(set.state, 'draft')) throw new Error(`rules do not go from ${set.state} to draft`);
  await transaction
    .updateTable('feeRuleSets')
    .set({ state: 'draft', liveFrom: null, updatedAt: now })
    .where('id', '=', set.id)
    .execute();
}
