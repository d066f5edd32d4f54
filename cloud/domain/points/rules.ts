import type { FeeCategory, UserTier } from '../fees';
import type { Fen } from '../money';

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
export interface PointsRulesContent {
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

/** Rules in one of their versions: what is priced by them carries its number. */
export interface PointsRules extends PointsRulesContent {
  readonly version: number;
}

/** The least that points given back by a refund live, in ms: those that had longer keep it. */
export const RETURNED_LIFE_MS = 30 * DAY_MS;
/** A year of tiers, in ms. */
export const TIER_YEAR_MS = 365 * DAY_MS;
