import type { Phone } from '../../domain/phones';
import { inTransaction, type Database } from '../database';
import { indexOf, openFromVault, putInVault, seal, shredInVault, type VaultKeys } from '../vault';

/** An account's phone, without its number. */
export interface PhoneRow {
  readonly masked: string;
  readonly verifiedAt: Date;
  /** From then on codes are sent to it. */
  readonly codesFrom: Date;
}

export async function getPhone(db: Database, accountId: string): Promise<PhoneRow | undefined> {
  return db
    .selectFrom('phones')
    .select(['masked', 'verifiedAt', 'codesFrom'])
    .where('accountId', '=', accountId)
    .executeTakeFirst();
}

/** The number of an account's phone; undefined where it has none. Rejects where the key service does not answer. */
export async function readPhoneNumber(db: Database, keys: VaultKeys, accountId: string) {
  const known = await db
    .selectFrom('phones')
    .select('recordId')
    .where('accountId', '=', accountId)
    .executeTakeFirst();
  return known === undefined ? undefined : openFromVault(db, keys, { accountId, id: known.recordId });
}

/**
 * Puts a phone in the place of the one there is. What its number was is shredded, and codes that were sent to it are over. A
 * number that is another's than before takes codes only after `trustedAfterMs`. `then` runs in the transaction, and is told
 * whether there was a phone before. Rejects where the key service does not answer.
 */
export async function putPhone(
  db: Database,
  keys: VaultKeys,
  put: {
    readonly accountId: string;
    readonly recordId: string;
    readonly phone: Phone;
    readonly trustedAfterMs: number;
    readonly now: Date;
  },
  then: (transaction: Database, replaced: boolean) => Promise<void>,
): Promise<void> {
  const { accountId, recordId, phone, now } = put;
  const place = { accountId, id: recordId, purpose: 'phone' } as const;
  const sealed = await seal(keys, place, phone.number);
  await inTransaction(db, async (transaction) => {
    await transaction.selectFrom('accounts').select('id').where('id', '=', accountId).forUpdate().execute();
    const before = await transaction
      .selectFrom('phones')
      .innerJoin('vaultRecords', (join) =>
        join
          .onRef('vaultRecords.accountId', '=', 'phones.accountId')
          .onRef('vaultRecords.id', '=', 'phones.recordId'),
      )
      .select(['blindIndex', 'codesFrom'])
      .where('phones.accountId', '=', accountId)
      .executeTakeFirst();
    await forgetPhone(transaction, { accountId, now });
    await putInVault(transaction, keys, { ...place, value: phone.number, now, sealed });
    const same =
      before !== undefined &&
      Buffer.from(before.blindIndex).equals(Buffer.from(indexOf(keys, 'phone', phone.number)));
    const later = new Date(now.getTime() + put.trustedAfterMs);
    const codesFrom = before === undefined ? now : same ? before.codesFrom : later;
    await transaction
      .insertInto('phones')
      .values({ accountId, recordId, masked: phone.masked, verifiedAt: now, codesFrom })
      .execute();
    await then(transaction, before !== undefined);
  });
}

/** Takes an account's phone away and shreds its number; false where it has none. */
export function forgetPhone(
  db: Database,
  phone: { readonly accountId: string; readonly now: Date },
): Promise<boolean> {
  const { accountId, now } = phone;
  return inTransaction(db, async (transaction) => {
    const gone = await transaction
      .deleteFrom('phones')
      .where('accountId', '=', accountId)
      .returning('recordId')
      .executeTakeFirst();
    if (gone === undefined) return false;
    await shredInVault(transaction, { accountId, id: gone.recordId });
    // They stay counted: a change of phones is no way to more of them.
    await transaction
      .updateTable('smsCodes')
      .set({ expiresAt: now })
      .where('accountId', '=', accountId)
      .where('expiresAt', '>', now)
      .execute();
    return true;
  });
}
