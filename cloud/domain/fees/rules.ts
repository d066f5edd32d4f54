import type { Fen } from '../money';
import type { CardType, FeeCategory, FeeFacts, FeeHost, FeeMethod, Scene, UserTier } from './facts';

/** How what is not a whole fen becomes one; ties are halves. */
export const ROUNDINGS = ['half_up', 'half_even', 'up', 'down'] as const;
export type Rounding = (typeof ROUNDINGS)[number];

/**
 * `marginal`: each part of the payment is charged at the rate of the tier that it lies in. `whole`: the tier that the
 * payment's amount lies in decides for all of it.
 */
export type TierMode = 'marginal' | 'whole';

/** What a rule applies to: any of the values of each condition; a condition that is left out holds for everything. */
export interface FeeConditions {
  readonly scenes?: readonly Scene[] | undefined;
  readonly methods?: readonly FeeMethod[] | undefined;
  readonly cardTypes?: readonly CardType[] | undefined;
  readonly banks?: readonly string[] | undefined;
  readonly hosts?: readonly FeeHost[] | undefined;
  readonly categories?: readonly FeeCategory[] | undefined;
  readonly userTiers?: readonly UserTier[] | undefined;
}

/** One step of a rule's table. Tiers follow each other without a gap: each begins where the one before ends. */
export interface FeeTier {
  /** Last fen of the payment that is in it; null for the last tier, which has no end. */
  readonly upToFen: Fen | null;
  readonly ratePpm: number;
  /** Charged once where any chargeable part of a payment lies in the tier. */
  readonly fixedFen: Fen;
}

/** One rule of what a payment costs, as data. Amounts in fen, rates in parts per million, times in ms since 1970 UTC. */
export interface FeeRule {
  /** Stable through every version of the rules: allowances of a month are kept under it. */
  readonly id: string;
  /** Among rules that apply the highest decides; two that apply to the same payment never have the same. */
  readonly priority: number;
  readonly when: FeeConditions;
  /** In effect from (inclusive) and to (exclusive); null for ever. */
  readonly effectiveFromMs: number | null;
  readonly effectiveToMs: number | null;
  /** The first part of every payment up to here is free. */
  readonly freePerPaymentFen: Fen;
  /** So much more of an account's payments in a calendar month (Asia/Shanghai) is free, first come first served. */
  readonly freePerMonthFen: Fen;
  readonly mode: TierMode;
  readonly tiers: readonly FeeTier[];
  /** Bounds of a fee that is charged at all; null for no upper bound. */
  readonly feeFenMin: Fen;
  readonly feeFenMax: Fen | null;
  readonly rounding: Rounding;
}

/** Rules that are in force together, under the number that every fee made by them carries. */
export interface FeeRuleSet {
  readonly version: number;
  readonly rules: readonly FeeRule[];
}

/** A payment to be charged for. */
export interface FeeQuestion extends FeeFacts {
  readonly amountFen: Fen;
  /** When, in ms since 1970 UTC: decides which rules are in effect. */
  readonly atMs: number;
  /** What the account has used this month of the rule's monthly allowance, in fen, by rule. */
  readonly allowanceUsedFen: Readonly<Record<string, number>>;
}

/** The dimensions of `FeeConditions`, with the fact that each is about. */
export const DIMENSIONS = [
  { condition: 'scenes', fact: 'scene' },
  { condition: 'methods', fact: 'method' },
  { condition: 'cardTypes', fact: 'cardType' },
  { condition: 'banks', fact: 'bank' },
  { condition: 'hosts', fact: 'host' },
  { condition: 'categories', fact: 'category' },
  { condition: 'userTiers', fact: 'userTier' },
] as const satisfies readonly { condition: keyof FeeConditions; fact: keyof FeeFacts }[];

/** The time in which a rule is in effect, in ms since 1970 UTC: from (inclusive), to (exclusive). */
export const effectiveMs = (rule: FeeRule): { readonly fromMs: number; readonly toMs: number } => ({
  fromMs: rule.effectiveFromMs ?? -Infinity,
  toMs: rule.effectiveToMs ?? Infinity,
});
