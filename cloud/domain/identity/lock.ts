/** Who had an account locked: its user, risk control, or an operator. */
const LOCK_REASONS = ['user', 'risk', 'operator'] as const;
export type LockReason = (typeof LOCK_REASONS)[number];

/** How long whoever was locked by risk control waits before unlocking by factors, in ms. */
const COOLING_MS = 30 * 60_000;

/** How long an account is cautious after a lock was lifted, in ms. */
export const CAUTIOUS_AFTER_LOCK_MS = 24 * 3_600_000;

/** Factors that must be proved to unlock, of different kinds, where the account has so many. */
const UNLOCK_FACTORS = 2;

/** How long its user waits before unlocking an account, in ms; null where only an operator may unlock it. */
export function unlockWaitMs(reason: LockReason): number | null {
  if (reason === 'operator') return null;
  return reason === 'risk' ? COOLING_MS : 0;
}

/** Reasons whose lock gives way to one for `reason`: whom a lock is easy for must not keep a harder one away by it. */
export const givingWayTo = (reason: LockReason): readonly LockReason[] =>
  LOCK_REASONS.slice(0, LOCK_REASONS.indexOf(reason));

/** Whether a lock signs the account out everywhere: somebody else may be the one who is signed in. */
export const signsOut = (reason: LockReason): boolean => reason !== 'user';

/** How many factors unlocking needs of an account that has `owned` kinds of them; one that has none cannot be unlocked by factors. */
export const factorsToUnlock = (owned: number): number => Math.max(1, Math.min(UNLOCK_FACTORS, owned));
