import type { Host } from '../../contract/types';
import type { Consent, DocumentId } from '../../domain';
import { inTransaction, type Database } from '../database';

export interface ConsentRow extends Consent {
  readonly at: Date;
}

/** What an account said of each document last. */
export function lastConsents(db: Database, accountId: string): Promise<readonly ConsentRow[]> {
  return db
    .selectFrom('consents')
    .distinctOn('document')
    .select(['document', 'version', 'given', 'at'])
    .where('accountId', '=', accountId)
    .orderBy('document')
    .orderBy('id', 'desc')
    .execute();
}

/**
 * Keeps what an account says of some documents, after whatever it said before; what it says already is not kept again. Words of
 * one account are kept one after another. Whether anything was new.
 */
export function sayConsents(
  db: Database,
  said: {
    readonly accountId: string;
    readonly host: Host;
    readonly items: readonly { readonly document: DocumentId; readonly version: string }[];
    readonly given: boolean;
    readonly newId: () => string;
    readonly now: Date;
  },
): Promise<boolean> {
  const { accountId, host, given, newId, now } = said;
  return inTransaction(db, async (transaction) => {
    await transaction.selectFrom('accounts').select('id').where('id', '=', accountId).forUpdate().execute();
    const last = await lastConsents(transaction, accountId);
    const items = said.items.filter(({ document, version }) => {
      const before = last.find((one) => one.document === document);
      return before?.version !== version || before.given !== given;
    });
    if (items.length === 0) return false;
    await transaction
      .insertInto('consents')
      .values(
        items.map(({ document, version }) => ({
          accountId,
          id: newId(),
          document,
          version,
          given,
          host,
          at: now,
        })),
      )
      .execute();
    return true;
  });
}
