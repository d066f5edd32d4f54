import { fen, MoneyError, type Fen } from '../money';
import type { FeeRule, Rounding, TierMode } from './rules';

const PPM = 1_000_000;
/** Largest amount that is charged for, in fen: its product with a rate of 100 % is still an exact number. */
export const CHARGED_FEN_MAX = 4_000_000_000;

/** A part of a payment that lies in one tier. */
export interface FeePart {
  /** Number of the tier, from 1, and the bounds between which it applies. */
  readonly tier: number;
  readonly aboveFen: Fen;
  readonly upToFen: Fen | null;
  readonly chargedFen: Fen;
  readonly ratePpm: number;
  readonly fixedFen: Fen;
}

/** How a fee came about: which rule, which tiers, which numbers. `feeOfTrace` makes the fee of it again. */
export interface FeeTrace {
  /** Version of the rules, and the rule. */
  readonly version: number;
  readonly ruleId: string;
  readonly amountFen: Fen;
  /** What the rule frees of every payment, and what was freed of this one by the month's allowance. */
  readonly freePerPaymentFen: Fen;
  readonly freePerMonthFen: Fen;
  readonly freedByMonthFen: Fen;
  readonly mode: TierMode;
  /** Empty where all of the payment is free. */
  readonly parts: readonly FeePart[];
  readonly rounding: Rounding;
  readonly feeFenMin: Fen;
  readonly feeFenMax: Fen | null;
  readonly feeFen: Fen;
}

/** Parts per million of a fen, rounded to fen as the rule says. The product is a whole number, so nothing is lost before. */
function roundPpm(product: number, rounding: Rounding): number {
  const rest = product % PPM;
  const whole = (product - rest) / PPM;
  if (rest === 0 || rounding === 'down') return whole;
  if (rounding === 'up') return whole + 1;
  if (rest * 2 === PPM && rounding === 'half_even') return whole + (whole % 2);
  return rest * 2 >= PPM ? whole + 1 : whole;
}

/** What the parts come to before bounds: proportional parts are added up exactly and rounded once, then fixed parts. */
function sumOfParts(parts: readonly FeePart[], rounding: Rounding): number {
  let product = 0;
  let fixed = 0;
  for (const part of parts) {
    product += part.chargedFen * part.ratePpm;
    fixed += part.fixedFen;
  }
  return roundPpm(product, rounding) + fixed;
}

const chargesAnything = (parts: readonly FeePart[]): boolean =>
  parts.some((part) => part.ratePpm > 0 || part.fixedFen > 0);

/** What of a trace the fee is made of. */
type FeeNumbers = Pick<FeeTrace, 'parts' | 'rounding' | 'feeFenMin' | 'feeFenMax'>;

/** Which of the rule's bounds made the fee what it is, if one did. */
export function boundOf({ parts, rounding, feeFenMin, feeFenMax }: FeeNumbers): 'min' | 'max' | undefined {
  if (!chargesAnything(parts)) return undefined;
  const sum = sumOfParts(parts, rounding);
  if (feeFenMax !== null && sum > feeFenMax) return 'max';
  return sum < feeFenMin ? 'min' : undefined;
}

/** The fee that a trace's numbers come to. */
export function feeOfTrace({ parts, rounding, feeFenMin, feeFenMax }: FeeNumbers): Fen {
  if (!chargesAnything(parts)) return fen(0);
  const atLeast = Math.max(sumOfParts(parts, rounding), feeFenMin);
  return fen(feeFenMax === null ? atLeast : Math.min(atLeast, feeFenMax));
}

function partsOf(rule: FeeRule, amountFen: number, freeFen: number): readonly FeePart[] {
  const parts: FeePart[] = [];
  let aboveFen = fen(0);
  for (const [index, { upToFen, ratePpm, fixedFen }] of rule.tiers.entries()) {
    const endFen = upToFen === null ? amountFen : Math.min(upToFen, amountFen);
    const isLast = endFen === amountFen;
    const chargedFen =
      rule.mode === 'marginal' ? endFen - Math.max(aboveFen, freeFen) : isLast ? amountFen - freeFen : 0;
    if (chargedFen > 0) {
      parts.push({ tier: index + 1, aboveFen, upToFen, chargedFen: fen(chargedFen), ratePpm, fixedFen });
    }
    if (isLast) break;
    aboveFen = upToFen ?? aboveFen;
  }
  return parts;
}

/**
 * What a payment of `amountFen` costs under a rule, and how that came about. The free part is the first of the payment:
 * so much as the rule frees of each, then what is left of the month's allowance. Tiers are counted on the payment's amount.
 * `usedFen` is what the account has used of the allowance this month. Throws MoneyError for an amount that is negative or
 * beyond `CHARGED_FEN_MAX`.
 */
export function chargeBy(
  rule: FeeRule,
  version: number,
  payment: { readonly amountFen: Fen; readonly usedFen: number },
): FeeTrace {
  const { amountFen, usedFen } = payment;
  if (amountFen < 0 || amountFen > CHARGED_FEN_MAX) throw new MoneyError(`no fee for ${amountFen} fen`);
  const freedByRule = Math.min(amountFen, rule.freePerPaymentFen);
  const leftFen = Math.max(0, rule.freePerMonthFen - usedFen);
  const freedByMonthFen = fen(Math.min(amountFen - freedByRule, leftFen));
  const parts = partsOf(rule, amountFen, freedByRule + freedByMonthFen);
  const { id: ruleId, freePerPaymentFen, freePerMonthFen, mode, rounding, feeFenMin, feeFenMax } = rule;
  return {
    version,
    ruleId,
    amountFen,
    freePerPaymentFen,
    freePerMonthFen,
    freedByMonthFen,
    mode,
    parts,
    rounding,
    feeFenMin,
    feeFenMax,
    feeFen: feeOfTrace({ parts, rounding, feeFenMin, feeFenMax }),
  };
}
