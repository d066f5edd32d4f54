import type { Selectable } from 'kysely';

import { decidePromotionApproval, liveAt, type PromotionRefusal, type PromotionTerms } from '../../domain';
import { pageOf, readCursor, type Page } from '../cursor';
import { inTransaction, type Database } from '../database';
import { addPromotionActivation, promotionActivationsOf, withdrawComing } from './activations';
import { addPromotionAudit, lockPromotions, type PromotionAuditAction } from './audit';
import { openBudget } from './budgets';
import type { PromotionVersionsTable } from './tables';

/** A version of a promotion. */
export type PromotionVersionRow = Selectable<PromotionVersionsTable>;

export type PromotionChangeRefusal =
  | PromotionRefusal
  | 'promotion_not_found'
  | 'promotion_not_draft'
  | 'promotion_not_live'
  | 'promotion_never_live';

export type PromotionChange =
  | { readonly outcome: 'done'; readonly promotionId: string }
  | { readonly outcome: 'refused'; readonly code: PromotionChangeRefusal };

/** Who changes promotions, why, and when. */
export interface PromotionChanger {
  readonly operator: string;
  readonly note: string;
  readonly now: Date;
}

/** A change of one promotion. */
type Changed = PromotionChanger & { readonly promotionId: string };

/** The versions of a promotion, oldest first; none where there is no such promotion. */
export function versionsOf(db: Database, promotionId: string): Promise<readonly PromotionVersionRow[]> {
  return db
    .selectFrom('promotionVersions')
    .selectAll()
    .where('promotionId', '=', promotionId)
    .orderBy('version')
    .execute();
}

/** One version of any promotion; undefined where there is none of that id. */
export function versionOf(db: Database, versionId: string): Promise<PromotionVersionRow | undefined> {
  return db.selectFrom('promotionVersions').selectAll().where('id', '=', versionId).executeTakeFirst();
}

