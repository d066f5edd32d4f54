import type { FeeCategory, FeeEngine, FeeHost, FeeTrace, Scene, UserTier } from './fees';
import { addFen, fen, type Fen } from './money';
import { PAYMENT_METHODS, type PaymentMethod } from './payment-methods';
import { pointsEarned } from './points/earn';
import type { PointsRules } from './points/rules';
import type { PromotionTrace } from './promotions';

/** What a price depends on: rules of fees and of points, and whatever lowers a total, in the order in which it does. */
export interface PricingRules {
  readonly fees: FeeEngine;
  readonly points: PointsRules;
  readonly reducers?: readonly Reducer[];
  /** What a payment brings besides, once all that lowers its total has: cashback, and more points. */
  readonly rewards?: (cost: CostSoFar) => readonly PromotionTrace[];
}

/** A payment to be priced through every method. */
export interface PricingQuestion {
  readonly scene: Scene;
  readonly host: FeeHost;
  readonly category: FeeCategory;
  readonly userTier: UserTier;
  readonly amountFen: Fen;
  /** When, in ms since 1970 UTC. */
  readonly atMs: number;
  /** What the account has used of this month's allowances, in fen by rule. */
  readonly allowanceUsedFen: Readonly<Record<string, number>>;
}

/** Terms that lower a total: promotions waive fees and give discounts, points pay a part. */
export type ReductionKind = 'fee_waived' | 'discount' | 'points_redeemed';
export type PriceLineKind = 'amount' | 'fee' | ReductionKind;

/** Why a line has the amount it has; the words are chosen where it is shown. */
export type PriceReason =
  | { readonly id: 'payment_amount' }
  /** A rule made the fee; the trace says how. */
  | { readonly id: 'fee_rule'; readonly trace: FeeTrace }
  /** No rule is for such a payment, so it costs nothing. */
  | { readonly id: 'no_fee_rule'; readonly version: number }
  /** The user's points pay: so many, each hundred worth so much. */
  | { readonly id: 'points_redeemed'; readonly points: number; readonly fenPerHundredPoints: Fen }
  /** A promotion waives or takes off; the trace says how much and why. */
  | { readonly id: 'promotion'; readonly trace: PromotionTrace }
  | EarlierFeeReason;

/** Why fees were what they were in quotes made before rules were kept as versions; orders of then still tell it. */
export type EarlierFeeReason =
  | { readonly id: 'free_up_to'; readonly ruleId: string; readonly freeUpToFen: Fen }
  | {
      readonly id: 'rate_above' | 'rate_above_min' | 'rate_above_max';
      readonly ruleId: string;
      readonly freeUpToFen: Fen;
      readonly ratePpm: number;
      readonly boundFen: Fen;
    };

/** One term of a total. Amounts that lower the total are negative. */
export interface PriceLine {
  readonly kind: PriceLineKind;
  readonly amountFen: Fen;
  readonly reason: PriceReason;
}

/** Something that lowers a total, by at least a fen. */
export interface Reduction {
  readonly kind: ReductionKind;
  /** What it saves, positive. */
  readonly amountFen: Fen;
  /** Points that are spent on it: at least one where points are redeemed, none otherwise. */
  readonly points?: number;
  readonly reason: PriceReason;
}

/** What a payment costs through one method after the reductions before. */
export interface CostSoFar {
  readonly method: PaymentMethod;
  readonly amountFen: Fen;
  /** The fee as the rules have it, and what of it is not waived. */
  readonly feeFen: Fen;
  readonly feeLeftFen: Fen;
  /** The amount less discounts. */
  readonly amountLeftFen: Fen;
  /** What is to be paid: the most that points can pay. */
  readonly dueFen: Fen;
}

/** Lowers a total: says by what, given what is still owed. Promotions and points each are one. */
export type Reducer = (cost: CostSoFar) => readonly Reduction[];

