import { sql } from 'kysely';

import { pageOf, readCursor, type Page } from './cursor';
import type { Database } from './database';

type Payload = Readonly<Record<string, string | number>>;

/** Effects to be delivered at least once, written in the transaction that caused them. */
export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly payload: Payload;
  readonly createdAt: Date;
  /** Deliveries that failed. */
  readonly attempts: number;
  /** Names of the effects that have been delivered. */
  readonly delivered: readonly string[];
}

/** An event that was given up, for a person to look at. */
export interface DeadLetterRow extends EventRow {
  readonly deadAt: Date | null;
  readonly lastError: string | null;
}

const COLUMNS = ['id', 'type', 'payload', 'createdAt', 'attempts', 'delivered'] as const;
const RETRY_FIRST_MS = 1_000;
const RETRY_LONGEST_MS = 3_600_000;
const ATTEMPTS_MAX = 12;

/** Writes an event. The same id again changes nothing. */
export async function addEvent(
  db: Database,
  event: { readonly id: string; readonly type: string; readonly payload: Payload; readonly now: Date },
): Promise<void> {
  const { id, type, payload, now } = event;
  await db
    .insertInto('outbox')
    .values({ id, type, payload: JSON.stringify({ type, ...payload }), createdAt: now, nextAt: now })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

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
    .returning(COLUMNS)
    .execute();
}

/** Notes that one effect of an event was delivered, so that a later try leaves it out. */
export async function noteDelivered(
  db: Database,
  note: { readonly id: string; readonly effect: string },
): Promise<void> {
  await db
    .updateTable('outbox')
    .set({ delivered: sql<string[]>`array_append(delivered, ${note.effect})` })
    .where('id', '=', note.id)
    .where(sql<boolean>`not (${note.effect} = any(delivered))`)
    .execute();
}

/** Marks an event whose every effect is delivered. */
export async function completeOutbox(
  db: Database,
  event: { readonly id: string; readonly now: Date },
): Promise<void> {
  await db.updateTable('outbox').set({ completedAt: event.now }).where('id', '=', event.id).execute();
}

/** Puts an event off, twice as long each time. After the twelfth failure, or with `final`, a person must look at it. */
export async function failOutbox(
  db: Database,
  failure: {
    readonly id: string;
    readonly attempts: number;
    readonly error: string;
    readonly final?: boolean;
    readonly now: Date;
  },
): Promise<'put_off' | 'dead'> {
  const attempts = failure.attempts + 1;
  const dead = failure.final === true || attempts >= ATTEMPTS_MAX;
  const waitMs = Math.min(RETRY_FIRST_MS * 2 ** attempts, RETRY_LONGEST_MS);
  await db
    .updateTable('outbox')
    .set({
      attempts,
      nextAt: new Date(failure.now.getTime() + waitMs),
      lastError: failure.error.slice(0, 500),
      deadAt: dead ? failure.now : null,
    })
    .where('id', '=', failure.id)
    .execute();
  return dead ? 'dead' : 'put_off';
}

/** Events that were given up. Throws InvalidCursor. */
export async function listDeadLetters(
  db: Database,
  question: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<DeadLetterRow>> {
  let rows = db
    .selectFrom('outbox')
    .select([...COLUMNS, 'deadAt', 'lastError'])
    .where('deadAt', 'is not', null)
    .orderBy('id', 'desc');
  if (question.cursor !== undefined) rows = rows.where('id', '<', readCursor(question.cursor));
  return pageOf(await rows.limit(question.limit + 1).execute(), question.limit);
}

/** Puts a dead letter back among the due events, with all its tries before it. Undefined where it is none. */
export function replayDeadLetter(
  db: Database,
  replay: { readonly id: string; readonly now: Date },
): Promise<DeadLetterRow | undefined> {
  return db
    .updateTable('outbox')
    .set({ deadAt: null, attempts: 0, nextAt: replay.now })
    .where('id', '=', replay.id)
    .where('deadAt', 'is not', null)
    .returning([...COLUMNS, 'deadAt', 'lastError'])
    .executeTakeFirst();
}
