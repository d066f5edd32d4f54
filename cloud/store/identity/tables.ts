import type { ColumnType } from 'kysely';

import type { ChallengeAction, Factor } from '../../domain';

type Fixed<T> = ColumnType<T, T, never>;

export interface PaymentPinsTable {
  accountId: Fixed<string>;
  hash: string;
  tries: ColumnType<number, never, number>;
  locks: ColumnType<number, never, number>;
  lockedUntil: ColumnType<Date | null, never, Date | null>;
  setAt: Date;
  /** When a forgotten PIN may be set anew without another factor. */
  resetAfter: ColumnType<Date | null, never, Date | null>;
}

export interface AuthenticatorsTable {
  accountId: Fixed<string>;
  secret: string;
  confirmedAt: ColumnType<Date | null, never, Date>;
  /** Step of the last code that was used. */
  lastStep: ColumnType<number, never, number>;
  tries: ColumnType<number, never, number>;
  locks: ColumnType<number, never, number>;
  lockedUntil: ColumnType<Date | null, never, Date | null>;
  createdAt: Fixed<Date>;
}

export interface RecoveryCodesTable {
  accountId: Fixed<string>;
  hash: Fixed<string>;
  usedAt: ColumnType<Date | null, never, Date>;
}

export interface SealingKeysTable {
  accountId: Fixed<string>;
  id: Fixed<string>;
  sessionId: Fixed<string>;
  expiresAt: Fixed<Date>;
}

export type { ChallengeAction };

export interface ChallengesTable {
  accountId: Fixed<string>;
  id: Fixed<string>;
  sessionId: Fixed<string>;
  action: Fixed<ChallengeAction>;
  /** What it is about: the order's id for `pay`, the judged event's for `bind_card`, nothing for the others. */
  subject: Fixed<string>;
  amountFen: Fixed<number | null>;
  /** How many factors, and which were proved. */
  required: Fixed<number>;
  passed: ColumnType<Factor[], never, never>;
  expiresAt: Fixed<Date>;
  usedAt: ColumnType<Date | null, never, Date>;
  createdAt: Fixed<Date>;
}

export const SECURITY_EVENTS = [
  'pin_set',
  'pin_changed',
  'pin_wrong',
  'pin_locked',
  'account_locked',
  'account_unlocked',
  'pin_reset_asked',
  'pin_reset',
  'authenticator_added',
  'authenticator_removed',
  'biometric_added',
  'biometric_removed',
  'biometric_wrong',
  'code_wrong',
  'recovery_code_used',
  'device_added',
  'signed_in',
  'device_signed_out',
  'others_signed_out',
  'token_reused',
  'phone_set',
  'phone_changed',
  'phone_removed',
  'export_asked',
  'export_read',
  'deletion_asked',
  'deletion_cancelled',
  'account_deleted',
  'login_linked',
  'login_unlinked',
] as const;
export type SecurityEventKind = (typeof SECURITY_EVENTS)[number];

export interface SecurityEventsTable {
  accountId: Fixed<string>;
  id: Fixed<string>;
  kind: Fixed<SecurityEventKind>;
  sessionId: Fixed<string | null>;
  at: Fixed<Date>;
}

export interface PhonesTable {
  accountId: Fixed<string>;
  /** Its record in the vault. */
  recordId: Fixed<string>;
  masked: Fixed<string>;
  verifiedAt: Fixed<Date>;
  codesFrom: Fixed<Date>;
}

export interface SmsCodesTable {
  accountId: Fixed<string>;
  id: Fixed<string>;
  challengeId: Fixed<string>;
  phoneIndex: Fixed<Uint8Array>;
  hash: Fixed<string>;
  tries: ColumnType<number, never, number>;
  sentAt: Fixed<Date>;
  expiresAt: Date;
  usedAt: ColumnType<Date | null, never, Date>;
}

export interface BiometricsTable {
  accountId: Fixed<string>;
  deviceId: Fixed<string>;
  keyId: string | null;
  counter: number | null;
  tries: ColumnType<number, never, number>;
  setAt: Date;
}

export interface BiometricNoncesTable {
  accountId: Fixed<string>;
  challengeId: Fixed<string>;
  sessionId: Fixed<string>;
  nonce: string;
  expiresAt: Date;
}
