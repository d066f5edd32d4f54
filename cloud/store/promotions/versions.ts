import type { Promotion, PromotionTerms } from '../../domain';
import { pageOf, readCursor, type Page } from '../cursor';
import { inTransaction, type Database } from '../database';
import * as rules from '../rules';
import { openBudget } from './budgets';

/** A version of a promotion, whose id is that of its subject. */
export type PromotionVersionRow = Omit<rules.RuleVersion<PromotionTerms>, 'content' | 'subjectId'> & {
  readonly promotionId: string;
  readonly terms: PromotionTerms;
};

export type PromotionChangeRefusal =
  | 'promotion_not_found'
  | 'promotion_not_draft'
  | 'promotion_not_in_review'
  | 'promotion_changed'
  | 'promotion_review_needs_second_person'
  | 'promotion_not_live'
  | 'promotion_never_live';

/** Promotions: each version has a budget of its own, and can be stopped at once. */
export const PROMOTIONS: rules.Rules<PromotionTerms, PromotionChangeRefusal> = {
  kind: 'promotion',
  mustBeRehearsed: false,
  restoreEndsComing: true,
  codes: {
    not_found: 'promotion_not_found',
    not_draft: 'promotion_not_draft',
    not_in_review: 'promotion_not_in_review',
    changed: 'promotion_changed',
    needs_second_person: 'promotion_review_needs_second_person',
    not_live: 'promotion_not_live',
    never_live: 'promotion_never_live',
  },
  onApproved: (transaction, { id, content }) => openBudget(transaction, id, content.limits),
};

export type PromotionChange =
  | { readonly outcome: 'done'; readonly promotionId: string }
  | { readonly outcome: 'refused'; readonly code: PromotionChangeRefusal };

/** A change of one promotion: by whom, why, and when. */
type Changed = rules.RuleChanger & { readonly promotionId: string };

const asPromotion = ({
  content: terms,
  subjectId: promotionId,
  ...version
}: rules.RuleVersion<PromotionTerms>): PromotionVersionRow => ({ ...version, promotionId, terms });

async function told(
  change: Promise<rules.RuleChange<PromotionTerms, PromotionChangeRefusal>>,
): Promise<PromotionChange> {
  const done = await change;
  return done.outcome === 'refused' ? done : { outcome: 'done', promotionId: done.version.subjectId };
}

/** The versions of a promotion, oldest first; none where there is no such promotion. */
export async function versionsOf(db: Database, promotionId: string): Promise<readonly PromotionVersionRow[]> {
  return (await rules.versionsOf<PromotionTerms>(db, PROMOTIONS.kind, promotionId)).map(asPromotion);
}

/** One version of any promotion; undefined where there is none of that id. */
export async function versionOf(db: Database, versionId: string): Promise<PromotionVersionRow | undefined> {
  const version = await rules.getVersion<PromotionTerms>(db, PROMOTIONS.kind, versionId);
  return version && asPromotion(version);
}

/** Versions by their ids. Approved terms never change, so they may be kept. */
export async function promotionsOf(
  db: Database,
  versionIds: readonly string[],
): Promise<ReadonlyMap<string, Promotion>> {
  const versions = await rules.versionsById<PromotionTerms>(db, PROMOTIONS.kind, versionIds);
  return new Map(
    [...versions.values()].map(({ id, subjectId, version, content }) => [
      id,
      { versionId: id, promotionId: subjectId, version, terms: content },
    ]),
  );
}

