import type { Selectable } from 'kysely';

import { CARDS_BOUND_PER_DAY_MAX, CARDS_MAX } from '../../contract/limits';
import type { Card } from '../../domain/cards';
import { inTransaction, type Database } from '../database';
import { putInVault, seal, shredInVault, type VaultKeys } from './records';
import type { BankCardsTable } from './tables';

export type BankCardRow = Omit<Selectable<BankCardsTable>, 'deletedAt'>;

const COLUMNS = ['accountId', 'id', 'scheme', 'bank', 'kind', 'lastFour', 'boundAt'] as const;

const DAY_MS = 24 * 3_600_000;

export type CardBound =
  | { readonly outcome: 'bound'; readonly card: BankCardRow }
  | { readonly outcome: 'already_bound' | 'too_many' | 'too_many_today' };

/**
 * Binds a card to an account; its number goes into the vault and nowhere else. Cards of one account are bound one after another.
 * `then` runs in the transaction that binds it. Rejects where the key service does not answer.
 */
export async function bindCard(
  db: Database,
  keys: VaultKeys,
  bind: { readonly accountId: string; readonly id: string; readonly card: Card; readonly now: Date },
  then: (transaction: Database, card: BankCardRow) => Promise<void>,
): Promise<CardBound> {
  const { accountId, id, card, now } = bind;
  const place = { accountId, id, purpose: 'card' } as const;
  const sealed = await seal(keys, place, card.number);
  return inTransaction(db, async (transaction) => {
    await transaction.selectFrom('accounts').select('id').where('id', '=', accountId).forUpdate().execute();
    const known = await transaction
      .selectFrom('bankCards')
      .select(['boundAt', 'deletedAt'])
      .where('accountId', '=', accountId)
      .where((eb) =>
        eb.or([eb('deletedAt', 'is', null), eb('boundAt', '>', new Date(now.getTime() - DAY_MS))]),
      )
      .execute();
    if (known.filter(({ deletedAt }) => deletedAt === null).length >= CARDS_MAX)
      return { outcome: 'too_many' };
    const today = known.filter(({ boundAt }) => boundAt.getTime() > now.getTime() - DAY_MS);
    if (today.length >= CARDS_BOUND_PER_DAY_MAX) return { outcome: 'too_many_today' };
    const put = await putInVault(transaction, keys, { ...place, value: card.number, now, sealed });
    if (!put) return { outcome: 'already_bound' };
    const row = {
      accountId,
      id,
      scheme: card.scheme,
      bank: card.bank ?? null,
      kind: card.kind ?? null,
      lastFour: card.number.lastFour,
      boundAt: now,
    };
    await transaction.insertInto('bankCards').values(row).execute();
    await then(transaction, row);
    return { outcome: 'bound', card: row };
  });
}

/** The cards of an account, those bound last first. */
export function listCards(db: Database, accountId: string): Promise<readonly BankCardRow[]> {
  return db
    .selectFrom('bankCards')
    .select(COLUMNS)
    .where('accountId', '=', accountId)
    .where('deletedAt', 'is', null)
    .orderBy('id', 'desc')
    .execute();
}

/** Takes a card away from an account and shreds its number. False where the account holds no such card. */
export function deleteCard(
  db: Database,
  card: { readonly accountId: string; readonly id: string; readonly now: Date },
): Promise<boolean> {
  const { accountId, id, now } = card;
  return inTransaction(db, async (transaction) => {
    const { numUpdatedRows } = await transaction
      .updateTable('bankCards')
      .set({ deletedAt: now })
      .where('accountId', '=', accountId)
      .where('id', '=', id)
      .where('deletedAt', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await shredInVault(transaction, { accountId, id });
    return true;
  });
}
