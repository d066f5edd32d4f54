export { LINK_CODE_LIFETIME_MS, UNLINK_PAUSE_MS, type JoinObstacle } from './linking';
export {
  BIOMETRIC_NONCE_LIFETIME_MS,
  BIOMETRIC_TRIES_MAX,
  FACTORS,
  kindsOf,
  mayProve,
  sameKind,
  type ChallengeAction,
  type Factor,
  type FactorKind,
} from './factors';
export {
  CAUTIOUS_AFTER_LOCK_MS,
  factorsToUnlock,
  givingWayTo,
  signsOut,
  unlockWaitMs,
  type LockReason,
} from './lock';
export { PIN_DIGITS, PIN_LOCKS_MS, PIN_TRIES_MAX, pinWeakness, type PinWeakness } from './pin';
export {
  SMS_CODE_DIGITS,
  SMS_CODE_LIFETIME_MS,
  SMS_REMEMBERED_MS,
  SMS_TRIES_MAX,
  smsWaitMs,
} from './sms-code';
export {
  CHALLENGE_LIFETIME_MS,
  factorsForPayment,
  needsDaySum,
  STEP_UP_POLICY,
  type StepUpFacts,
  type RiskLevel,
  type StepUpPolicy,
} from './step-up';
