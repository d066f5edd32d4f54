import { flushedLater, type Database } from './database';

/** One request of one account to one endpoint. */
export interface Scope {
  readonly accountId: string;
  readonly endpoint: string;
  readonly key: string;
}

/** A scope whose request is being executed, until when. A claim that was taken over has a later end. */
export interface Held extends Scope {
  readonly leasedUntil: Date;
}

export type Claim =
  | { readonly outcome: 'started' }
  | { readonly outcome: 'replay'; readonly status: number; readonly body: string }
  | { readonly outcome: 'mismatch' }
  | { readonly outcome: 'in_progress' };

/** Claims a key until `leasedUntil`, or tells what became of the request that had it. A lease that ran out is taken over. */
export async function begin(
  db: Database,
  claim: Held & { readonly requestHash: string; readonly now: Date },
): Promise<Claim> {
  const { accountId, endpoint, key, requestHash, leasedUntil, now } = claim;
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

/**
 * Keeps the answer under the key, for good; on the disk with the transaction it is part of, or soon. False where the claim
 * was lost: its lease ran out and another execution took it over, so that what this one did must be undone.
 */
export async function finish(
  db: Database,
  answer: Held & { readonly status: number; readonly body: string },
): Promise<boolean> {
  const kept = db
    .updateTable('idempotencyKeys')
    .set({ status: answer.status, body: answer.body })
    .where('accountId', '=', answer.accountId)
    .where('endpoint', '=', answer.endpoint)
    .where('key', '=', answer.key)
    .where('leasedUntil', '=', answer.leasedUntil)
    .where('status', 'is', null)
    .returning('key');
  // Alone it follows its effect: an answer that is lost is made again by the effect's own rules.
  const row = await (db.isTransaction ? kept.executeTakeFirst() : flushedLater(db, kept));
  return row !== undefined;
}

/** Frees a key whose request was refused; one that another execution took over stays claimed. */
export async function abandon(db: Database, held: Held): Promise<void> {
  await db
    .deleteFrom('idempotencyKeys')
    .where('accountId', '=', held.accountId)
    .where('endpoint', '=', held.endpoint)
    .where('key', '=', held.key)
    .where('leasedUntil', '=', held.leasedUntil)
    .where('status', 'is', null)
    .execute();
}
