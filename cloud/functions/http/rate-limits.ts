import { BoundedMap } from '../../domain/bounded-map';
import { RATE_POLICIES, take, type Bucket, type RateKind } from '../../domain/rate-limits';
import { ApiError } from './problem';

/** Holders remembered of each kind; those heard of longest ago make room, and are then as good as new. */
const HOLDERS_MAX = 20_000;

/** Counts what each account, device, address and operator does. */
export interface RateLimits {
  /** Counts one more; throws RateLimited where it is too much. A holder that is not known is not limited. */
  count(kind: RateKind, holder: string | undefined): void;
}

/** `rate_limited`, with how long to wait. */
export class RateLimited extends ApiError {
  constructor(private readonly waitSeconds: number) {
    super('rate_limited');
  }
  override get retryAfterSeconds(): number {
    return this.waitSeconds;
  }
}

/**
 * Rate limits in this process's memory, so that the paying path waits for no statement more. Every instance counts for
 * itself: with N of them somebody gets N times as much, which still bounds what one can do to an instance. What must hold over all
 * instances is counted in the database by whoever needs it. `factor` raises or lowers all limits.
 */
export function rateLimits(options: { readonly now: () => Date; readonly factor: number }): RateLimits {
  const holders = new Map<RateKind, BoundedMap<{ bucket: Bucket | undefined }>>();
  return {
    count(kind, holder) {
      if (holder === undefined) return;
      let ofKind = holders.get(kind);
      if (ofKind === undefined) holders.set(kind, (ofKind = new BoundedMap(HOLDERS_MAX)));
      const { burst, perSecond } = RATE_POLICIES[kind];
      const policy = { burst: Math.max(1, burst * options.factor), perSecond: perSecond * options.factor };
      const known = ofKind.take(holder, () => ({ bucket: undefined }));
      const { bucket, waitMs } = take(known.bucket, policy, options.now().getTime());
      known.bucket = bucket;
      if (waitMs > 0) throw new RateLimited(Math.ceil(waitMs / 1_000));
    },
  };
}
