import {
  redeemable,
  type Fen,
  type MethodPricing,
  type Reducer,
  type Redemption,
  type RedemptionRule,
} from '../../domain';

/** What points may pay of a payment, and the prices with it taken off where that is wanted. */
export interface PricedWithPoints {
  readonly pricing: readonly MethodPricing[];
  readonly redeemable: Redemption | undefined;
  readonly redeemed: boolean;
}

const redeems =
  ({ points, savesFen }: Redemption, { fenPerHundredPoints }: RedemptionRule): Reducer =>
  () => [
    {
      kind: 'points_redeemed',
      amountFen: savesFen,
      points,
      reason: { id: 'points_redeemed', points, fenPerHundredPoints },
    },
  ];

/**
 * Prices a payment, and again with points where they are wanted and may pay a part: after everything else that lowers a
 * total, and as many through every method, so that an order holds the same whichever is chosen.
 */
export function priceWithPoints(
  price: (reducers: readonly Reducer[]) => readonly MethodPricing[],
  facts: {
    readonly rule: RedemptionRule;
    readonly available: number;
    readonly amountFen: Fen;
    readonly wanted: boolean;
  },
): PricedWithPoints {
  const { rule, available, amountFen, wanted } = facts;
  const pricing = price([]);
  const dueFen = pricing.map(({ totalFen }) => totalFen).reduce((least, due) => (due < least ? due : least));
  const offered = redeemable(rule, { available, amountFen, dueFen });
  if (!wanted || offered === undefined) return { pricing, redeemable: offered, redeemed: false };
  return { pricing: price([redeems(offered, rule)]), redeemable: offered, redeemed: true };
}