/** The newest version of every promotion, newest promotion first. Throws InvalidCursor. */
export async function listPromotions(
  db: Database,
  question: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<PromotionVersionRow>> {
  // A promotion's id is that of its first version.
  let newest = db
    .selectFrom('ruleVersions')
    .select('id')
    .where('kind', '=', PROMOTIONS.kind)
    .where('version', '=', (eb) =>
      eb
        .selectFrom('ruleVersions as newer')
        .select((inner) => inner.fn.max('newer.version').as('version'))
        .whereRef('newer.subjectId', '=', 'ruleVersions.subjectId'),
    )
    .orderBy('subjectId', 'desc');
  if (question.cursor !== undefined) newest = newest.where('subjectId', '<', readCursor(question.cursor));
  const ids = (await newest.limit(question.limit + 1).execute()).map(({ id }) => id);
  const versions = await rules.versionsById<PromotionTerms>(db, PROMOTIONS.kind, ids);
  const found = ids.flatMap((id) => {
    const version = versions.get(id);
    return version === undefined ? [] : [{ id: version.subjectId, version: asPromotion(version) }];
  });
  const page = pageOf(found, question.limit);
  return { items: page.items.map(({ version }) => version), nextCursor: page.nextCursor };
}

/** Begins a promotion with a draft of its first version, whose id is the promotion's. */
export async function createPromotion(
  db: Database,
  draft: rules.RuleChanger & { readonly id: string; readonly terms: PromotionTerms },
): Promise<PromotionChange> {
  const { id, terms } = draft;
  await rules.createVersion(db, PROMOTIONS.kind, { ...draft, ...saying(terms), subjectId: id });
  return { outcome: 'done', promotionId: id };
}

/** Replaces the terms of a promotion's draft; where its newest version is approved, begins the next as a draft. */
export const editPromotion = (
  db: Database,
  edit: Changed & { readonly newVersionId: string; readonly terms: PromotionTerms },
): Promise<PromotionChange> =>
  inTransaction(db, async (transaction): Promise<PromotionChange> => {
    const { promotionId, newVersionId, terms } = edit;
    const change = { ...edit, ...saying(terms), subjectId: promotionId };
    // Changes of promotions follow one another, so nobody approves it or begins another version meanwhile.
    await rules.lockRules(transaction, PROMOTIONS.kind);
    const newest = (await versionsOf(transaction, promotionId)).at(-1);
    if (newest?.state !== 'approved') return told(rules.editVersion(transaction, PROMOTIONS, change));
    await rules.createVersion(transaction, PROMOTIONS.kind, { ...change, id: newVersionId });
    return { outcome: 'done', promotionId };
  });

/** Hands a draft in for review, to go live when its terms begin. */
export const submitPromotion = (db: Database, submission: Changed): Promise<PromotionChange> =>
  told(
    rules.submitVersion(db, PROMOTIONS, {
      ...submission,
      subjectId: submission.promotionId,
      liveFrom: ({ content: { startsAtMs } }) => (startsAtMs === null ? null : new Date(startsAtMs)),
    }),
  );

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
  told(rules.approveVersion(db, PROMOTIONS, { ...approval, subjectId: approval.promotionId }));

/** Sends a version under review back to be a draft. */
export const rejectPromotion = (db: Database, rejection: Changed): Promise<PromotionChange> =>
  told(rules.rejectVersion(db, PROMOTIONS, { ...rejection, subjectId: rejection.promotionId }));

/** Stops a promotion at once, and what was set to follow. Orders that were placed keep what they were promised. */
export const stopPromotion = (
  db: Database,
  stop: Changed & { readonly activationId: string },
): Promise<PromotionChange> =>
  told(rules.stopSubject(db, PROMOTIONS, { ...stop, subjectId: stop.promotionId }));

/** Rollback: puts a version that was approved into force again, at `soonest`, with what is left of its budget. */
export async function restorePromotion(
  db: Database,
  restoration: Changed & {
    readonly version: number;
    readonly activationId: string;
    readonly soonest: Date;
  },
): Promise<PromotionChange> {
  const versions = await versionsOf(db, restoration.promotionId);
  if (versions.length === 0) return { outcome: 'refused', code: 'promotion_not_found' };
  const version = versions.find((one) => one.version === restoration.version);
  if (version === undefined) return { outcome: 'refused', code: 'promotion_never_live' };
  return told(rules.restoreVersion(db, PROMOTIONS, { ...restoration, versionId: version.id }));
}

/** Says in the trail that the newest version is run over past orders; the note says over which. */
export const notePromotionRehearsal = (db: Database, rehearsal: Changed): Promise<PromotionChange> =>
  told(rules.noteRehearsal(db, PROMOTIONS, { ...rehearsal, subjectId: rehearsal.promotionId }));

/** What a draft says, and its name in lists of all rules. */
const saying = (terms: PromotionTerms) => ({ name: terms.title['zh-CN'], content: terms });
