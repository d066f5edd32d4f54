/** How often something may be done: `burst` times at once, and `perSecond` times in the long run. */
export interface RatePolicy {
  readonly burst: number;
  readonly perSecond: number;
}

/** What is left of a burst, as of an instant in ms. */
export interface Bucket {
  readonly left: number;
  readonly atMs: number;
}

export interface TakenFromBucket {
  readonly bucket: Bucket;
  /** How long to wait until it would be allowed, in ms; 0 where it is allowed now. */
  readonly waitMs: number;
}

/**
 * Takes one from a token bucket, which fills steadily up to its burst; undefined is a full one. What is refused takes nothing.
 * A clock that goes back fills nothing.
 */
export function take(bucket: Bucket | undefined, policy: RatePolicy, nowMs: number): TakenFromBucket {
  const atMs = Math.max(nowMs, bucket?.atMs ?? nowMs);
  const filled = ((atMs - (bucket?.atMs ?? atMs)) / 1_000) * policy.perSecond;
  const left = Math.min(policy.burst, (bucket?.left ?? policy.burst) + filled);
  if (left >= 1) return { bucket: { left: left - 1, atMs }, waitMs: 0 };
  return { bucket: { left, atMs }, waitMs: Math.ceil(((1 - left) / policy.perSecond) * 1_000) };
}

/**
 * What is limited, for each account, device, address or operator. Far above what a person does, and above what everybody
 * behind one address of an office or a mobile network does together.
 */
export const RATE_POLICIES = {
  account: { burst: 1_000, perSecond: 100 },
  address: { burst: 3_000, perSecond: 300 },
  signInOfDevice: { burst: 60, perSecond: 1 },
  signInFromAddress: { burst: 300, perSecond: 5 },
  // Codes that join accounts: few are made or tried by anybody, and guessing one must take longer than it lives.
  linkCodeOfAccount: { burst: 5, perSecond: 1 / 120 },
  linkTryOfAccount: { burst: 10, perSecond: 1 / 120 },
  linkTryOfDevice: { burst: 10, perSecond: 1 / 120 },
  linkTryFromAddress: { burst: 100, perSecond: 1 / 12 },
  operator: { burst: 600, perSecond: 20 },
} as const satisfies Readonly<Record<string, RatePolicy>>;

export type RateKind = keyof typeof RATE_POLICIES;
