import { sql } from 'kysely';

import { PIN_LOCKS_MS, PIN_TRIES_MAX } from '../../domain';
import type { Database } from '../database';

/** How an account's PIN stands. */
export interface PinState {
  readonly hash: string;
  /** Tries that were made since the last right one or the last stop. */
  readonly tries: number;
  /** How often entering it was stopped since the last right one. */
  readonly locks: number;
  readonly lockedUntil: Date | null;
  readonly setAt: Date;
}

const COLUMNS = ['hash', 'tries', 'locks', 'lockedUntil', 'setAt'] as const;

export async function getPin(db: Database, accountId: string): Promise<PinState | undefined> {
  return db.selectFrom('paymentPins').select(COLUMNS).where('accountId', '=', accountId).executeTakeFirst();
}

/** Sets an account's first PIN; false where it has one. */
export async function createPin(
  db: Database,
  pin: { readonly accountId: string; readonly hash: string; readonly now: Date },
): Promise<boolean> {
  const created = await db
    .insertInto('paymentPins')
    .values({ accountId: pin.accountId, hash: pin.hash, setAt: pin.now })
    .onConflict((conflict) => conflict.column('accountId').doNothing())
    .returning('accountId')
    .execute();
  return created.length > 0;
}

/** A try at a PIN that may be made: how the PIN stands if it fails, and the hash that it was counted for. */
export type PinTry = Pick<PinState, 'hash' | 'tries' | 'lockedUntil'>;

/**
 * Counts a try before it is made. The one that uses up the last of them stops further ones for longer each time; where it
 * turns out right, `clearPinTries` takes that back. Undefined where entering is stopped now, or there is no PIN.
 */
export async function claimPinTry(
  db: Database,
  claim: { readonly accountId: string; readonly now: Date },
): Promise<PinTry | undefined> {
  const { now } = claim;
  const tries = sql<number>`(case when locked_until is null then tries else 0 end + 1)`;
  const lockMs = sql`(${sql.val(PIN_LOCKS_MS)}::bigint[])[least(locks + 1, ${PIN_LOCKS_MS.length}::integer)]`;
  return db
    .updateTable('paymentPins')
    .set({
      tries,
      locks: sql<number>`locks + case when ${tries} >= ${PIN_TRIES_MAX}::integer then 1 else 0 end`,
      lockedUntil: sql<Date | null>`case when ${tries} >= ${PIN_TRIES_MAX}::integer
        then ${now}::timestamptz + ${lockMs} * interval '1 millisecond' end`,
    })
    .where('accountId', '=', claim.accountId)
    .where((eb) => eb.or([eb('lockedUntil', 'is', null), eb('lockedUntil', '<=', now)]))
    .returning(['hash', 'tries', 'lockedUntil'])
    .executeTakeFirst();
}

/** Takes the tries back after a right one. Where the PIN was changed meanwhile nothing happens. */
export async function clearPinTries(
  db: Database,
  pin: { readonly accountId: string; readonly hash: string },
): Promise<void> {
  await db
    .updateTable('paymentPins')
    .set({ tries: 0, locks: 0, lockedUntil: null })
    .where('accountId', '=', pin.accountId)
    .where('hash', '=', pin.hash)
    .execute();
}

/** Puts a PIN in the place of the one whose hash was read; false where that is no longer the one. */
export async function replacePin(
  db: Database,
  pin: {
    readonly accountId: string;
    readonly replacedHash: string;
    readonly hash: string;
    readonly now: Date;
  },
): Promise<boolean> {
  const replaced = await db
    .updateTable('paymentPins')
    .set({ hash: pin.hash, setAt: pin.now, tries: 0, locks: 0, lockedUntil: null })
    .where('accountId', '=', pin.accountId)
    .where('hash', '=', pin.replacedHash)
    .returning('accountId')
    .execute();
  return replaced.length > 0;
}

/** Keeps the same PIN under a newer key or slower parameters. */
export async function rehashPin(
  db: Database,
  pin: { readonly accountId: string; readonly replacedHash: string; readonly hash: string },
): Promise<void> {
  await db
    .updateTable('paymentPins')
    .set({ hash: pin.hash })
    .where('accountId', '=', pin.accountId)
    .where('hash', '=', pin.replacedHash)
    .execute();
}
