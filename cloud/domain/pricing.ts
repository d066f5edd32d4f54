import type { FeeCategory, FeeEngine, FeeHost, FeeTrace, Scene, UserTier } from './fees';
import { addFen, fen, type Fen } from './money';
import { PAYMENT_METHODS, type PaymentMethod } from './payment-methods';

export interface PointsRule {
  readonly id: string;
  /** One point for each whole so-many fen of the amount paid for (fees earn none). */
  readonly fenPerPoint: Fen;
}

/** One point per whole yuan. */
export const DEFAULT_POINTS_RULE: PointsRule = { id: 'point_per_yuan', fenPerPoint: fen(100) };

/** What a price depends on: rules of fees, and of points. */
export interface PricingRules {
  readonly fees: FeeEngine;
  readonly points: PointsRule;
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

export type PriceLineKind = 'amount' | 'fee' | 'fee_waived' | 'discount' | 'points_redeemed';

/** Why a line has the amount it has; the words are chosen where it is shown. */
export type PriceReason =
  | { readonly id: 'payment_amount' }
  /** A rule made the fee; the trace says how. */
  | { readonly id: 'fee_rule'; readonly trace: FeeTrace }
  /** No rule is for such a payment, so it costs nothing. */
  | { readonly id: 'no_fee_rule'; readonly version: number }
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

/** What a payment costs through one method: `totalFen` is the sum of the lines. */
export interface MethodPricing {
  readonly method: PaymentMethod;
  readonly amountFen: Fen;
  readonly feeFen: Fen;
  readonly totalFen: Fen;
  /** Points earned once paid. */
  readonly points: number;
  readonly lines: readonly PriceLine[];
  /** When it was priced, in ms since 1970 UTC; left out by quotes made before rules were kept as versions. */
  readonly pricedAtMs?: number;
}

/** Points for an amount: whole units only, fractions earn nothing. */
export const pointsFor = (amountFen: Fen, rule: PointsRule): number =>
  Math.floor(amountFen / rule.fenPerPoint);

function feeLine(question: PricingQuestion, method: PaymentMethod, fees: FeeEngine): PriceLine {
  const trace = fees.charge({ ...question, method });
  return trace === undefined
    ? { kind: 'fee', amountFen: fen(0), reason: { id: 'no_fee_rule', version: fees.version } }
    : { kind: 'fee', amountFen: trace.feeFen, reason: { id: 'fee_rule', trace } };
}

/** Prices an amount through every method, each line with its reason. */
export function priceMethods(question: PricingQuestion, rules: PricingRules): readonly MethodPricing[] {
  const { amountFen, atMs } = question;
  const points = pointsFor(amountFen, rules.points);
  return PAYMENT_METHODS.map((method) => {
    const lines: readonly PriceLine[] = [
      { kind: 'amount', amountFen, reason: { id: 'payment_amount' } },
      feeLine(question, method, rules.fees),
    ];
    return {
      method,
      amountFen,
      feeFen: addFen(...lines.filter((line) => line.kind === 'fee').map((line) => line.amountFen)),
      totalFen: addFen(...lines.map((line) => line.amountFen)),
      points,
      lines,
      pricedAtMs: atMs,
    };
  });
}

/** How the fees of prices came about, for those that a rule made. */
export const feeTracesOf = (prices: readonly MethodPricing[]): readonly FeeTrace[] =>
  prices.flatMap(({ lines }) =>
    lines.flatMap(({ reason }) => (reason.id === 'fee_rule' ? [reason.trace] : [])),
  );
