import type { Selectable } from 'kysely';

import { inTransaction, type Database } from './database';
import { lockMerchantFunds } from './merchant-funds';
import { getMerchant } from './merchants';
import { addSettlementHistory } from './settlement-history';
import type { MerchantSettlementTermsTable } from './settlement-schema';

export type SettlementTermsRow = Omit<Selectable<MerchantSettlementTermsTable>, 'consideredDay'>;

const TERMS_COLUMNS = [
  'merchantId',
  'gateway',
  'payeeKind',
  'payeeId',
  'payeeName',
  'minimumFen',
  'payoutMaxFen',
  'holdReason',
  'updatedAt',
] as const;

/** How a merchant is paid out; undefined where nothing was agreed: then nothing is settled. */
export function getSettlementTerms(
  db: Database,
  merchantId: string,
): Promise<SettlementTermsRow | undefined> {
  return db
    .selectFrom('merchantSettlementTerms')
    .select(TERMS_COLUMNS)
    .where('merchantId', '=', merchantId)
    .executeTakeFirst();
}

/**
 * Sets how a merchant is paid out; a hold stays as it is. Payouts that are under way keep the account they were made
 * for. False where there is no such merchant.
 */
export function setSettlementTerms(
  db: Database,
  terms: Omit<SettlementTermsRow, 'holdReason' | 'updatedAt'> & {
    readonly actor: string;
    readonly now: Date;
  },
): Promise<boolean> {
  const { actor, now, merchantId, ...agreed } = terms;
  return inTransaction(db, async (transaction) => {
    await lockMerchantFunds(transaction, merchantId);
    if ((await getMerchant(transaction, merchantId)) === undefined) return false;
    const before = await getSettlementTerms(transaction, merchantId);
    // Another minimum may make due today what was carried over.
    const set = { ...agreed, consideredDay: null, updatedAt: now };
    await transaction
      .insertInto('merchantSettlementTerms')
      .values({ merchantId, holdReason: null, ...set })
      .onConflict((conflict) => conflict.column('merchantId').doUpdateSet(set))
      .execute();
    const { gateway, minimumFen, payoutMaxFen } = agreed;
    await addSettlementHistory(transaction, {
      merchantId,
      subject: 'terms',
      subjectId: merchantId,
      fromState: before === undefined ? null : 'agreed',
      toState: 'agreed',
      // The account itself stays out of the history: it names a person.
      reason: `terms_set: ${gateway}, from ${minimumFen} fen, at most ${payoutMaxFen} fen`,
      actor,
      at: now,
    });
    return true;
  });
}

/** Puts a merchant on hold for a reason, or releases it with null. False where no terms were agreed. */
export function setSettlementHold(
  db: Database,
  hold: {
    readonly merchantId: string;
    readonly reason: string | null;
    readonly actor: string;
    readonly now: Date;
  },
): Promise<boolean> {
  const { merchantId, reason, actor, now } = hold;
  return inTransaction(db, async (transaction) => {
    await lockMerchantFunds(transaction, merchantId);
    const before = await getSettlementTerms(transaction, merchantId);
    if (before === undefined) return false;
    if (before.holdReason === reason) return true;
    await transaction
      .updateTable('merchantSettlementTerms')
      .set({ holdReason: reason, updatedAt: now })
      .where('merchantId', '=', merchantId)
      .execute();
    await addSettlementHistory(transaction, {
      merchantId,
      subject: 'terms',
      subjectId: merchantId,
      fromState: before.holdReason === null ? 'agreed' : 'on_hold',
      toState: reason === null ? 'agreed' : 'on_hold',
      reason: reason ?? 'released',
      actor,
      at: now,
    });
    return true;
  });
}
