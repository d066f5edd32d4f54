import type { RiskBook, RiskBookContent, RiskBookDetail } from '../../contract/types';
import { checkBook, type BookContent, type BookFinding, type JudgingBook } from '../../domain/risk';
import { type Database } from '../../store';
import { rehearsalsOf } from '../../store/rehearsals';
import * as risk from '../../store/risk';
import { ApiError } from '../http/problem';
import { riskBookRehearsalAnswer } from './rehearsals';
import { auditAnswer } from './rule-sets';

const isoOrNull = (instant: Date | null): string | null => instant?.toISOString() ?? null;

const WRONG: Readonly<Record<BookFinding['kind'], string>> = {
  rule_twice: 'another rule has this id',
  rule_never_fires: 'its conditions never hold for the actions that it judges, or it judges none',
  verdict_missing: 'logins, PINs and cards have no score: a rule for them needs a verdict',
  sign_of_points: 'points lower a score in the family trust, and only there',
  unknown_feature: 'a condition names a feature that there is not',
  nothing_counts: 'no rule counts',
  cutoffs_out_of_order: 'challengeFrom <= challengeAlways <= blockFrom must hold',
};

/** Content as the domain takes it. Throws `risk_book_faulty`, with each finding as a field. */
export function contentFrom(content: RiskBookContent): BookContent {
  const findings = checkBook(content);
  if (findings.length > 0) {
    throw new ApiError(
      'risk_book_faulty',
      findings.map(({ kind, ruleId }) => ({
        path: ruleId === '' ? 'content' : `content.rules.${ruleId}`,
        message: WRONG[kind],
      })),
    );
  }
  return content as BookContent;
}

/** Content as the contract tells it. */
export const contentAnswer = ({ basePoints, target, rules }: BookContent): RiskBookContent => ({
  basePoints,
  target: { ...target },
  rules: rules.map(({ actions, when, ...rule }) => ({ ...rule, actions: [...actions], when: [...when] })),
});

/** A book that judges, with the version that decisions name it by. */
export const judgingAnswer = ({ book, target }: JudgingBook) => ({
  version: book.version,
  content: contentAnswer({ ...book, target }),
});

export const bookAnswer = (
  book: Omit<risk.RiskBookRow, 'content'>,
  inForce: { readonly version: string },
): RiskBook => ({
  id: book.id,
  version: book.version,
  name: book.name,
  state: book.state,
  contentHash: book.contentHash,
  authors: book.authors,
  inForce: inForce.version === `book-${book.version}`,
  shadowSince: isoOrNull(book.shadowSince),
  createdAt: book.createdAt.toISOString(),
  updatedAt: book.updatedAt.toISOString(),
});

/** A book with its rules, what it would have done, and all that happened to it. */
export async function bookDetail(
  db: Database,
  book: risk.RiskBookRow,
  inForce: { readonly version: string },
): Promise<RiskBookDetail> {
  const { id, version, shadowSince } = book;
  const activations = await risk.activationsOfBook(db, id);
  const shadow = shadowSince === null ? [] : await risk.countShadow(db, { version, since: shadowSince });
  const rehearsals = await rehearsalsOf(db, [id]);
  const audit = await risk.riskBookAuditOf(db, id);
  return {
    ...bookAnswer(book, inForce),
    content: contentAnswer(book.content),
    activations: activations.map(({ liveFrom }) => ({ liveFrom: liveFrom.toISOString() })),
    shadow: shadow.map((count) => ({ ...count })),
    rehearsals: rehearsals.map(riskBookRehearsalAnswer),
    audit: audit.map(auditAnswer),
  };
}
