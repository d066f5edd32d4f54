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
}
