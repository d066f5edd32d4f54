import type { Database } from '../database';
import { countedTry, mayTry, NO_TRIES } from './tries';

/** How an account's PIN stands. */
export interface PinState {
  readonly hash: string;
  /** Tries that were made since the last right one or the last stop. */
  readonly tries: number;
  /** How often entering it was stopped since the last right one. */
  readonly locks: number;
  readonly lockedUntil: Date | null;
  readonly setAt: Date;
  /** When a forgotten PIN may be set anew without another factor; null where nobody asked. */
  readonly resetAfter: Date | null;
}

const COLUMNS = ['hash', 'tries', 'locks', 'lockedUntil', 'setAt', 'resetAfter'] as const;

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

/** Counts a try before it is made (`tries.ts`). Undefined where entering is stopped now, or there is no PIN. */
export async function claimPinTry(
  db: Database,
  claim: { readonly accountId: string; readonly now: Date },
): Promise<PinTry | undefined> {
  return db
    .updateTable('paymentPins')
    .set(countedTry(claim.now))
    .where('accountId', '=', claim.accountId)
    .where(mayTry(claim.now))
    .returning(['hash', 'tries', 'lockedUntil'])
    .executeTakeFirst();
}

/**
 * Takes the tries back after a right one, and a wish to set the PIN anew, which its owner would not have; biometrics that were
 * stopped go on. Where the PIN was changed meanwhile its tries stay.
 */
export async function clearPinTries(
  db: Database,
  pin: { readonly accountId: string; readonly hash: string },
): Promise<void> {
  await db
    .with('resumed', (part) =>
      part
        .updateTable('biometrics')
        .set({ tries: 0 })
        .where('accountId', '=', pin.accountId)
        .where('tries', '>', 0),
    )
    .updateTable('paymentPins')
    .set({ ...NO_TRIES, resetAfter: null })
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
    .set({ hash: pin.hash, setAt: pin.now, ...NO_TRIES, resetAfter: null })
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

/** Keeps the wish to set a forgotten PIN anew once a wait is over; the first wish holds. False where there is no PIN. */
export async function askPinReset(
  db: Database,
  wish: { readonly accountId: string; readonly resetAfter: Date },
): Promise<boolean> {
  const rows = await db
    .updateTable('paymentPins')
    .set((eb) => ({ resetAfter: eb.fn.coalesce('resetAfter', eb.val(wish.resetAfter)) }))
    .where('accountId', '=', wish.accountId)
    .returning('accountId')
    .execute();
  return rows.length > 0;
}
