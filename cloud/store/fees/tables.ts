import type { ColumnType } from 'kysely';

type Fixed<T> = ColumnType<T, T, never>;

export interface FeeAllowanceHoldsTable {
  accountId: Fixed<string>;
  /** `yyyy-mm` in Asia/Shanghai. */
  month: Fixed<string>;
  ruleId: Fixed<string>;
  orderId: Fixed<string>;
  heldFen: Fixed<number>;
}
