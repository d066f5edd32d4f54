import { inTransaction, type Database } from '../database';
import type { VaultKeys } from './records';

export interface Rewrapped {
  readonly rewrapped: number;
  /** Keys that did not unwrap: their master key is gone, or they were changed. */
  readonly failed: readonly string[];
}

/**
 * Wraps data keys anew that rest under a master key which is not the current one, at most `limit` of them, beginning after the
 * record `after`. What it did stays done, so a run that was cut short is gone on with by the next; several may run at once, and
 * everything opens meanwhile under either master key.
 */
export function rewrapKeys(
  db: Database,
  keys: VaultKeys,
  options: { readonly limit: number; readonly after?: string | undefined },
): Promise<Rewrapped & { readonly last: string | undefined }> {
  return inTransaction(db, async (transaction) => {
    const due = await transaction
      .selectFrom('vaultKeys')
      .innerJoin('vaultRecords', (join) =>
        join
          .onRef('vaultRecords.accountId', '=', 'vaultKeys.accountId')
          .onRef('vaultRecords.id', '=', 'vaultKeys.recordId'),
      )
      .select(['vaultKeys.accountId', 'vaultKeys.recordId', 'vaultKeys.keyId', 'wrappedKey', 'purpose'])
      .where('vaultKeys.keyId', '<>', keys.service.currentKeyId)
      .$if(options.after !== undefined, (query) =>
        query.where('vaultKeys.recordId', '>', options.after ?? ''),
      )
      .orderBy('vaultKeys.recordId')
      .limit(options.limit)
      .forUpdate('vaultKeys')
      .skipLocked()
      .execute();
    const failed: string[] = [];
    for (const { accountId, recordId, keyId, wrappedKey, purpose } of due) {
      const context = `${purpose}/${accountId}/${recordId}`;
      const dataKey = await keys.service.unwrap({ keyId, bytes: wrappedKey }, context).catch(() => undefined);
      if (dataKey === undefined) {
        failed.push(recordId);
        continue;
      }
      const wrapped = await keys.service.wrap(dataKey, context);
      dataKey.fill(0);
      await transaction
        .updateTable('vaultKeys')
        .set({ keyId: wrapped.keyId, wrappedKey: wrapped.bytes })
        .where('accountId', '=', accountId)
        .where('recordId', '=', recordId)
        .execute();
    }
    return { rewrapped: due.length - failed.length, failed, last: due.at(-1)?.recordId };
  });
}
