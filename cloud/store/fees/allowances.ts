import { sql } from 'kysely';

import { inTransaction, type Database } from '../database';

/** An account's month (`yyyy-mm` in Asia/Shanghai). */
interface AccountMonth {
  readonly accountId: string;
  readonly month: string;
}

/**
 * What an account has used of a month's allowances, in fen by rule: all that its orders hold, but for those closed unpaid. A
 * refund gives nothing back.
 */
export async function usedAllowances(
  db: Database,
  { accountId, month }: AccountMonth,
): Promise<Readonly<Record<string, number>>> {
  const used = await db
    .selectFrom('feeAllowanceHolds')
    .innerJoin('orders', 'orders.id', 'feeAllowanceHolds.orderId')
    .select((eb) => ['ruleId', eb.fn.sum<string>('heldFen').as('usedFen')])
    .where('feeAllowanceHolds.accountId', '=', accountId)
    .where('month', '=', month)
    .where('orders.state', '<>', 'closed')
    .groupBy('ruleId')
    .execute();
  return Object.fromEntries(used.map(({ ruleId, usedFen }) => [ruleId, Number(usedFen)]));
}

/**
 * Holds for an order what its quote used of the month's allowances, in the transaction that makes it. False where the account
 * has used more or less since it was quoted: then the quote's price is not the price any more. Orders of one account that
 * hold anything follow one another, so that nothing is used twice.
 */
export function holdAllowances(
  db: Database,
  hold: AccountMonth & {
    readonly orderId: string;
    /** What was used of every allowance that the price depends on, and what the order uses, in fen by rule. */
    readonly usedFen: Readonly<Record<string, number>>;
    readonly heldFen: Readonly<Record<string, number>>;
  },
): Promise<boolean> {
  const { accountId, month, orderId, usedFen, heldFen } = hold;
  return inTransaction(db, async (transaction) => {
    await sql`select pg_advisory_xact_lock(hashtextextended(${`fee allowances of ${accountId}`}, 0))`.execute(
      transaction,
    );
    const now = await usedAllowances(transaction, { accountId, month });
    if (Object.entries(usedFen).some(([ruleId, used]) => (now[ruleId] ?? 0) !== used)) return false;
    const held = Object.entries(heldFen);
    if (held.length === 0) return true;
    await transaction
      .insertInto('feeAllowanceHolds')
      .values(held.map(([ruleId, fen]) => ({ accountId, month, ruleId, orderId, heldFen: fen })))
      .execute();
    return true;
  });
}
