import { sql } from 'kysely';

import { CARDS_MAX } from '../../contract/limits';
import { inTransaction, type Database } from '../database';
import { lastConsents, sayConsents } from '../personal/consents';
import { deleteCard, listCards, openFromVault, seal, type Sealed, type VaultKeys } from '../vault';
import type { Joining } from './obstacles';
import type { Moving } from './move';

/** Numbers of cards, sealed for the account that stays, by the cards' ids. */
export type SealedCards = ReadonlyMap<string, Sealed>;

/**
 * Seals the cards of an account for another: what the vault holds opens in its own account alone. Before the transaction that
 * moves them, which is not to wait for the key service. Rejects where that does not answer.
 */
export async function sealCardsFor(
  db: Database,
  keys: VaultKeys,
  { into, from }: Joining,
): Promise<SealedCards> {
  const sealed = new Map<string, Sealed>();
  for (const { id } of await listCards(db, from)) {
    const number = await openFromVault(db, keys, { accountId: from, id });
    if (number !== undefined)
      sealed.set(id, await seal(keys, { accountId: into, id, purpose: 'card' }, number));
  }
  return sealed;
}

/** Cards that go over: those bound last, none that the other account holds, and no more than it may hold. */
async function cardsToMove(db: Database, { into, from }: Joining): Promise<readonly string[]> {
  const held = (await listCards(db, into)).length;
  const rows = await db
    .selectFrom('bankCards')
    .innerJoin('vaultRecords', (join) =>
      join
        .onRef('vaultRecords.accountId', '=', 'bankCards.accountId')
        .onRef('vaultRecords.id', '=', 'bankCards.id'),
    )
    .select('bankCards.id')
    .where('bankCards.accountId', '=', from)
    .where('bankCards.deletedAt', 'is', null)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('vaultRecords as held')
            .select('held.id')
            .where('held.accountId', '=', into)
            .where('held.purpose', '=', 'card')
            .whereRef('held.blindIndex', '=', 'vaultRecords.blindIndex'),
        ),
      ),
    )
    .orderBy('bankCards.id', 'desc')
    .limit(Math.max(0, CARDS_MAX - held))
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * Moves the cards that were sealed for the account that stays, and what was deleted, which counts for a day; the others are
 * deleted. The consent that they were bound with goes with them. False where a card came that was not sealed.
 */
export function moveCards(db: Database, moving: Moving, sealed: SealedCards): Promise<boolean> {
  const { into, from, now } = moving;
  return inTransaction(db, async (transaction) => {
    const moved = new Set(await cardsToMove(transaction, moving));
    for (const { id } of await listCards(transaction, from)) {
      const forInto = sealed.get(id);
      if (!moved.has(id)) {
        await deleteCard(transaction, { accountId: from, id, now });
        continue;
      }
      if (forInto === undefined) return false;
      await moveRecord(transaction, moving, id, forInto);
    }
    await transaction
      .updateTable('bankCards')
      .set({ accountId: into })
      .where('accountId', '=', from)
      .execute();
    if (moved.size > 0) await carryConsent(transaction, moving);
    return true;
  });
}

async function moveRecord(db: Database, { into, from }: Moving, id: string, sealed: Sealed): Promise<void> {
  const { iv, ciphertext, keyId, wrappedKey } = sealed;
  await sql`
    update vault_records set account_id = ${into}, iv = ${iv}, ciphertext = ${ciphertext}
      where account_id = ${from} and id = ${id}`.execute(db);
  await sql`
    update vault_keys set account_id = ${into}, key_id = ${keyId}, wrapped_key = ${wrappedKey}
      where account_id = ${from} and record_id = ${id}`.execute(db);
}

/** What was agreed to of cards in the account that is joined is agreed to in the one that stays. */
async function carryConsent(db: Database, { into, from, host, newId, now }: Moving): Promise<void> {
  const gone = (await lastConsents(db, from)).find(({ document }) => document === 'bank_card');
  if (gone?.given !== true) return;
  const items = [{ document: gone.document, version: gone.version }];
  await sayConsents(db, { accountId: into, host, items, given: true, newId, now });
}
