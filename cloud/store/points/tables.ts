import type { ColumnType, Generated } from 'kysely';

type Fixed<T> = ColumnType<T, T, never>;

export interface PointsAccountsTable {
  accountId: Fixed<string>;
  owed: Generated<number>;
}

export interface PointsLotsTable {
  id: Fixed<string>;
  accountId: string;
  orderId: ColumnType<string | null, string | undefined, never>;
  kind: Fixed<'earned' | 'returned' | 'opening'>;
  /** What the payment earned, and what refunds took back of that. */
  earned: Fixed<number>;
  taken: Generated<number>;
  /** What is left. */
  points: number;
  state: 'pending' | 'available' | 'ended';
  availableAt: Fixed<Date>;
  expiresAt: Fixed<Date>;
  releasedAt: Date | null;
  /** When its user was told that it will expire. */
  warnedAt: ColumnType<Date | null, never, Date>;
  createdAt: Fixed<Date>;
}

export interface PointsHoldsTable {
  orderId: Fixed<string>;
  accountId: Fixed<string>;
  points: Fixed<number>;
  madeAt: Fixed<Date>;
  releasedAt: Date | null;
}

export interface PointsHoldLotsTable {
  orderId: Fixed<string>;
  lotId: Fixed<string>;
  points: Fixed<number>;
}