/** A reduction by more than what is owed, or by nothing. */
export class PricingError extends Error {
  override readonly name = 'PricingError';
}

/** The terms of a total: `total = amount + fee - fee waived - discount - points redeemed`, and points both ways. */
export interface Terms {
  readonly amountFen: Fen;
  readonly feeFen: Fen;
  readonly feeWaivedFen: Fen;
  readonly discountFen: Fen;
  /** Points that are spent, and what they pay. */
  readonly pointsRedeemed: number;
  readonly pointsRedeemedFen: Fen;
  /** What the gateway is to bring; at zero none is asked. */
  readonly totalFen: Fen;
  /** Points earned once paid. */
  readonly points: number;
}

type ReductionTerms = 'feeWaivedFen' | 'discountFen' | 'pointsRedeemed' | 'pointsRedeemedFen';

/**
 * What a payment costs through one method: `totalFen` is the sum of the lines. Terms of reductions are left out where
 * nothing is reduced; `termsOf` has them all.
 */
export interface MethodPricing extends Omit<Terms, ReductionTerms>, Partial<Pick<Terms, ReductionTerms>> {
  readonly method: PaymentMethod;
  readonly lines: readonly PriceLine[];
  /** Cashback, and points that are among `points`; left out where there are none. */
  readonly rewards?: readonly PromotionTrace[];
  /** Version of the rules of points that it was priced by; left out by quotes made before there was more than one. */
  readonly pointsVersion?: number;
  /** When it was priced, in ms since 1970 UTC; left out by quotes made before rules were kept as versions. */
  readonly pricedAtMs?: number;
}

const NOTHING = fen(0);

/** Every term of a price. */
export const termsOf = (price: MethodPricing): Terms => ({
  amountFen: price.amountFen,
  feeFen: price.feeFen,
  feeWaivedFen: price.feeWaivedFen ?? NOTHING,
  discountFen: price.discountFen ?? NOTHING,
  pointsRedeemed: price.pointsRedeemed ?? 0,
  pointsRedeemedFen: price.pointsRedeemedFen ?? NOTHING,
  totalFen: price.totalFen,
  points: price.points,
});

function feeLine(question: PricingQuestion, method: PaymentMethod, fees: FeeEngine): PriceLine {
  const trace = fees.charge({ ...question, method });
  return trace === undefined
    ? { kind: 'fee', amountFen: fen(0), reason: { id: 'no_fee_rule', version: fees.version } }
    : { kind: 'fee', amountFen: trace.feeFen, reason: { id: 'fee_rule', trace } };
}

const sumOf = (reductions: readonly Reduction[], kind: ReductionKind): Fen =>
  addFen(...reductions.filter((one) => one.kind === kind).map(({ amountFen }) => amountFen));

function costAfter(
  { method, amountFen, feeFen }: Pick<CostSoFar, 'method' | 'amountFen' | 'feeFen'>,
  reductions: readonly Reduction[],
): CostSoFar {
  const feeLeftFen = fen(feeFen - sumOf(reductions, 'fee_waived'));
  const amountLeftFen = fen(amountFen - sumOf(reductions, 'discount'));
  const dueFen = fen(feeLeftFen + amountLeftFen - sumOf(reductions, 'points_redeemed'));
  return { method, amountFen, feeFen, feeLeftFen, amountLeftFen, dueFen };
}

/** All that the reducers take off, one after the other. Throws PricingError. */
function reduce(
  cost: Pick<CostSoFar, 'method' | 'amountFen' | 'feeFen'>,
  reducers: readonly Reducer[],
): readonly Reduction[] {
  let reductions: readonly Reduction[] = [];
  for (const reducer of reducers) {
    for (const reduction of reducer(costAfter(cost, reductions))) {
      const { kind, amountFen, points = 0 } = reduction;
      if (amountFen < 1 || !Number.isSafeInteger(points) || points > 0 !== (kind === 'points_redeemed')) {
        throw new PricingError(`a ${kind} of ${amountFen} fen and ${points} points is none`);
      }
      reductions = [...reductions, reduction];
      const { feeLeftFen, amountLeftFen, dueFen } = costAfter(cost, reductions);
      if (feeLeftFen < 0 || amountLeftFen < 0 || dueFen < 0) {
        throw new PricingError(`a ${kind} of ${amountFen} fen is more than what is owed`);
      }
    }
  }
  return reductions;
}

