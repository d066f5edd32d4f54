import type { FeeCategory, UserTier } from '../fees';
import { fen, type Fen } from '../money';

const DAY_MS = 86_400_000;

/** Multiplies what payments of some kind earn; a condition that is left out holds for everything. */
export interface PointsMultiplier {
  readonly id: string;
  readonly categories?: readonly FeeCategory[];
  readonly userTiers?: readonly UserTier[];
  /** In parts per million: 1,500,000 is half as much again. */
  readonly multiplierPpm: number;
}

/** What points pay at checkout. */
export interface RedemptionRule {
  readonly fenPerHundredPoints: Fen;
  /** The most of the order's amount that points pay, in parts per million. */
  readonly sharePpm: number;
  /** Fewer are not taken. */
  readonly pointsMin: number;
}

/** The rules of points, as data. Times in ms. */
export interface PointsRules {
  readonly id: string;
  /** Base: one point for each whole so-many fen that were paid of the amount in money. */
  readonly fenPerPoint: Fen;
  /** All that apply are multiplied; what is not a whole point is left out once, at the end. */
  readonly multipliers: readonly PointsMultiplier[];
  readonly redemption: RedemptionRule;
  /** How long after the payment its points are pending: the time in which refunds are usual. */
  readonly pendingMs: number;
  /** How long points live once they may be spent. */
  readonly lifeMs: number;
  /** How long before they expire the user is warned. */
  readonly warnedBeforeMs: number;
  /** Points released within a year from which a tier begins, lowest first. */
  readonly tiers: readonly { readonly tier: UserTier; readonly fromPoints: number }[];
}

/** The least that points given back by a refund live, in ms: those that had longer keep it. */
export const RETURNED_LIFE_MS = 30 * DAY_MS;
/** A year of tiers, in ms. */
export const TIER_YEAR_MS = 365 * DAY_MS;

/** The rules in force. */
export const POINTS_RULES: PointsRules = {
  id: 'point_per_yuan',
  fenPerPoint: fen(100),
  multipliers: [
    { id: 'silver', userTiers: ['silver'], multiplierPpm: 1_100_000 },
    { id: 'gold', userTiers: ['gold'], multiplierPpm: 1_250_000 },
    { id: 'platinum', userTiers: ['platinum'], multiplierPpm: 1_500_000 },
  ],
  redemption: { fenPerHundredPoints: fen(100), sharePpm: 500_000, pointsMin: 100 },
  pendingMs: 7 * DAY_MS,
  lifeMs: 365 * DAY_MS,
  warnedBeforeMs: 7 * DAY_MS,
  tiers: [
    { tier: 'standard', fromPoints: 0 },
    { tier: 'silver', fromPoints: 2_000 },
    { tier: 'gold', fromPoints: 10_000 },
    { tier: 'platinum', fromPoints: 50_000 },
  ],
};
