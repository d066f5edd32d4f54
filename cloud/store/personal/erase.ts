import type { Database } from '../database';
import { forgetPhone } from '../identity';
import { lapsePoints } from '../points';

export interface Erased {
  readonly accountId: string;
  readonly now: Date;
}

type Step = (transaction: Database, erased: Erased) => Promise<unknown>;

/**
 * Nobody is signed in any more, and the hosts' users are nobody to us: whoever signs in from now on has a new account. Before all
 * else, so that nothing is added to what the next steps take away.
 */
const partWithUser: Step = async (db, { accountId, now }) => {
  await db
    .updateTable('accounts')
    .set({ deletedAt: now })
    .where((eb) => eb.or([eb('id', '=', accountId), eb('joinedInto', '=', accountId)]))
    .execute();
  for (const table of ['logins', 'loginLinkCodes', 'sessions'] as const) {
    await db.deleteFrom(table).where('accountId', '=', accountId).execute();
  }
};

const forgetFactors: Step = async (db, { accountId }) => {
  for (const table of [
    'paymentPins',
    'authenticators',
    'recoveryCodes',
    'sealingKeys',
    'biometrics',
    'biometricNonces',
    'challenges',
    'smsCodes',
  ] as const) {
    await db.deleteFrom(table).where('accountId', '=', accountId).execute();
  }
};

/** Data keys go with the records: whatever copy of the ciphertexts there still is opens never again. */
const shred: Step = async (db, { accountId, now }) => {
  await forgetPhone(db, { accountId, now });
  for (const table of ['vaultKeys', 'vaultRecords', 'bankCards'] as const) {
    await db.deleteFrom(table).where('accountId', '=', accountId).execute();
  }
};

/** Messages, exports, and answers kept for repeated requests, which hold copies of all the rest. */
const forgetWords: Step = async (db, { accountId }) => {
  for (const table of ['messages', 'dataExports', 'idempotencyKeys'] as const) {
    await db.deleteFrom(table).where('accountId', '=', accountId).execute();
  }
};

/** What a deletion does, in this order, each in a transaction of its own. Steps are added at the end and never reordered. */
export const STEPS: readonly Step[] = [partWithUser, forgetFactors, shred, lapsePoints, forgetWords];
