import type { ColumnType, Generated, JSONColumnType } from 'kysely';

import type { RuleState } from '../../domain';

type Fixed<T> = ColumnType<T, T, never>;

/** What there are versions of. */
export type RuleKind = 'fee_rules' | 'promotion' | 'points_rules';

export interface RuleVersionsTable {
  id: Fixed<string>;
  kind: Fixed<RuleKind>;
  /** What it is a version of: a promotion, or all rules of their kind. */
  subjectId: Fixed<string>;
  version: Fixed<number>;
  name: string;
  state: RuleState;
  content: JSONColumnType<object>;
  contentHash: ColumnType<string, never, never>;
  /** Names of everybody who wrote a part of it or handed it in. */
  authors: string[];
  /** When it is wanted to go live; null for as soon as it is approved. */
  liveFrom: Date | null;
  createdAt: Fixed<Date>;
  updatedAt: Date;
}

export interface RuleActivationsTable {
  id: Fixed<string>;
  kind: Fixed<RuleKind>;
  subjectId: Fixed<string>;
  /** Null: stopped from then on. */
  versionId: Fixed<string | null>;
  liveFrom: Fixed<Date>;
  madeAt: Fixed<Date>;
  withdrawnAt: Date | null;
}

export interface RuleAuditTable {
  id: Generated<number>;
  kind: Fixed<RuleKind>;
  subjectId: Fixed<string>;
  versionId: Fixed<string>;
  action: Fixed<string>;
  actor: Fixed<string>;
  note: Fixed<string>;
  contentHash: Fixed<string>;
  at: Fixed<Date>;
  previousHash: Fixed<string>;
  hash: Fixed<string>;
}
