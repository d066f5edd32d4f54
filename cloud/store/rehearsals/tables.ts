import type { ColumnType, Generated, JSONColumnType } from 'kysely';

import type { PromotionRehearsalReport, RehearsalReport } from '../../domain';
import type { BookRehearsalReport } from '../../domain/risk';

type Fixed<T> = ColumnType<T, T, never>;

/** What is run over the past: rules of fees and promotions over orders, books of risk rules over events. */
export type RehearsalKind = 'fee_rules' | 'promotion' | 'risk_book';

/** What a run found out, by its kind. */
export type AnyRehearsalReport = RehearsalReport | PromotionRehearsalReport | BookRehearsalReport;

export interface RehearsalsTable {
  id: Fixed<string>;
  kind: Fixed<RehearsalKind>;
  /** The set of rules, the version of a promotion, or the book. */
  versionId: Fixed<string>;
  contentHash: Fixed<string>;
  fromAt: Fixed<Date>;
  toAt: Fixed<Date>;
  /** Of fee rules: orders are charged by those in effect then; null for each at its own time. */
  asOf: Fixed<Date | null>;
  state: 'waiting' | 'done' | 'failed';
  /** Orders or events that it looks at, once counted, and has looked at. */
  total: number | null;
  done: Generated<number>;
  report: JSONColumnType<AnyRehearsalReport> | null;
  failure: string | null;
  requestedBy: Fixed<string>;
  createdAt: Fixed<Date>;
  finishedAt: Date | null;
  leasedUntil: Date | null;
}
