import type { ColumnType, Generated, JSONColumnType } from 'kysely';

import type { PromotionRehearsalReport, RehearsalReport } from '../../domain';

type Fixed<T> = ColumnType<T, T, never>;

/** What is run over past orders. */
export type RehearsalKind = 'fee_rules' | 'promotion';

export interface RehearsalsTable {
  id: Fixed<string>;
  kind: Fixed<RehearsalKind>;
  /** The set of rules, or the version of a promotion. */
  versionId: Fixed<string>;
  contentHash: Fixed<string>;
  fromAt: Fixed<Date>;
  toAt: Fixed<Date>;
  /** Of fee rules: orders are charged by those in effect then; null for each at its own time. */
  asOf: Fixed<Date | null>;
  state: 'waiting' | 'done' | 'failed';
  /** Orders that it looks at, once counted, and has looked at. */
  ordersTotal: number | null;
  ordersDone: Generated<number>;
  report: JSONColumnType<RehearsalReport | PromotionRehearsalReport> | null;
  failure: string | null;
  requestedBy: Fixed<string>;
  createdAt: Fixed<Date>;
  finishedAt: Date | null;
  leasedUntil: Date | null;
}
