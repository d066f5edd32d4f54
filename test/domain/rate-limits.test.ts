import fc from 'fast-check';

import { take, type Bucket, type RatePolicy } from '../../cloud/domain/rate-limits';

const policies = fc.record({
  burst: fc.integer({ min: 1, max: 50 }),
  perSecond: fc.integer({ min: 1, max: 50 }),
});
const NOW_MS = Date.UTC(2026, 10, 24);

/** Tries at these times, in ms since the first; when each was allowed. */
function allowedAt(policy: RatePolicy, gaps: readonly number[]): number[] {
  let bucket: Bucket | undefined;
  let atMs = NOW_MS;
  const allowed: number[] = [];
  for (const gap of gaps) {
    atMs += gap;
    const taken = take(bucket, policy, atMs);
    bucket = taken.bucket;
    if (taken.waitMs === 0) allowed.push(atMs);
  }
  return allowed;
}

const gaps = fc.array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 200 });

test('in no span of time is more allowed than a burst and what fills meanwhile', () => {
  fc.assert(
    fc.property(policies, gaps, (policy, between) => {
      const allowed = allowedAt(policy, between);
      for (const [from, start] of allowed.entries()) {
        for (const [to, end] of allowed.entries()) {
          if (to < from) continue;
          const most = policy.burst + ((end - start) / 1_000) * policy.perSecond;
          expect(to - from + 1).toBeLessThanOrEqual(most + 1e-6);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test('a burst is allowed at once, the next is told how long to wait, and then is allowed', () => {
  fc.assert(
    fc.property(policies, (policy) => {
      let bucket: Bucket | undefined;
      for (let done = 0; done < policy.burst; done += 1) {
        const taken = take(bucket, policy, NOW_MS);
        expect(taken.waitMs).toBe(0);
        bucket = taken.bucket;
      }
      const refused = take(bucket, policy, NOW_MS);
      expect(refused.waitMs).toBeGreaterThan(0);
      expect(take(refused.bucket, policy, NOW_MS + refused.waitMs).waitMs).toBe(0);
    }),
  );
});

test('a clock that goes back fills nothing', () => {
  const policy = { burst: 1, perSecond: 1 };
  const first = take(undefined, policy, NOW_MS);
  const back = take(first.bucket, policy, NOW_MS - 60_000);
  expect(back.waitMs).toBeGreaterThan(0);
  expect(take(back.bucket, policy, NOW_MS).waitMs).toBeGreaterThan(0);
});
