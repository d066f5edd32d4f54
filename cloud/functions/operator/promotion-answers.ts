import type { z } from 'zod';

import type { Language } from '../../contract/errors';
import type { promotionTermsSchema } from '../../contract/promotion-schemas';
import type { OperatorPromotion, OperatorPromotionDetail, PromotionTermsAnswer } from '../../contract/types';
import { checkPromotion, promotionStanding, type PromotionTerms, type RuleActivation } from '../../domain';
import type { Database } from '../../store';
import * as promotions from '../../store/promotions';
import { rehearsalsOf } from '../../store/rehearsals';
import { activationsOf, ruleAuditOf, type RuleActivationRow } from '../../store/rules';
import { promotionFindingText } from '../wording/promotions';
import { promotionRehearsalAnswer } from './rehearsals';
import { auditAnswer } from './rule-sets';

/** Terms as the contract takes them, as the domain knows them. */
export const promotionTermsFrom = ({
  startsAt,
  endsAt,
  ...terms
}: z.output<typeof promotionTermsSchema>): PromotionTerms => ({
  ...terms,
  startsAtMs: startsAt === null ? null : Date.parse(startsAt),
  endsAtMs: endsAt === null ? null : Date.parse(endsAt),
});

const isoOfMs = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** Terms as the contract tells them. */
const termsAnswer = ({ startsAtMs, endsAtMs, ...terms }: PromotionTerms): PromotionTermsAnswer => ({
  ...terms,
  // Lists come out of the store as they went in: the contract's own.
  when: terms.when as PromotionTermsAnswer['when'],
  startsAt: isoOfMs(startsAtMs),
  endsAt: isoOfMs(endsAtMs),
});

/** What is wrong with terms, in the reader's language. */
export const promotionFindings = (
  terms: PromotionTerms,
  language: Language,
): readonly { readonly kind: string; readonly text: string }[] =>
  checkPromotion(terms).map((kind) => ({ kind, text: promotionFindingText(kind, language) }));

/** Who reads, and when. */
export interface PromotionReader {
  readonly now: Date;
  readonly language: Language;
}

type Left = Awaited<ReturnType<typeof promotions.budgetsLeft>>;

const versionAnswer = (
  version: promotions.PromotionVersionRow,
  activations: readonly RuleActivation[],
  left: Left,
  { now, language }: PromotionReader,
): OperatorPromotion['newest'] => ({
  versionId: version.id,
  version: version.version,
  standing: promotionStanding(version, activations, now.getTime()),
  contentHash: version.contentHash,
  authors: version.authors,
  terms: termsAnswer(version.terms),
  findings: [...promotionFindings(version.terms, language)],
  left: left[version.id] ?? null,
  createdAt: version.createdAt.toISOString(),
  updatedAt: version.updatedAt.toISOString(),
});

const activationsIn = (rows: readonly RuleActivationRow[], promotionId: string): readonly RuleActivation[] =>
  rows
    .filter((row) => row.subjectId === promotionId)
    .map(({ versionId, liveFrom }) => ({ versionId, liveFromMs: liveFrom.getTime() }));

/** Promotions as lists tell them, each by its newest version. */
export async function promotionItems(
  db: Database,
  versions: readonly promotions.PromotionVersionRow[],
  reader: PromotionReader,
): Promise<OperatorPromotion[]> {
  if (versions.length === 0) return [];
  const subjects = versions.map(({ promotionId }) => promotionId);
  const activations = await activationsOf(db, subjects);
  const left = await promotions.budgetsLeft(
    db,
    versions.map(({ id }) => id),
  );
  return versions.map((version) => ({
    promotionId: version.promotionId,
    newest: versionAnswer(version, activationsIn(activations, version.promotionId), left, reader),
  }));
}

/** A promotion with all its versions and all that was done to it; undefined where there is none of that id. */
export async function promotionDetail(
  db: Database,
  promotionId: string,
  reader: PromotionReader,
): Promise<OperatorPromotionDetail | undefined> {
  const versions = await promotions.versionsOf(db, promotionId);
  if (versions.length === 0) return undefined;
  const activations = await activationsOf(db, [promotionId]);
  const left = await promotions.budgetsLeft(
    db,
    versions.map(({ id }) => id),
  );
  const ids = versions.map(({ id }) => id);
  const rehearsals = await rehearsalsOf(db, ids);
  const audit = await ruleAuditOf(db, ids);
  const numberOf = (versionId: string | null): number | null =>
    versions.find(({ id }) => id === versionId)?.version ?? null;
  return {
    promotionId,
    versions: versions.map((version) =>
      versionAnswer(version, activationsIn(activations, promotionId), left, reader),
    ),
    rehearsals: rehearsals.map((rehearsal) => promotionRehearsalAnswer(promotionId, rehearsal)),
    activations: activations.map(({ versionId, liveFrom }) => ({
      version: numberOf(versionId),
      liveFrom: liveFrom.toISOString(),
    })),
    audit: audit.map((entry) => ({ versionId: entry.versionId, ...auditAnswer(entry) })),
  };
}
