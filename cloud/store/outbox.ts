import type { Database } from './database';

/** An effect to be delivered at least once, written in the transaction that caused it. */
export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly payload: Readonly<Record<string, string | number>>;
  /** Deliveries that failed. */
  readonly attempts: number;
}

const RETRY_FIRST_MS = 1_000;
const RETRY_LONGEST_MS = 3_600_000;
const ATTEMPTS_MAX = 12;

/** Takes due events for `leaseMs`; no other worker gets them meanwhile. */
export function claimOutbox(
  db: Database,
  claim: { readonly limit: number; readonly now: Date; readonly leaseMs: number },
): Promise<readonly EventRow[]> {
  return db
    .updateTable('outbox')
    .set({ nextAt: new Date(claim.now.getTime() + claim.leaseMs) })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('outbox')
        .select('id')
        .where('completedAt', 'is', null)
        .where('deadAt', 'is', null)
        .where('nextAt', '<=', claim.now)
        .orderBy('nextAt')
        .limit(claim.limit)
        .forUpdate()
        .skipLocked(),
    )
    .returning(['id', 'type', 'payload', 'attempts'])
    .execute();
}

/** Marks an event as delivered. */
export async function completeOutbox(
  db: Database,
  event: { readonly id: string; readonly now: Date },
): Promise<void> {
  await db.updateTable('outbox').set({ completedAt: event.now }).where('id', '=', event.id).execute();
}

/** Puts an event off, twice as long each time; after the twelfth failure a person must look at it. */
export async function failOutbox(
  db: Database,
  failure: { readonly id: string; readonly attempts: number; readonly error: string; readonly now: Date },
): Promise<void> {
  const attempts = failure.attempts + 1;
  const waitMs = Math.min(RETRY_FIRST_MS * 2 ** attempts, RETRY_LONGEST_MS);
  await db
    .updateTable('outbox')
    .set({
      attempts,
      nextAt: new Date(failure.now.getTime() + waitMs),
      lastError: failure.error.slice(0, 500),
      deadAt: attempts >= ATTEMPTS_MAX ? failure.now : null,
    })
    .where('id', '=', failure.id)
    .execute();
}
