import { addFen, fen, portionOf, type Fen } from './money';

export type PaymentMethod = 'wechat' | 'alipay';
export const PAYMENT_METHODS: readonly PaymentMethod[] = ['wechat', 'alipay'];

/** One rule of what a payment costs, as data. Amounts in fen, rate in parts per million. */
export interface FeeRule {
  /** Stable identifier, kept with every line the rule made. */
  readonly id: string;
  readonly methods: readonly PaymentMethod[];
  /** The part of the amount up to here is free. */
  readonly freeUpToFen: Fen;
  /** Rate on the part above. */
  readonly ratePpm: number;
  /** Bounds of a fee that is charged at all. */
  readonly feeFenMin: Fen;
  readonly feeFenMax: Fen;
}

export interface PointsRule {
  readonly id: string;
  /** One point for each whole so-many fen of the amount paid for (fees earn none). */
  readonly fenPerPoint: Fen;
}

export interface PricingRules {
  readonly fees: readonly FeeRule[];
  readonly points: PointsRule;
}

/** Up to ¥500 free; above, 0.1 % of the part above, at least ¥0.01, at most ¥25. One point per whole yuan. */
export const DEFAULT_PRICING_RULES: PricingRules = {
  fees: [
    {
      id: 'standard_fee',
      methods: PAYMENT_METHODS,
      freeUpToFen: fen(50_000),
      ratePpm: 1_000,
      feeFenMin: fen(1),
      feeFenMax: fen(2_500),
    },
  ],
  points: { id: 'point_per_yuan', fenPerPoint: fen(100) },
};

export type PriceLineKind = 'amount' | 'fee' | 'fee_waived' | 'discount' | 'points_redeemed';

/** Why a line has the amount it has; the words are chosen where it is shown. */
export type PriceReason =
  | { readonly id: 'payment_amount' }
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
}

function feeLine(amountFen: Fen, rule: FeeRule): PriceLine {
  const { id: ruleId, freeUpToFen, ratePpm } = rule;
  const chargeableFen = fen(Math.max(0, amountFen - freeUpToFen));
  if (chargeableFen === 0) {
    return { kind: 'fee', amountFen: fen(0), reason: { id: 'free_up_to', ruleId, freeUpToFen } };
  }
  const proportional = portionOf(chargeableFen, ratePpm);
  if (proportional < rule.feeFenMin) {
    const reason = { id: 'rate_above_min', ruleId, freeUpToFen, ratePpm, boundFen: rule.feeFenMin } as const;
    return { kind: 'fee', amountFen: rule.feeFenMin, reason };
  }
  if (proportional > rule.feeFenMax) {
    const reason = { id: 'rate_above_max', ruleId, freeUpToFen, ratePpm, boundFen: rule.feeFenMax } as const;
    return { kind: 'fee', amountFen: rule.feeFenMax, reason };
  }
  const reason = { id: 'rate_above', ruleId, freeUpToFen, ratePpm, boundFen: proportional } as const;
  return { kind: 'fee', amountFen: proportional, reason };
}

/** Points for an amount: whole units only, fractions earn nothing. */
export const pointsFor = (amountFen: Fen, rule: PointsRule): number =>
  Math.floor(amountFen / rule.fenPerPoint);

/** Prices an amount through every method, each line with its reason. A method without a fee rule costs no fee. */
export function priceMethods(
  amountFen: Fen,
  rules: PricingRules = DEFAULT_PRICING_RULES,
): readonly MethodPricing[] {
  return PAYMENT_METHODS.map((method) => {
    const lines: PriceLine[] = [{ kind: 'amount', amountFen, reason: { id: 'payment_amount' } }];
    for (const rule of rules.fees) {
      if (rule.methods.includes(method)) lines.push(feeLine(amountFen, rule));
    }
    const feeFen = addFen(...lines.filter((line) => line.kind === 'fee').map((line) => line.amountFen));
    return {
      method,
      amountFen,
      feeFen,
      totalFen: addFen(...lines.map((line) => line.amountFen)),
      points: pointsFor(amountFen, rules.points),
      lines,
    };
  });
}
