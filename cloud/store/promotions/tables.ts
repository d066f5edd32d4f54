import type { ColumnType } from 'kysely';

import type { BenefitKind, PromotionTerms } from '../../domain';

type Fixed<T> = ColumnType<T, T, never>;
/** Written by functions of the database alone. */
type Kept<T> = ColumnType<T, never, never>;

/** A view of the versions of promotions among those of all rules. */
export interface PromotionVersionsTable {
  id: Kept<string>;
  promotionId: Kept<string>;
  version: Kept<number>;
  terms: Kept<PromotionTerms>;
}

/** A part of what a version may still give. */
export interface PromotionBudgetsTable {
  versionId: Fixed<string>;
  part: Fixed<number>;
  fenLeft: Fixed<number | null>;
  timesLeft: Fixed<number | null>;
}

export interface PromotionClaimsTable {
  accountId: Kept<string>;
  promotionId: Kept<string>;
  orderId: Kept<string>;
  versionId: Kept<string>;
  merchantId: Kept<string>;
  kind: Kept<BenefitKind>;
  day: Kept<string>;
  amounts: Kept<Readonly<Record<string, number>>>;
  state: ColumnType<'held' | 'used' | 'released', never, 'used' | 'released'>;
  /** Fen, or points; null until the order is paid or closed. */
  amount: ColumnType<number | null, never, number>;
  part: Kept<number>;
  taken: Kept<number>;
  due: ColumnType<number, never, number>;
  takenTimes: Kept<number>;
  dueTimes: ColumnType<number, never, 0 | 1>;
  cashbackId: Kept<string | null>;
  claimedAt: Kept<Date>;
}

export interface CashbacksTable {
  id: Kept<string>;
  accountId: Kept<string>;
  orderId: Kept<string>;
  merchantId: Kept<string>;
  promotionId: Kept<string>;
  versionId: Kept<string>;
  amountFen: Kept<number>;
  owedFen: ColumnType<number, never, number>;
  state: ColumnType<CashbackState, never, CashbackState>;
  dueAt: ColumnType<Date, never, Date>;
  createdAt: Kept<Date>;
}

/** `waiting` for the refund window to end; `cancelled` where refunds left nothing that could be paid. */
export type CashbackState = 'waiting' | 'paying' | 'paid' | 'cancelled';
