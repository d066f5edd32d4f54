import { sql } from 'kysely';

import { selectAttempts, type AttemptRow } from './attempts';
import type { Database } from './database';
import { REFUND_COLUMNS, type RefundRow } from './refunds';

/** A claim holds for `leaseMs`; a worker that dies loses it, and another takes the work up. */
interface Lease {
  readonly limit: number;
  readonly now: Date;
  readonly leaseMs: number;
}

const leaseEnd = (lease: Lease): Date => new Date(lease.now.getTime() + lease.leaseMs);

/** Ids of orders that waited for their payment in vain. */
export async function claimExpiredOrders(db: Database, lease: Lease): Promise<readonly string[]> {
  const claimed = await db
    .updateTable('openOrders')
    .set({ claimedUntil: leaseEnd(lease) })
    .where('orderId', 'in', (eb) =>
      eb
        .selectFrom('openOrders')
        .select('orderId')
        .where('expiresAt', '<=', lease.now)
        .where((or) => or.or([or('claimedUntil', 'is', null), or('claimedUntil', '<=', lease.now)]))
        .orderBy('expiresAt')
        .limit(lease.limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning('orderId')
    .execute();
  return claimed.map((row) => row.orderId);
}

/** The first pause between two questions about one attempt, doubled up to the longest, in seconds. */
const QUERY_PAUSE_FIRST_S = 20;
const QUERY_PAUSE_LONGEST_S = 600;

/** Attempts older than `olderThanMs` whose end is not known, each asked about at growing intervals. */
export async function claimUnresolvedAttempts(
  db: Database,
  lease: Lease & { readonly olderThanMs: number },
): Promise<readonly AttemptRow[]> {
  const claimed = await db
    .updateTable('openAttempts')
    .set((eb) => ({
      queries: eb('queries', '+', 1),
      nextQueryAt: sql<Date>`${lease.now}::timestamptz + make_interval(secs =>
        least(${QUERY_PAUSE_FIRST_S} * 2 ^ least(queries, 10), ${QUERY_PAUSE_LONGEST_S}))`,
    }))
    .where('attemptId', 'in', (eb) =>
      eb
        .selectFrom('openAttempts')
        .select('attemptId')
        .where('nextQueryAt', '<=', lease.now)
        .where('createdAt', '<=', new Date(lease.now.getTime() - lease.olderThanMs))
        .orderBy('nextQueryAt')
        .limit(lease.limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning('attemptId')
    .execute();
  if (claimed.length === 0) return [];
  return selectAttempts(db)
    .where(
      'attempts.id',
      'in',
      claimed.map((row) => row.attemptId),
    )
    .orderBy('attempts.id')
    .execute();
}

/** The first pause between two words with a gateway about one refund, doubled up to the longest, in seconds. */
const REFUND_PAUSE_FIRST_S = 20;
const REFUND_PAUSE_LONGEST_S = 3_600;

/** Refunds that the gateway has not confirmed and may be spoken to about now; put off by their back-off, not the lease. */
export function claimDueRefunds(
  db: Database,
  claim: { readonly limit: number; readonly now: Date },
): Promise<readonly RefundRow[]> {
  return db
    .updateTable('refunds')
    .set((eb) => ({
      tries: eb('tries', '+', 1),
      nextAt: sql<Date>`${claim.now}::timestamptz + make_interval(secs =>
        least(${REFUND_PAUSE_FIRST_S} * 2 ^ least(tries, 10), ${REFUND_PAUSE_LONGEST_S}))`,
    }))
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('refunds')
        .select('id')
        .where('state', 'in', ['requested', 'processing', 'failed'])
        .where('nextAt', '<=', claim.now)
        .orderBy('nextAt')
        .limit(claim.limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning(REFUND_COLUMNS)
    .execute();
}
