import { canRuleMove, decideApproval, liveAt, type ApprovalRefusal } from '../../domain';
import { inTransaction, type Database } from '../database';
import { isRehearsed } from '../rehearsals';
import { activationsOf, addActivation, withdrawActivations } from './activations';
import { addRuleAudit, lockRules, type RuleAction } from './audit';
import type { RuleKind } from './tables';
import { audited, getVersion, versionsOf, type RuleChanger, type RuleVersion } from './versions';

/** Why a change of rules is refused. */
export type RuleRefusal =
  ApprovalRefusal | 'not_found' | 'not_draft' | 'not_scheduled' | 'not_live' | 'never_live';

/** A kind of rules: what its life asks for, and by which code each refusal is told. `Content` is what its versions say. */
export interface Rules<Content extends object, Code extends string> {
  readonly kind: RuleKind;
  /** Whether only what was run over past orders goes live. */
  readonly mustBeRehearsed: boolean;
  /** Whether putting a version into force again takes back what was set to follow. */
  readonly restoreEndsComing: boolean;
  /** Those that cannot come about are left out. */
  readonly codes: Readonly<Partial<Record<RuleRefusal, Code>>>;
  /** Part of the transaction that approves a version. */
  readonly onApproved?: (transaction: Database, version: RuleVersion<Content>) => Promise<void>;
}

/** A kind whose versions are all of one thing. */
export interface RuleSet<Content extends object, Code extends string> extends Rules<Content, Code> {
  readonly subjectId: string;
}

export type RuleChange<Content, Code> =
  | { readonly outcome: 'done'; readonly version: RuleVersion<Content> }
  | { readonly outcome: 'refused'; readonly code: Code };

/** A change of one version: the one named, or the newest of a subject. */
type Change = RuleChanger & ({ readonly versionId: string } | { readonly subjectId: string });

/** Replaces what a draft says. */
export const editVersion = <Content extends object, Code extends string>(
  db: Database,
  rules: Rules<Content, Code>,
  edit: Change & { readonly name?: string; readonly content: Content },
): Promise<RuleChange<Content, Code>> =>
  change(db, rules, edit, 'edited', async (transaction, version) => {
    if (version.state !== 'draft') return 'not_draft';
    const { name = version.name, content } = edit;
    await update(transaction, version, edit, { name, content: JSON.stringify(content) });
    return undefined;
  });

/** Hands a draft in for review, to go live at a time or, where that is null, as soon as it is approved. */
export const submitVersion = <Content extends object, Code extends string>(
  db: Database,
  rules: Rules<Content, Code>,
  submission: Change & { readonly liveFrom: (version: RuleVersion<Content>) => Date | null },
): Promise<RuleChange<Content, Code>> =>
  change(db, rules, submission, 'submitted', async (transaction, version) => {
    if (version.state !== 'draft') return 'not_draft';
    await update(transaction, version, submission, {
      state: 'review',
      liveFrom: submission.liveFrom(version),
    });
    return undefined;
  });

/** Lets a reviewed version go live: at the time it was handed in for, and not before `soonest`. */
export const approveVersion = <Content extends object, Code extends string>(
  db: Database,
  rules: Rules<Content, Code>,
  approval: Change & {
    readonly activationId: string;
    /** Hash of what the reviewer read. */
    readonly contentHash: string;
    readonly soonest: Date;
  },
): Promise<RuleChange<Content, Code>> =>
  change(db, rules, approval, 'approved', async (transaction, version) => {
    const { activationId, soonest, now } = approval;
    const refusal = decideApproval({
      state: version.state,
      reviewer: approval.operator,
      authors: version.authors,
      reviewedHash: approval.contentHash,
      contentHash: version.contentHash,
      rehearsed: !rules.mustBeRehearsed || (await isRehearsed(transaction, version)),
    });
    if (refusal !== undefined) return refusal;
    await transaction
      .updateTable('ruleVersions')
      .set({ state: 'approved', updatedAt: now })
      .where('id', '=', version.id)
      .execute();
    const wanted = version.liveFrom ?? soonest;
    const liveFrom = wanted > soonest ? wanted : soonest;
    await addActivation(transaction, { ...activationOf(rules, version), id: activationId, liveFrom, now });
    await rules.onApproved?.(transaction, version);
    return undefined;
  });

/** Sends a version under review back to be a draft. */
export const rejectVersion = <Content extends object, Code extends string>(
  db: Database,
  rules: Rules<Content, Code>,
  rejection: Change,
): Promise<RuleChange<Content, Code>> =>
  change(db, rules, rejection, 'rejected', async (transaction, version) => {
    if (version.state !== 'review') return 'not_in_review';
    await backToDraft(transaction, version, rejection.now);
    return undefined;
  });

/** Takes an approved version back before its time, to be a draft again. `soonest`: what begins before it stays. */
export const withdrawVersion = <Content extends object, Code extends string>(
  db: Database,
  rules: Rules<Content, Code>,
  withdrawal: Change & { readonly soonest: Date },
): Promise<RuleChange<Content, Code>> =>
  change(db, rules, withdrawal, 'withdrawn', async (transaction, version) => {
    const { soonest, now } = withdrawal;
    const { id: versionId, subjectId } = version;
    if (version.state !== 'approved') return 'not_scheduled';
    if (!(await withdrawActivations(transaction, { subjectId, versionId, soonest, now }))) {
      return 'not_scheduled';
    }
    await backToDraft(transaction, version, now);
    return undefined;
  });

