import { fen, type Fen } from '../money';
import type { PaymentMethod } from '../payment-methods';
import type { CostSoFar, Reducer, Reduction } from '../pricing';
import { cutCashback } from './cashback';
import { choosePromotions } from './choose';
import type { PayerFacts, PaymentFacts, Promotion } from './promotion';
import type { PromotionTrace } from './trace';

/** What promotions do to a price: lower its total, and bring something besides. */
export interface PromotionPricing {
  readonly reducer: Reducer;
  readonly rewards: (cost: CostSoFar) => readonly PromotionTrace[];
}

const LINES = { fee_waiver: 'fee_waived', discount: 'discount' } as const;

function reductionOf(trace: PromotionTrace): readonly Reduction[] {
  if (trace.kind !== 'fee_waiver' && trace.kind !== 'discount') return [];
  const reason = { id: 'promotion', trace } as const;
  return [{ kind: LINES[trace.kind], amountFen: fen(trace.amount), reason }];
}

/**
 * Prices by the promotions that a payment gets, chosen for each method. `totalFenMin`: the least that promotions leave to be
 * paid. Cashback is never more than what is paid in money in the end, whatever points paid.
 */
export function promotionPricing(
  promotions: readonly Promotion[],
  payment: PaymentFacts & { readonly totalFenMin: Fen },
  payer: PayerFacts,
): PromotionPricing {
  const chosen = new Map<PaymentMethod, readonly PromotionTrace[]>();
  const chosenFor = ({ method, feeFen }: CostSoFar): readonly PromotionTrace[] => {
    const known = chosen.get(method) ?? choosePromotions(promotions, { ...payment, method, feeFen }, payer);
    chosen.set(method, known);
    return known;
  };
  return {
    reducer: (cost) => chosenFor(cost).flatMap(reductionOf),
    rewards: (cost) => {
      const traces = chosenFor(cost);
      return [
        ...cutCashback(
          traces.filter(({ kind }) => kind === 'cashback'),
          cost.dueFen,
        ),
        ...traces.filter(({ kind }) => kind === 'bonus_points'),
      ];
    },
  };
}

/** What became of the code that a payer entered. */
export type CouponOutcome = 'applied' | 'unknown' | 'not_for_payment' | 'used_up' | 'outdone';