/** The newest version of every promotion, newest promotion first. Throws InvalidCursor. */
export async function listPromotions(
  db: Database,
  question: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<PromotionVersionRow>> {
  // A promotion's id is that of its first version.
  let rows = db
    .selectFrom('promotionVersions')
    .selectAll()
    .where('version', '=', (eb) =>
      eb
        .selectFrom('promotionVersions as newer')
        .select((inner) => inner.fn.max('newer.version').as('version'))
        .whereRef('newer.promotionId', '=', 'promotionVersions.promotionId'),
    )
    .orderBy('promotionId', 'desc');
  if (question.cursor !== undefined) rows = rows.where('promotionId', '<', readCursor(question.cursor));
  const found = await rows.limit(question.limit + 1).execute();
  const page = pageOf(
    found.map((version) => ({ id: version.promotionId, version })),
    question.limit,
  );
  return { items: page.items.map(({ version }) => version), nextCursor: page.nextCursor };
}

/** Begins a promotion with a draft of its first version, whose id is the promotion's. */
export function createPromotion(
  db: Database,
  draft: PromotionChanger & { readonly id: string; readonly terms: PromotionTerms },
): Promise<PromotionChange> {
  const { id, terms } = draft;
  return inTransaction(db, async (transaction): Promise<PromotionChange> => {
    await lockPromotions(transaction);
    await addVersion(transaction, { ...draft, promotionId: id, version: 1, terms });
    return { outcome: 'done', promotionId: id };
  });
}

/** Replaces the terms of a promotion's draft; where it has none, begins one as its next version. */
export const editPromotion = (
  db: Database,
  edit: Changed & { readonly newVersionId: string; readonly terms: PromotionTerms },
): Promise<PromotionChange> =>
  change(db, edit, async (transaction, versions) => {
    const newest = versions.at(-1);
    if (newest === undefined) return 'promotion_not_found';
    if (newest.state === 'review') return 'promotion_not_draft';
    if (newest.state === 'approved') {
      await addVersion(transaction, { ...edit, id: edit.newVersionId, version: newest.version + 1 });
      return undefined;
    }
    await updateVersion(transaction, newest, edit, { terms: JSON.stringify(edit.terms) });
    return { versionId: newest.id, action: 'edited' };
  });

/** Hands a draft in for review. `findings` of its terms speak against it, as the caller found them. */
export const submitPromotion = (db: Database, submission: Changed): Promise<PromotionChange> =>
  change(db, submission, async (transaction, versions) => {
    const draft = versions.at(-1);
    if (draft?.state !== 'draft') return 'promotion_not_draft';
    await updateVersion(transaction, draft, submission, { state: 'review' });
    return { versionId: draft.id, action: 'submitted' };
  });

/**
 * Lets a reviewed version go live, with a budget of its own: at the time at which its terms begin, not before `soonest`. The
 * version before stays live until then.
 */
export const approvePromotion = (
  db: Database,
  approval: Changed & {
    readonly activationId: string;
    /** Hash of the terms that the reviewer read. */
    readonly contentHash: string;
    readonly soonest: Date;
  },
): Promise<PromotionChange> =>
  change(db, approval, async (transaction, versions) => {
    const version = versions.at(-1);
    if (version === undefined) return 'promotion_not_found';
    const refusal = decidePromotionApproval({
      state: version.state,
      reviewer: approval.operator,
      authors: version.authors,
      reviewedHash: approval.contentHash,
      contentHash: version.contentHash,
    });
    if (refusal !== undefined) return refusal;
    await transaction
      .updateTable('promotionVersions')
      .set({ state: 'approved', updatedAt: approval.now })
      .where('id', '=', version.id)
      .execute();
    const startsAt = new Date(version.terms.startsAtMs ?? 0);
    await openBudget(transaction, version.id, version.terms.limits);
    await addPromotionActivation(transaction, {
      id: approval.activationId,
      promotionId: version.promotionId,
      versionId: version.id,
      liveFrom: startsAt > approval.soonest ? startsAt : approval.soonest,
      now: approval.now,
    });
    return { versionId: version.id, action: 'approved' };
  });

/** Sends a version under review back to be a draft. */
export const rejectPromotion = (db: Database, rejection: Changed): Promise<PromotionChange> =>
  change(db, rejection, async (transaction, versions) => {
    const version = versions.at(-1);
    if (version?.state !== 'review') return 'promotion_not_in_review';
    await transaction
      .updateTable('promotionVersions')
      .set({ state: 'draft', updatedAt: rejection.now })
      .where('id', '=', version.id)
      .execute();
    return { versionId: version.id, action: 'rejected' };
  });

/** Stops a promotion at once, and what was set to follow. Orders that were placed keep what they were promised. */
export const stopPromotion = (
  db: Database,
  stop: Changed & { readonly activationId: string },
): Promise<PromotionChange> =>
  change(db, stop, async (transaction, versions) => {
    const { promotionId, now } = stop;
    const activations = await promotionActivationsOf(transaction, [promotionId]);
    const coming = activations.filter(({ liveFrom }) => liveFrom > now);
    const live = liveAt(
      activations.map((activation) => ({ ...activation, liveFromMs: activation.liveFrom.getTime() })),
      now.getTime(),
    );
    const stopped = live?.versionId ?? coming.at(-1)?.versionId;
    const version = versions.find(({ id }) => id === stopped);
    if (version === undefined) return 'promotion_not_live';
    await withdrawComing(transaction, { promotionId, now });
    await addPromotionActivation(transaction, {
      id: stop.activationId,
      promotionId,
      versionId: null,
      liveFrom: now,
      now,
    });
    return { versionId: version.id, action: 'stopped' };
  });

/** Rollback: puts a version that was approved into force again, at `soonest`, with what is left of its budget. */
export const restorePromotion = (
  db: Database,
  restoration: Changed & {
    readonly version: number;
    readonly activationId: string;
    readonly soonest: Date;
  },
): Promise<PromotionChange> =>
  change(db, restoration, async (transaction, versions) => {
    const { promotionId, activationId, soonest, now } = restoration;
    const version = versions.find((one) => one.version === restoration.version);
    if (version?.state !== 'approved') return 'promotion_never_live';
    await withdrawComing(transaction, { promotionId, now });
    await addPromotionActivation(transaction, {
      id: activationId,
      promotionId,
      versionId: version.id,
      liveFrom: soonest,
      now,
    });
    return { versionId: version.id, action: 'restored' };
  });

/** Says in the trail that the newest version is run over past orders; the note says over which. */
export const notePromotionRehearsal = (db: Database, rehearsal: Changed): Promise<PromotionChange> =>
  change(db, rehearsal, (_, versions) => {
    const newest = versions.at(-1);
    return Promise.resolve(
      newest === undefined ? 'promotion_not_found' : { versionId: newest.id, action: 'rehearsal_requested' },
    );
  });

/** What was done to which version; undefined where that is in the trail already. */
type Done = { readonly versionId: string; readonly action: PromotionAuditAction } | undefined;

/** Changes one promotion while nobody else changes any, and says so in the trail; a refusal changes nothing. */
function change(
  db: Database,
  changer: Changed,
  work: (
    transaction: Database,
    versions: readonly PromotionVersionRow[],
  ) => Promise<PromotionChangeRefusal | Done>,
): Promise<PromotionChange> {
  const { promotionId, operator, note, now } = changer;
  return inTransaction(db, async (transaction): Promise<PromotionChange> => {
    await lockPromotions(transaction);
    const versions = await versionsOf(transaction, promotionId);
    if (versions.length === 0) return { outcome: 'refused', code: 'promotion_not_found' };
    const done = await work(transaction, versions);
    if (typeof done === 'string') return { outcome: 'refused', code: done };
    if (done !== undefined) {
      await addPromotionAudit(transaction, { ...done, actor: `operator:${operator}`, note, at: now });
    }
    return { outcome: 'done', promotionId };
  });
}

async function addVersion(
  transaction: Database,
  draft: Changed & { readonly id: string; readonly version: number; readonly terms: PromotionTerms },
): Promise<void> {
  const { id, promotionId, version, terms, operator, note, now } = draft;
  await transaction
    .insertInto('promotionVersions')
    .values({
      id,
      promotionId,
      version,
      state: 'draft',
      terms: JSON.stringify(terms),
      authors: [operator],
      createdAt: now,
      updatedAt: now,
    })
    .execute();
  await addPromotionAudit(transaction, {
    versionId: id,
    action: 'created',
    actor: `operator:${operator}`,
    note,
    at: now,
  });
}

async function updateVersion(
  transaction: Database,
  version: PromotionVersionRow,
  changer: PromotionChanger,
  values: { readonly state?: 'review'; readonly terms?: string },
): Promise<void> {
  await transaction
    .updateTable('promotionVersions')
    .set({
      ...values,
      authors: version.authors.includes(changer.operator)
        ? version.authors
        : [...version.authors, changer.operator],
      updatedAt: changer.now,
    })
    .where('id', '=', version.id)
    .execute();
}
