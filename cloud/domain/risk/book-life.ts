import { type CalibrationTarget } from './calibration';
import { RULE_BOOK, TARGET } from './rule-book';
import { type JudgingBook } from './rehearse-book';
import { type Rule } from './rules';

/** A book as people write it: all of it but its version. */
export interface BookContent {
  readonly basePoints: number;
  readonly target: CalibrationTarget;
  readonly rules: readonly Rule[];
}

/** A book of people as it judges; decisions name it by this version. */
export const keptBook = (version: number, { target, basePoints, rules }: BookContent): JudgingBook => ({
  book: { version: `book-${version}`, basePoints, rules },
  target,
});

/** The book that comes with the program: in force until people put another in its place. */
export const SHIPPED_BOOK: JudgingBook = { book: RULE_BOOK, target: TARGET };

/** What people have done with a book. Once approved it never changes. */
export type BookState = 'draft' | 'review' | 'approved';

export type BookRefusal =
  | 'risk_book_not_in_review'
  | 'risk_book_changed'
  | 'risk_book_needs_second_person'
  | 'risk_book_not_rehearsed';

/** Whether a reviewer may let a book decide; undefined where nothing speaks against it. */
export function decideBookApproval(facts: {
  readonly state: BookState;
  readonly reviewer: string;
  /** Everybody who wrote a part of it or handed it in. */
  readonly authors: readonly string[];
  /** Hash of what the reviewer read, and of what is there. */
  readonly reviewedHash: string;
  readonly contentHash: string;
  /** Whether this very book was run over past days. */
  readonly rehearsed: boolean;
}): BookRefusal | undefined {
  if (facts.state !== 'review') return 'risk_book_not_in_review';
  if (facts.reviewedHash !== facts.contentHash) return 'risk_book_changed';
  if (facts.authors.includes(facts.reviewer)) return 'risk_book_needs_second_person';
  return facts.rehearsed ? undefined : 'risk_book_not_rehearsed';
}
