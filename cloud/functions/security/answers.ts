import type { Challenge, Factor, Security, SecurityEventList } from '../../contract/types';
import { BIOMETRIC_TRIES_MAX, FACTORS, mayProve, sameKind, type StepUpPolicy } from '../../domain/identity';
import type { Page } from '../../store';
import type {
  AccountLock,
  BiometricRow,
  ChallengeRow,
  PhoneRow,
  PinState,
  SecurityEventRow,
} from '../../store/identity';

/** A challenge as the contract tells it. `owned` are the account's factors. */
export const challengeAnswer = (challenge: ChallengeRow, owned: ReadonlySet<Factor>): Challenge => ({
  id: challenge.id,
  action: challenge.action,
  orderId: challenge.action === 'pay' ? challenge.subject : null,
  amountFen: challenge.amountFen,
  required: challenge.required,
  passed: [...challenge.passed],
  available: FACTORS.filter(
    (factor) =>
      owned.has(factor) &&
      !sameKind(factor).some((proved) => challenge.passed.includes(proved)) &&
      mayProve(challenge.action, factor),
  ),
  state: challenge.passed.length >= challenge.required ? 'passed' : 'open',
  expiresAt: challenge.expiresAt.toISOString(),
});

const instant = (at: Date | null): string | null => at?.toISOString() ?? null;

/** A lock as the contract tells it; null where there is none. */
export function lockAnswer(lock: AccountLock, now: Date): Security['lock'] {
  const { lockedAt, lockReason, unlockAfter } = lock;
  if (lockedAt === null || lockReason === null) return null;
  return {
    reason: lockReason,
    lockedAt: lockedAt.toISOString(),
    unlockAfter: instant(unlockAfter),
    unlockInMs: unlockAfter && Math.max(0, unlockAfter.getTime() - now.getTime()),
  };
}

/** How an account's security stands, for its security centre. */
export function securityAnswer(parts: {
  readonly pin: PinState | undefined;
  readonly lock: AccountLock;
  readonly authenticator: Security['authenticator'];
  readonly biometric: BiometricRow | undefined;
  readonly phone: {
    readonly row: PhoneRow | undefined;
    readonly available: boolean;
    readonly sends: boolean;
  };
  readonly policy: StepUpPolicy;
  readonly now: Date;
}): Security {
  const { pin, lock, authenticator, biometric, phone, policy, now } = parts;
  const future = (at: Date | null | undefined): string | null => (at && at > now ? at.toISOString() : null);
  return {
    pin: {
      set: pin !== undefined,
      setAt: instant(pin?.setAt ?? null),
      lockedUntil: future(pin?.lockedUntil),
      resetAfter: instant(pin?.resetAfter ?? null),
    },
    authenticator,
    biometric: {
      set: biometric !== undefined,
      setAt: instant(biometric?.setAt ?? null),
      stopped: biometric !== undefined && biometric.tries >= BIOMETRIC_TRIES_MAX,
    },
    phone: {
      available: phone.available,
      masked: phone.row?.masked ?? null,
      verifiedAt: instant(phone.row?.verifiedAt ?? null),
      codes: phone.sends && phone.row !== undefined && phone.row.codesFrom <= now,
      codesFrom: future(phone.row?.codesFrom),
    },
    lock: lockAnswer(lock, now),
    cautiousUntil: future(lock.cautiousUntil),
    limits: { ...policy },
  };
}

export const eventsAnswer = (page: Page<SecurityEventRow>): SecurityEventList => ({
  items: page.items.map(({ id, kind, at }) => ({ id, kind, at: at.toISOString() })),
  nextCursor: page.nextCursor,
});
