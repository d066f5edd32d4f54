import type { Fen, MethodPricing } from '../../domain';

/**
 * What a quote promises to one account until it expires. It travels as a signed token and is kept by nobody: an order
 * copies it when it is made.
 */
export interface QuoteClaims {
  readonly accountId: string;
  readonly merchantId: string;
  readonly linkCode: string | null;
  readonly amountFen: Fen;
  readonly methods: readonly MethodPricing[];
  /** Where the price rests on a free allowance of the month: left out where it rests on none. */
  readonly allowance?: QuotedAllowance;
}

/** What a price assumes of the account's allowances, in fen by rule. An order is made only while that is still so. */
export interface QuotedAllowance {
  /** `yyyy-mm` in Asia/Shanghai. */
  readonly month: string;
  readonly usedFen: Readonly<Record<string, number>>;
  /** What the order will use. */
  readonly heldFen: Readonly<Record<string, number>>;
}
