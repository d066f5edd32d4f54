import { Secret } from '../../domain/secret';
import type { KeyService, VaultPurpose } from '../../domain/vault';
import { inTransaction, type Database } from '../database';
import { blindIndex, decrypt, encrypt, IV_BYTES, KEY_BYTES } from './seal';

/** What the vault needs besides the database. */
export interface VaultKeys {
  readonly service: KeyService;
  /** Key of the blind index, 32 bytes; not a master key. */
  readonly indexKey: Uint8Array;
  readonly randomBytes: (length: number) => Uint8Array;
}

/** One record of an account. */
export interface RecordName {
  readonly accountId: string;
  readonly id: string;
}

interface Named extends RecordName {
  readonly purpose: VaultPurpose;
}

/** What a record and its key are bound to: in another account or for another purpose neither opens. */
const contextOf = ({ purpose, accountId, id }: Named): string => `${purpose}/${accountId}/${id}`;

/** The keyed hash of a value, by which `findInVault` finds it. */
export const indexOf = (keys: VaultKeys, purpose: VaultPurpose, value: Secret): Uint8Array =>
  blindIndex(keys.indexKey, purpose, value.reveal());

/** A sealed value, ready to be stored. */
export interface Sealed {
  readonly iv: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly keyId: string;
  readonly wrappedKey: Uint8Array;
}

/** Seals a value for a place, under a new data key. Rejects where the key service does not answer. */
export async function seal(keys: VaultKeys, place: Named, value: Secret): Promise<Sealed> {
  const context = contextOf(place);
  const dataKey = keys.randomBytes(KEY_BYTES);
  const iv = keys.randomBytes(IV_BYTES);
  const ciphertext = encrypt(dataKey, iv, Buffer.from(value.reveal()), Buffer.from(context));
  const { keyId, bytes } = await keys.service.wrap(dataKey, context);
  dataKey.fill(0);
  return { iv, ciphertext, keyId, wrappedKey: bytes };
}

/** Opens what was sealed for a place. Rejects where it was not, or where the key service does not answer. */
export async function open(keys: VaultKeys, place: Named, sealed: Sealed): Promise<Secret> {
  const context = contextOf(place);
  const dataKey = await keys.service.unwrap({ keyId: sealed.keyId, bytes: sealed.wrappedKey }, context);
  const value = decrypt(dataKey, sealed.iv, sealed.ciphertext, Buffer.from(context)).toString('utf8');
  dataKey.fill(0);
  return new Secret(value);
}

/**
 * Puts a value in. False where the account holds the same value for this purpose already. The key service is asked before
 * anything is written; a transaction that holds locks should not wait for it, so `seal` first and hand `sealed` in there.
 */
export async function putInVault(
  db: Database,
  keys: VaultKeys,
  record: Named & { readonly value: Secret; readonly now: Date; readonly sealed?: Sealed },
): Promise<boolean> {
  const { accountId, id, purpose, value, now } = record;
  const { iv, ciphertext, keyId, wrappedKey } = record.sealed ?? (await seal(keys, record, value));
  return inTransaction(db, async (transaction) => {
    const { numInsertedOrUpdatedRows } = await transaction
      .insertInto('vaultRecords')
      .values({
        accountId,
        id,
        purpose,
        iv,
        ciphertext,
        blindIndex: indexOf(keys, purpose, value),
        createdAt: now,
      })
      .onConflict((conflict) => conflict.columns(['accountId', 'purpose', 'blindIndex']).doNothing())
      .executeTakeFirst();
    if (numInsertedOrUpdatedRows !== 1n) return false;
    await transaction
      .insertInto('vaultKeys')
      .values({ accountId, recordId: id, keyId, wrappedKey })
      .execute();
    return true;
  });
}

/** The value of a record; undefined where there is none, or none any more. */
export async function openFromVault(
  db: Database,
  keys: VaultKeys,
  name: RecordName,
): Promise<Secret | undefined> {
  const record = await db
    .selectFrom('vaultRecords')
    .innerJoin('vaultKeys', (join) =>
      join
        .onRef('vaultKeys.accountId', '=', 'vaultRecords.accountId')
        .onRef('vaultKeys.recordId', '=', 'vaultRecords.id'),
    )
    .select(['purpose', 'iv', 'ciphertext', 'keyId', 'wrappedKey'])
    .where('vaultRecords.accountId', '=', name.accountId)
    .where('vaultRecords.id', '=', name.id)
    .executeTakeFirst();
  return record === undefined ? undefined : open(keys, { ...name, purpose: record.purpose }, record);
}

/** Records of all accounts that hold this value. */
export function findInVault(
  db: Database,
  keys: VaultKeys,
  wanted: { readonly purpose: VaultPurpose; readonly value: Secret },
): Promise<readonly RecordName[]> {
  return db
    .selectFrom('vaultRecords')
    .select(['accountId', 'id'])
    .where('purpose', '=', wanted.purpose)
    .where('blindIndex', '=', indexOf(keys, wanted.purpose, wanted.value))
    .orderBy('id')
    .execute();
}

/** Deletes a record and its key, so that no copy of it opens again. False where there was none. */
export function shredInVault(db: Database, name: RecordName): Promise<boolean> {
  return inTransaction(db, async (transaction) => {
    const key = await transaction
      .deleteFrom('vaultKeys')
      .where('accountId', '=', name.accountId)
      .where('recordId', '=', name.id)
      .executeTakeFirst();
    await transaction
      .deleteFrom('vaultRecords')
      .where('accountId', '=', name.accountId)
      .where('id', '=', name.id)
      .execute();
    return key.numDeletedRows > 0n;
  });
}
