import type { FeeCategory, FeeHost, Scene, UserTier } from '../fees/facts';
import type { Fen } from '../money';
import type { PaymentMethod } from '../payment-methods';

/** An order of the past, as far as its fee depends on it. Instants in ms since 1970 UTC. */
export interface PastOrder {
  readonly accountId: string;
  readonly scene: Scene;
  readonly method: PaymentMethod;
  readonly host: FeeHost;
  readonly category: FeeCategory;
  readonly userTier: UserTier;
  readonly amountFen: Fen;
  /** What was charged. */
  readonly feeFen: Fen;
  /** Whether it is told of; others count only for what they used of allowances, limits and budgets. */
  readonly counted: boolean;
  /** When it was quoted, and when it was ordered. */
  readonly pricedAtMs: number;
  readonly createdAtMs: number;
  /** When it was closed unpaid, which gives back what it held; null where it was not. */
  readonly closedAtMs: number | null;
}

/** An order of the past, as far as promotions ask. */
export interface PastPayment extends PastOrder {
  readonly merchantId: string;
  /** What each method was quoted as its fee. */
  readonly feesFen: Readonly<Record<PaymentMethod, Fen>>;
  /** What points paid of it. */
  readonly pointsRedeemedFen: Fen;
  readonly accountCreatedAtMs: number;
  /** When the account first paid anybody, and this merchant; null for never. */
  readonly firstPaidAtMs: number | null;
  readonly firstPaidMerchantAtMs: number | null;
  /** When it was paid, by `method`; null where it was not. */
  readonly paidAtMs: number | null;
  /** Refunds in the order in which they succeeded, each with all that was returned of the amount by then. */
  readonly refunds: readonly { readonly atMs: number; readonly returnedFen: Fen }[];
  /** Versions of promotions that it got. */
  readonly versionIds: readonly string[];
}
