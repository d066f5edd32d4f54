export { checkPromotion, type PromotionFinding } from './check';
export { candidatesFor, choosePromotions, type Owed } from './choose';
export { cashbackAfterRefund, claimsOf, heldOf, leftAfterRefund, type PromotionClaim } from './claims';
export { hasLeft, isForPayer, isRunning, timesLeft } from './conditions';
export { promotionsInTime, promotionsLiveAt, promotionStanding, type PromotionStanding } from './life';
export { promotionPricing, type CouponOutcome, type PromotionPricing } from './price';
export {
  BENEFIT_KINDS,
  CASHBACK_FEN_LEAST,
  STACKING_GROUP_MAX,
  type Benefit,
  type BenefitKind,
  type Hours,
  type PayerFacts,
  type PaymentFacts,
  type Promotion,
  type PromotionConditions,
  type PromotionLimits,
  type PromotionTerms,
  type PromotionUse,
  type Stacking,
} from './promotion';
export { grantOfTrace, traceOf, type PromotionTrace } from './trace';
export {
  startPromotionRehearsal,
  type PromotionRehearsal,
  type PromotionRehearsalReport,
  type PromotionRehearsalSegment,
  type PromotionVerdict,
} from './rehearse';
