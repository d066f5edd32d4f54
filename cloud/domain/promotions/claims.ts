import { fen, MoneyError, type Fen } from '../money';
import type { PaymentMethod } from '../payment-methods';
import { CASHBACK_FEN_LEAST, type BenefitKind } from './promotion';
import type { PromotionTrace } from './trace';

/** What an order takes of a promotion: what each method would get, of which the most is held until one has paid. */
export interface PromotionClaim {
  readonly promotionId: string;
  readonly versionId: string;
  readonly kind: BenefitKind;
  /** Fen, or points for `bonus_points`; a method that gets nothing is left out. */
  readonly amounts: Readonly<Partial<Record<PaymentMethod, number>>>;
}

/** The claims of an order by what each of its methods was quoted, one for each version. */
export function claimsOf(
  quoted: readonly { readonly method: PaymentMethod; readonly promotions: readonly PromotionTrace[] }[],
): readonly PromotionClaim[] {
  const claims = new Map<string, PromotionClaim>();
  for (const { method, promotions } of quoted) {
    for (const { promotionId, versionId, kind, amount } of promotions) {
      const amounts = { ...claims.get(versionId)?.amounts, [method]: amount };
      claims.set(versionId, { promotionId, versionId, kind, amounts });
    }
  }
  return [...claims.values()].sort((a, b) => (a.versionId < b.versionId ? -1 : 1));
}

/** The most that any method gets by a claim: what is held of the budget. */
export const heldOf = ({ amounts }: PromotionClaim): number => Math.max(0, ...Object.values(amounts));

/** What is left of cashback after refunds, as `leftAfterRefund`; what is too little to be paid out is nothing. */
export function cashbackAfterRefund(cashbackFen: number, refundedFen: Fen, amountFen: Fen): number {
  const left = leftAfterRefund(cashbackFen, refundedFen, amountFen);
  return left < CASHBACK_FEN_LEAST ? 0 : left;
}

/**
 * What is left of a benefit once refunds come to `refundedFen` of a payment's amount: a function of that sum alone, so no
 * sequence of parts loses or makes a fen; rounded down, and nothing once all is refunded. Throws MoneyError for more than
 * the amount.
 */
export function leftAfterRefund(benefit: number, refundedFen: Fen, amountFen: Fen): number {
  if (refundedFen < 0 || refundedFen > amountFen) {
    throw new MoneyError(`${refundedFen} of ${amountFen} fen cannot have been returned`);
  }
  return Number((BigInt(benefit) * BigInt(fen(amountFen - refundedFen))) / BigInt(amountFen));
}
