/** What somebody can be asked for, beyond being signed in through the host: the least work first. */
export const FACTORS = ['biometric', 'pin', 'totp', 'sms'] as const;
export type Factor = (typeof FACTORS)[number];

/** What a factor is to its owner: something that they know, have, or are. */
export type FactorKind = 'knowledge' | 'possession' | 'inherence';

const KINDS: Readonly<Record<Factor, FactorKind>> = {
  biometric: 'inherence',
  pin: 'knowledge',
  totp: 'possession',
  sms: 'possession',
};

/** Factors of the kind of `factor`, itself included: two of them are no more than one (网络支付业务管理办法, article 22). */
export const sameKind = (factor: Factor): readonly Factor[] =>
  FACTORS.filter((other) => KINDS[other] === KINDS[factor]);

/** How many different kinds there are among factors. */
export const kindsOf = (factors: Iterable<Factor>): number =>
  new Set([...factors].map((factor) => KINDS[factor])).size;

/** What a challenge lets somebody do once it is passed. */
export type ChallengeAction =
  | 'pay'
  | 'unlock'
  | 'add_authenticator'
  | 'remove_authenticator'
  | 'add_biometric'
  | 'remove_biometric'
  | 'reset_pin'
  | 'set_phone'
  | 'remove_phone'
  | 'export_data'
  | 'delete_account'
  | 'bind_card'
  | 'link_login'
  | 'join_account'
  | 'unlink_login';

/**
 * What a finger or a face is enough for. Whoever can make its owner touch the phone, asleep or under threat, must not unlock
 * the account, change its factors or end it by that.
 */
const BY_BIOMETRIC: readonly ChallengeAction[] = ['pay', 'export_data'];
const BY_PIN_ALONE: readonly ChallengeAction[] = ['add_biometric', 'remove_biometric'];

/** Whether a factor counts for an action. Nobody proves by a PIN that they have forgotten it. */
export function mayProve(action: ChallengeAction, factor: Factor): boolean {
  if (factor === 'biometric') return BY_BIOMETRIC.includes(action);
  if (factor === 'pin') return action !== 'reset_pin';
  return !BY_PIN_ALONE.includes(action);
}

/** Proofs by biometrics that were refused, after which the PIN must be entered before the next. */
export const BIOMETRIC_TRIES_MAX = 5;

/** How long the device has to sign what the server asked for, in ms. */
export const BIOMETRIC_NONCE_LIFETIME_MS = 2 * 60_000;
