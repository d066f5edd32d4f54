export { allowanceHeld, allowancesOf, monthOf } from './allowances';
export { boundOf, chargeBy, CHARGED_FEN_MAX, feeOfTrace, type FeePart, type FeeTrace } from './charge';
export { checkFees, type FeeFinding } from './check';
export { compileFees, type FeeEngine } from './engine';
export * from './facts';
export { startRehearsal, type Rehearsal, type RehearsalReport, type RehearsalSegment } from './rehearse';
export {
  ROUNDINGS,
  type FeeConditions,
  type FeeQuestion,
  type FeeRule,
  type FeeRuleSet,
  type FeeTier,
  type Rounding,
  type TierMode,
} from './rules';