/** What a payment costs through one method once the reducers have taken off what they do. Throws PricingError. */
export function reducedCost(
  cost: Pick<CostSoFar, 'method' | 'amountFen' | 'feeFen'>,
  reducers: readonly Reducer[],
): { readonly reductions: readonly Reduction[]; readonly cost: CostSoFar } {
  const reductions = reduce(cost, reducers);
  return { reductions, cost: costAfter(cost, reductions) };
}

/** The terms that reductions make; those of nothing are left out. */
function reductionTerms(reductions: readonly Reduction[]): Partial<Pick<Terms, ReductionTerms>> {
  const feeWaivedFen = sumOf(reductions, 'fee_waived');
  const discountFen = sumOf(reductions, 'discount');
  const pointsRedeemedFen = sumOf(reductions, 'points_redeemed');
  const pointsRedeemed = reductions.reduce((sum, { points = 0 }) => sum + points, 0);
  return {
    ...(feeWaivedFen > 0 && { feeWaivedFen }),
    ...(discountFen > 0 && { discountFen }),
    ...(pointsRedeemed > 0 && { pointsRedeemed, pointsRedeemedFen }),
  };
}

/**
 * Prices an amount through every method, each line with its reason. Points are earned by what is paid of the amount in
 * money: neither fees nor what a discount or points pay earn any. Throws PricingError where a reducer takes off more than
 * is owed.
 */
export function priceMethods(question: PricingQuestion, rules: PricingRules): readonly MethodPricing[] {
  const { amountFen, atMs } = question;
  const { reducers = [] } = rules;
  return PAYMENT_METHODS.map((method) => {
    const fee = feeLine(question, method, rules.fees);
    const feeFen = fee.amountFen;
    const { reductions, cost } = reducedCost({ method, amountFen, feeFen }, reducers);
    const { amountLeftFen, dueFen } = cost;
    const rewards = rules.rewards?.(cost) ?? [];
    const paidByPointsFen = sumOf(reductions, 'points_redeemed');
    return {
      method,
      amountFen,
      feeFen,
      ...reductionTerms(reductions),
      totalFen: dueFen,
      points:
        pointsEarned(rules.points, question, fen(Math.max(0, amountLeftFen - paidByPointsFen))) +
        bonusOf(rewards),
      lines: [
        { kind: 'amount', amountFen, reason: { id: 'payment_amount' } },
        fee,
        ...reductions.map(({ kind, amountFen: savedFen, reason }) => ({
          kind,
          amountFen: fen(-savedFen),
          reason,
        })),
      ],
      ...(rewards.length > 0 && { rewards }),
      pointsVersion: rules.points.version,
      pricedAtMs: atMs,
    };
  });
}

const bonusOf = (rewards: readonly PromotionTrace[]): number =>
  rewards.reduce((sum, { kind, amount }) => sum + (kind === 'bonus_points' ? amount : 0), 0);

/** The promotions that a price rests on. */
export const promotionTracesOf = ({ lines, rewards = [] }: MethodPricing): readonly PromotionTrace[] => [
  ...lines.flatMap(({ reason }) => (reason.id === 'promotion' ? [reason.trace] : [])),
  ...rewards,
];

/** How the fees of prices came about, for those that a rule made. */
export const feeTracesOf = (prices: readonly MethodPricing[]): readonly FeeTrace[] =>
  prices.flatMap(({ lines }) =>
    lines.flatMap(({ reason }) => (reason.id === 'fee_rule' ? [reason.trace] : [])),
  );
