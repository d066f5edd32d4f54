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