/** Rollback: puts a version that was live before into force again, at `soonest`. */
export const restoreVersion = <Content extends object, Code extends string>(
  db: Database,
  rules: Rules<Content, Code>,
  restoration: Change & { readonly activationId: string; readonly soonest: Date },
): Promise<RuleChange<Content, Code>> =>
  change(db, rules, restoration, 'restored', async (transaction, version) => {
    const { activationId: id, soonest: liveFrom, now } = restoration;
    if (version.state !== 'approved') return 'never_live';
    if (rules.restoreEndsComing) {
      const { subjectId } = version;
      await withdrawActivations(transaction, { subjectId, soonest: justAfter(now), now });
    }
    await addActivation(transaction, { ...activationOf(rules, version), id, liveFrom, now });
    return undefined;
  });

/** Stops a subject at once, and what was set to follow; told of the version that was in force, or was to be. */
export const stopSubject = <Content extends object, Code extends string>(
  db: Database,
  rules: Rules<Content, Code>,
  stop: RuleChanger & { readonly subjectId: string; readonly activationId: string },
): Promise<RuleChange<Content, Code>> =>
  inTransaction(db, async (transaction): Promise<RuleChange<Content, Code>> => {
    const { subjectId, activationId: id, now } = stop;
    await lockRules(transaction, rules.kind);
    const activations = (await activationsOf(transaction, [subjectId])).map((activation) => ({
      ...activation,
      liveFromMs: activation.liveFrom.getTime(),
    }));
    const coming = activations.filter(({ liveFrom }) => liveFrom > now);
    const live = liveAt(activations, now.getTime());
    const versionId = live?.versionId ?? coming.at(-1)?.versionId;
    const version =
      versionId == null ? undefined : await getVersion<Content>(transaction, rules.kind, versionId);
    if (version === undefined) {
      const isKnown = (await versionsOf<Content>(transaction, rules.kind, subjectId)).length > 0;
      return refused(rules, isKnown ? 'not_live' : 'not_found');
    }
    await withdrawActivations(transaction, { subjectId, soonest: justAfter(now), now });
    const stopped = { ...activationOf(rules, version), versionId: null };
    await addActivation(transaction, { ...stopped, id, liveFrom: now, now });
    await addRuleAudit(transaction, audited(stop, version.id, 'stopped'));
    return { outcome: 'done', version };
  });

/** Says in the trail that a version is run over past orders; the note says over which. */
export const noteRehearsal = <Content extends object, Code extends string>(
  db: Database,
  rules: Rules<Content, Code>,
  rehearsal: Change,
): Promise<RuleChange<Content, Code>> =>
  change(db, rules, rehearsal, 'rehearsal_requested', () => Promise.resolve(undefined));

/** What is set for later than an instant, to the millisecond in which instants are told. */
const justAfter = (instant: Date): Date => new Date(instant.getTime() + 1);

const activationOf = <Content>(
  { kind }: { readonly kind: RuleKind },
  { id: versionId, subjectId }: RuleVersion<Content>,
) => ({ kind, subjectId, versionId });

function refused<Content extends object, Code extends string>(
  { kind, codes }: Rules<Content, Code>,
  refusal: RuleRefusal,
): { readonly outcome: 'refused'; readonly code: Code } {
  const code = codes[refusal];
  if (code === undefined) throw new Error(`${kind} are never refused as ${refusal}`);
  return { outcome: 'refused', code };
}

/** Changes one version while nobody else changes any of its kind, and says so in the trail; a refusal changes nothing. */
function change<Content extends object, Code extends string>(
  db: Database,
  rules: Rules<Content, Code>,
  changer: Change,
  action: RuleAction,
  work: (transaction: Database, version: RuleVersion<Content>) => Promise<RuleRefusal | undefined>,
): Promise<RuleChange<Content, Code>> {
  return inTransaction(db, async (transaction): Promise<RuleChange<Content, Code>> => {
    await lockRules(transaction, rules.kind);
    const version =
      'versionId' in changer
        ? await getVersion<Content>(transaction, rules.kind, changer.versionId)
        : (await versionsOf<Content>(transaction, rules.kind, changer.subjectId)).at(-1);
    if (version === undefined) return refused(rules, 'not_found');
    const refusal = await work(transaction, version);
    if (refusal !== undefined) return refused(rules, refusal);
    await addRuleAudit(transaction, audited(changer, version.id, action));
    return {
      outcome: 'done',
      version: (await getVersion<Content>(transaction, rules.kind, version.id)) ?? version,
    };
  });
}

async function update<Content>(
  transaction: Database,
  version: RuleVersion<Content>,
  { operator, now }: RuleChanger,
  values: {
    readonly state?: 'review';
    readonly name?: string;
    readonly content?: string;
    readonly liveFrom?: Date | null;
  },
): Promise<void> {
  const authors = version.authors.includes(operator) ? version.authors : [...version.authors, operator];
  await transaction
    .updateTable('ruleVersions')
    .set({ ...values, authors, updatedAt: now })
    .where('id', '=', version.id)
    .execute();
}

async function backToDraft<Content>(
  transaction: Database,
  version: RuleVersion<Content>,
  now: Date,
): Promise<void> {
  if (!canRuleMove(version.state, 'draft')) throw new Error(`rules do not go from ${version.state} to draft`);
  await transaction
    .updateTable('ruleVersions')
    .set({ state: 'draft', liveFrom: null, updatedAt: now })
    .where('id', '=', version.id)
    .execute();
}
