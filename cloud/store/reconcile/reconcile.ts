import { sql } from 'kysely';

import { inTransaction, type Database } from '../database';
import { keepDifferences } from './found';
import { bookFees } from './fees';
import {
  addFundDifferences,
  addMissingThere,
  compareBill,
  countMatched,
  type BillDay,
  type FundTotals,
} from './match';
import { stageBill, type StagedRow } from './staging';

export interface Matched {
  readonly billRows: number;
  readonly matched: number;
  readonly feesBooked: number;
}

/**
 * Matches a day's bill with our books, in one transaction: its rows are loaded into temporary tables, differences are kept
 * (nothing else is changed), and with `execute` the fees of what agrees are booked. Two runs of one day wait for one
 * another. The rows must be at hand: nobody is waited for while the transaction is open but the disk.
 */
export function matchBill(
  db: Database,
  bill: BillDay & {
    readonly rows: AsyncIterable<StagedRow>;
    readonly fund: FundTotals;
    readonly execute: boolean;
    /** Told what is being done, for people who wait. */
    readonly onStep?: (step: 'loaded' | 'compared' | 'kept', billRows: number) => void;
  },
): Promise<Matched> {
  return inTransaction(db, async (transaction) => {
    // A million rows take longer than any request may, and are joined in memory where they fit.
    await sql`set local statement_timeout = 0`.execute(transaction);
    await sql`set local work_mem = '128MB'`.execute(transaction);
    await sql`select pg_advisory_xact_lock(hashtextextended(${`reconcile ${bill.gateway} ${bill.date}`}, 0))`.execute(
      transaction,
    );
    const billRows = await stageBill(transaction, bill.rows);
    bill.onStep?.('loaded', billRows);
    await compareBill(transaction, bill);
    const matched = await countMatched(transaction);
    await addMissingThere(transaction, bill);
    await addFundDifferences(transaction, bill.fund);
    bill.onStep?.('compared', billRows);
    await keepDifferences(transaction, bill);
    const feesBooked = bill.execute ? await bookFees(transaction, bill) : 0;
    bill.onStep?.('kept', billRows);
    return { billRows, matched, feesBooked };
  });
}
