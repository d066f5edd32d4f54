import type { ColumnType, Generated, JSONColumnType } from 'kysely';

import type { FeeRule, RuleSetState } from '../../domain';

type Fixed<T> = ColumnType<T, T, never>;

export interface FeeRuleSetsTable {
  id: Fixed<string>;
  version: Fixed<number>;
  name: string;
  state: RuleSetState;
  rules: JSONColumnType<FeeRule[]>;
  contentHash: ColumnType<string, never, never>;
  /** Names of everybody who wrote a part of the rules or handed them in. */
  authors: string[];
  /** When they are wanted to go live; null for as soon as they are approved. */
  liveFrom: Date | null;
  createdAt: Fixed<Date>;
  updatedAt: Date;
}

export interface FeeActivationsTable {
  id: Fixed<string>;
  ruleSetId: Fixed<string>;
  liveFrom: Fixed<Date>;
  madeAt: Fixed<Date>;
  withdrawnAt: Date | null;
}

export interface FeeRuleAuditTable {
  id: Generated<number>;
  ruleSetId: Fixed<string>;
  action: Fixed<string>;
  actor: Fixed<string>;
  note: Fixed<string>;
  contentHash: Fixed<string>;
  at: Fixed<Date>;
  previousHash: Fixed<string>;
  hash: Fixed<string>;
}

export interface FeeAllowanceHoldsTable {
  accountId: Fixed<string>;
  /** `yyyy-mm` in Asia/Shanghai. */
  month: Fixed<string>;
  ruleId: Fixed<string>;
  orderId: Fixed<string>;
  heldFen: Fixed<number>;
}
