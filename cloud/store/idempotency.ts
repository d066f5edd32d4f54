import type { CompiledQuery } from 'kysely';

import { FLUSH_LATER, run, type Database } from './database';
import { activeSession, isSessionActive } from './sessions';

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

/** Who asks under a key, and for what. With a `sessionId`, only while that session lasts. */
export interface Ask {
  readonly requestHash: string;
  readonly now: Date;
  readonly sessionId?: string | undefined;
}

/** What was answered under a key: status and JSON. */
export interface KeptAnswer extends Held {
  readonly status: number;
  readonly body: string;
  /** Where the key is claimed together with its answer, and not held before. */
  readonly claimedBy?: Ask | undefined;
}

export type Claim<Row = never> =
  /** With what was to be read with it. */
  | { readonly outcome: 'started'; readonly read: readonly Row[] }
  | { readonly outcome: 'replay'; readonly status: number; readonly body: string }
  | { readonly outcome: 'mismatch' }
  | { readonly outcome: 'in_progress' }
  /** The session that asks has ended. */
  | { readonly outcome: 'no_session' };

const CLAIM_PARAMETERS = 7;
const CLAIMED = `
  with claimed as (
    insert into idempotency_keys as known (account_id, endpoint, key, request_hash, leased_until, created_at)
      select $1::uuid, $2, $3, $4, $5::timestamptz, $6::timestamptz
        where $7::uuid is null or exists (${activeSession('$7::uuid', '$6::timestamptz')})
      on conflict (account_id, endpoint, key) do update set leased_until = excluded.leased_until
        where known.status is null and known.leased_until <= excluded.created_at
          and known.request_hash = excluded.request_hash
      returning key
  )`;
const CLAIM = `${CLAIMED} select key, ${FLUSH_LATER} from claimed`;
const CLAIM_AND_READ = new Map<string, string>();

/** The claim with a query in one statement; its row tells whether there was anything to read. */
function claimAndRead(reading: string): string {
  const known = CLAIM_AND_READ.get(reading);
  if (known !== undefined) return known;
  const shifted = reading.replace(/\$(\d+)/g, (_, place: string) => `$${Number(place) + CLAIM_PARAMETERS}`);
  // Materialized: what is read is made out once, however often its columns are named.
  const text = `${CLAIMED}, read as materialized (select true as found, known.* from (${shifted}) as known)
    select read.*, ${FLUSH_LATER} from claimed left join read on true`;
  CLAIM_AND_READ.set(reading, text);
  return text;
}

/** Whether the key could be claimed: undefined where it could not, or what was read with it. */
async function tryClaim<Row>(
  db: Database,
  claim: Held & Ask,
  reading: CompiledQuery<Row> | undefined,
): Promise<readonly Row[] | undefined> {
  const { accountId, endpoint, key, requestHash, leasedUntil, now, sessionId } = claim;
  // Whatever the request changes is on the disk after its key, and so never without it.
  const parameters = [accountId, endpoint, key, requestHash, leasedUntil, now, sessionId ?? null];
  if (reading === undefined) return (await run(db, CLAIM, parameters)).length > 0 ? [] : undefined;
  const { rows } = await db.executeQuery<Row & { readonly found: true | null }>({
    ...reading,
    sql: claimAndRead(reading.sql),
    parameters: [...parameters, ...reading.parameters],
  });
  return rows.length > 0 ? rows.filter(({ found }) => found) : undefined;
}

/**
 * Claims a key until `leasedUntil`, or tells what became of the request that had it. A lease that ran out is taken over.
 * With a `reading`, what that finds is told in the same round trip.
 */
export async function begin<Row = never>(
  db: Database,
  claim: Held & Ask,
  reading?: CompiledQuery<Row>,
): Promise<Claim<Row>> {
  const { accountId, endpoint, key, requestHash, now, sessionId } = claim;
  const read = await tryClaim(db, claim, reading);
  if (read !== undefined) return { outcome: 'started', read };
  if (sessionId !== undefined && !(await isSessionActive(db, { sessionId, now }))) {
    return { outcome: 'no_session' };
  }
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
export async function finish(db: Database, answer: KeptAnswer): Promise<boolean> {
  // Alone it follows its effect: an answer that is lost is made again by the effect's own rules.
  const text = db.isTransaction ? FINISH : FINISH_FLUSHED_LATER;
  return (await run(db, text, keepAnswerParameters(answer))).length > 0;
}

/**
 * A common table expression `kept` that keeps an answer, with parameters from `$first` on: for a statement whose effect
 * and whose answer are there together or not at all. It has a row unless the claim was lost or the condition does not hold.
 */
export const keepAnswer = (first: number, condition = 'true'): string => `kept as (
    update idempotency_keys set status = $${first}::integer, body = $${first + 1}
      where account_id = $${first + 2}::uuid and endpoint = $${first + 3} and key = $${first + 4}
        and leased_until = $${first + 5}::timestamptz and status is null and ${condition}
      returning key
  )`;

/** `keepAnswer` of a key that nobody has had yet: it has a row unless somebody has, or the session has ended. */
export const claimWithAnswer = (first: number): string => `kept as (
    insert into idempotency_keys (
        status, body, account_id, endpoint, key, leased_until, request_hash, created_at)
      select $${first}::integer, $${first + 1}, $${first + 2}::uuid, $${first + 3}, $${first + 4},
          $${first + 5}::timestamptz, $${first + 6}, $${first + 7}::timestamptz
        where $${first + 8}::uuid is null
          or exists (${activeSession(`$${first + 8}::uuid`, `$${first + 7}::timestamptz`)})
      on conflict (account_id, endpoint, key) do nothing
      returning key
  )`;

/** Of `claimWithAnswer` where the answer claims its key, of `keepAnswer` otherwise. */
export const keepAnswerParameters = ({ claimedBy, ...answer }: KeptAnswer): readonly unknown[] => [
  answer.status,
  answer.body,
  answer.accountId,
  answer.endpoint,
  answer.key,
  answer.leasedUntil,
  ...(claimedBy === undefined ? [] : [claimedBy.requestHash, claimedBy.now, claimedBy.sessionId ?? null]),
];

const FINISH = `with ${keepAnswer(1)} select key from kept`;
const FINISH_FLUSHED_LATER = `with ${keepAnswer(1)} select key, ${FLUSH_LATER} from kept`;

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
