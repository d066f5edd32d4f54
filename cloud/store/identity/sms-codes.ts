import { SMS_REMEMBERED_MS, SMS_TRIES_MAX, smsWaitMs } from '../../domain';
import { inTransaction, type Database } from '../database';

/** A code about to be sent. */
export interface NewSmsCode {
  readonly accountId: string;
  readonly id: string;
  readonly challengeId: string;
  /** Keyed hash of the number it goes to. */
  readonly phoneIndex: Uint8Array;
  readonly hash: string;
  readonly expiresAt: Date;
}

/**
 * Keeps a code, unless the account or the number has been sent so many that the next has to wait: how long, in ms, or 0 where it
 * was kept. Codes of one account are kept one after another; those for one number may pass its limit by as many accounts as
 * ask at one moment.
 */
export function keepSmsCode(db: Database, code: NewSmsCode & { readonly now: Date }): Promise<number> {
  const { now, ...columns } = code;
  const since = new Date(now.getTime() - SMS_REMEMBERED_MS);
  return inTransaction(db, async (transaction) => {
    const { accountId, phoneIndex } = code;
    await transaction.selectFrom('accounts').select('id').where('id', '=', accountId).forUpdate().execute();
    await transaction
      .deleteFrom('smsCodes')
      .where('accountId', '=', accountId)
      .where('sentAt', '<=', since)
      .execute();
    const sent = await transaction
      .selectFrom('smsCodes')
      .select(['accountId', 'sentAt'])
      .where((eb) =>
        eb.or([
          eb('accountId', '=', accountId),
          eb.and([eb('phoneIndex', '=', phoneIndex), eb('sentAt', '>', since)]),
        ]),
      )
      .execute();
    const waitMs = smsWaitMs(
      sent.map(({ sentAt }) => sentAt.getTime()),
      now.getTime(),
    );
    if (waitMs === 0) {
      await transaction
        .insertInto('smsCodes')
        .values({ ...columns, sentAt: now })
        .execute();
    }
    return waitMs;
  });
}

/** A try at a code that may be made. */
export interface SmsTry {
  readonly id: string;
  readonly hash: string;
  /** This one included. */
  readonly tries: number;
}

/**
 * Counts a try at the newest code of a challenge before the code is looked at. Undefined where none was sent, or it ran out, was
 * used, or has been tried often enough.
 */
export async function claimSmsTry(
  db: Database,
  claim: { readonly accountId: string; readonly challengeId: string; readonly now: Date },
): Promise<SmsTry | undefined> {
  return db
    .updateTable('smsCodes')
    .set((eb) => ({ tries: eb('tries', '+', 1) }))
    .where('accountId', '=', claim.accountId)
    .where('id', '=', (eb) =>
      eb
        .selectFrom('smsCodes as newest')
        .select('newest.id')
        .where('newest.accountId', '=', claim.accountId)
        .where('newest.challengeId', '=', claim.challengeId)
        .orderBy('newest.id', 'desc')
        .limit(1),
    )
    .where('expiresAt', '>', claim.now)
    .where('usedAt', 'is', null)
    .where('tries', '<', SMS_TRIES_MAX)
    .returning(['id', 'hash', 'tries'])
    .executeTakeFirst();
}

/** Uses a right code, which works once; false where somebody else just did. */
export async function spendSmsCode(
  db: Database,
  used: { readonly accountId: string; readonly id: string; readonly now: Date },
): Promise<boolean> {
  const rows = await db
    .updateTable('smsCodes')
    .set({ usedAt: used.now })
    .where('accountId', '=', used.accountId)
    .where('id', '=', used.id)
    .where('usedAt', 'is', null)
    .returning('id')
    .execute();
  return rows.length > 0;
}
