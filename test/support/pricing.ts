import {
  compileFees,
  fen,
  portionOf,
  priceMethods,
  type Fen,
  type FeeRule,
  type MethodPricing,
  type PointsRules,
  type PricingRules,
  type Reducer,
} from '../../cloud/domain';
import { FIRST_RULES } from '../../cloud/store/migrations/0009-fee-rules';
import { FIRST_POINTS_RULES } from '../../cloud/store/migrations/0023-rule-versions';

/** The rules that every database begins with. */
export const firstRules = FIRST_RULES as unknown as readonly FeeRule[];

/** The rules of points that every database begins with. */
export const firstPointsRules = { ...FIRST_POINTS_RULES, version: 1 } as unknown as PointsRules;

const fees = compileFees({ version: 1, rules: firstRules });

/** Shares of what is owed, in parts per million. */
export interface Shares {
  readonly waivedPpm: number;
  readonly discountPpm: number;
  readonly pointsPpm: number;
}
export const WHOLE_PPM = 1_000_000;

/** Waives a share of the fee, takes a share off the amount and lets points pay a share of the rest, one for each fen. */
export const reducedBy = ({ waivedPpm, discountPpm, pointsPpm }: Shares): readonly Reducer[] => [
  ({ feeLeftFen, amountLeftFen }) =>
    [
      {
        kind: 'fee_waived' as const,
        amountFen: portionOf(feeLeftFen, waivedPpm),
        reason: { id: 'no_fee_rule' as const, version: 1 },
      },
      {
        kind: 'discount' as const,
        amountFen: portionOf(amountLeftFen, discountPpm),
        reason: { id: 'payment_amount' as const },
      },
    ].filter(({ amountFen }) => amountFen > 0),
  ({ dueFen }) => {
    const amountFen = portionOf(dueFen, pointsPpm);
    const reason = { id: 'points_redeemed', points: amountFen, fenPerHundredPoints: fen(100) } as const;
    return amountFen > 0 ? [{ kind: 'points_redeemed', amountFen, points: amountFen, reason }] : [];
  },
];

/** What a payment costs by the rules that every database begins with, and what takes off a part of it or rewards it. */
export const firstPrices = (
  amountFen: Fen,
  reducers: readonly Reducer[] = [],
  {
    atMs = Date.parse('2026-11-23T04:00:00.000Z'),
    rewards,
  }: { readonly atMs?: number; readonly rewards?: PricingRules['rewards'] } = {},
): readonly MethodPricing[] =>
  priceMethods(
    {
      scene: 'merchant_payment',
      host: 'weapp',
      category: 'food',
      userTier: 'standard',
      amountFen,
      atMs,
      allowanceUsedFen: {},
    },
    { fees, points: firstPointsRules, reducers, ...(rewards && { rewards }) },
  );
