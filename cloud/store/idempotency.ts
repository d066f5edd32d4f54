import { flushedLater, type Database } from './database';

/** One request of one account to one endpoint. */
export interface Scope {
  readonly accountId: string;
  readonly endpoint: string;
  readonly key: string;
}

export type Claim =
  | { readonly outcome: 'started' }
  | { readonly outcome: 'replay'; readonly status: number; readonly body: string }
  | { readonly outcome: 'mismatch' }
  | { readonly outcome: 'in_progress' };

/** Claims a key for `leaseMs`, or tells what became of the request that had it. A lease that ran out is taken over. */
export async function begin(
  db: Database,
  claim: Scope & { readonly requestHash: string; readonly now: Date; readonly leaseMs: number },
): Promise<Claim> {
  const { accountId, endpoint, key, requestHash, now } = claim;
  const leasedUntil = new Date(now.getTime() + claim.leaseMs);
  // Whatever the request changes is on the disk after its key, and so never without it.
  const claimed = db
    .insertInto('idempotencyKeys')
    .values({ accountId, endpoint, key, requestHash, leasedUntil, createdAt: now })
    .onConflict((conflict) =>
      conflict
        .columns(['accountId', 'endpoint', 'key'])
        .doUpdateSet({ leasedUntil })
        .where('idempotencyKeys.status', 'is', null)
        .where('idempotencyKeys.leasedUntil', '<=', now)
        .where('idempotencyKeys.requestHash', '=', requestHash),
    )
    .returning('key');
  if ((await flushedLater(db, claimed)) !== undefined) return { outcome: 'started' };
  const known = await db
    .selectFrom('idempotencyKeys')
    .select(['requestHash', 'status', 'body'])
    .where('accountId', '=', accountId)
    .where('endpoint', '=', endpoint)
    .where('key', '=', key)
    .executeTakeFirst();
  // Given up between the two statements: free again, as its holder will find when it asks again.
  if (known === undefined) return { outcome: 'in_progress' };
  if (known.requestHash !== requestHash) return { outcome: 'mismatch' };
  if (known.status === null || known.body === null) return { outcome: 'in_progress' };
  return { outcome: 'replay', status: known.status, body: known.body };
}

/** Keeps the answer under the key, for good; on the disk with the transaction it is part of, or soon. */
export async function finish(
  db: Database,
  answer: Scope & { readonly status: number; readonly body: string; readonly now: Date },
): Promise<void> {
  const kept = db
    .updateTable('idempotencyKeys')
    .set({ status: answer.status, body: answer.body })
    .where('accountId', '=', answer.accountId)
    .where('endpoint', '=', answer.endpoint)
    .where('key', '=', answer.key)
    .where('status', 'is', null);
  // Alone it follows its effect: an answer that is lost is made again by the effect's own rules.
  await (db.isTransaction ? kept.execute() : flushedLater(db, kept.returning('key')));
}

/** Frees a key whose request was refused. */
export async function abandon(db: Database, scope: Scope): Promise<void> {
  await db
    .deleteFrom('idempotencyKeys')
    .where('accountId', '=', scope.accountId)
    .where('endpoint', '=', scope.endpoint)
    .where('key', '=', scope.key)
    .where('status', 'is', null)
    .execute();
}
