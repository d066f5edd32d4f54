import { sql } from 'kysely';

import type { BillSubject, TheirSide } from '../../domain';
import type { Database } from '../database';

/** A row of a trade bill as it is matched. */
export interface StagedRow extends TheirSide {
  readonly subject: BillSubject;
  /** Our number of the payment or refund, as the gateway has it. */
  readonly number: string;
  readonly transactionId: string;
}

/** Enough that round trips do not count, little enough that a batch is a few MB. */
const BATCH = 8_000;

/**
 * Loads rows into the temporary table `bill`, one line per number, in batches: the next is read while the last is on its
 * way. Inside a transaction, at whose end the tables are gone. Answers how many rows came.
 */
export async function stageBill(db: Database, rows: AsyncIterable<StagedRow>): Promise<number> {
  await sql`
    create temporary table bill_rows (
      subject text not null, number text not null, transaction_id text not null, state text not null,
      amount_fen bigint not null, fee_fen bigint not null
    ) on commit drop`.execute(db);
  let count = 0;
  let sending: Promise<unknown> = Promise.resolve();
  let batch: StagedRow[] = [];
  const send = async (): Promise<void> => {
    await sending;
    sending = insertRows(db, batch);
    // A failure is thrown by the next await; until then nobody else must stumble over it.
    sending.catch(() => undefined);
    batch = [];
  };
  for await (const row of rows) {
    count += 1;
    batch.push(row);
    if (batch.length === BATCH) await send();
  }
  await send();
  await sending;
  await sql`
    create temporary table bill on commit drop as
      select subject, number, case when number ~ '^[0-9a-f]{32}$' then number::uuid end as subject_id,
        count(*)::integer as bill_rows, min(transaction_id) as transaction_id,
        -- Of rows with one number those count that moved money: 'succeeded' comes last in the alphabet.
        max(state) as bill_state,
        coalesce(sum(amount_fen) filter (where state = 'succeeded'), sum(amount_fen))::bigint as bill_amount_fen,
        coalesce(sum(fee_fen) filter (where state = 'succeeded'), sum(fee_fen))::bigint as bill_fee_fen
      from bill_rows group by subject, number`.execute(db);
  await sql`drop table bill_rows`.execute(db);
  await sql`analyze bill`.execute(db);
  return count;
}

/** The rows as one array for each column: as literals, which the driver sends as they are. */
function insertRows(db: Database, rows: readonly StagedRow[]): Promise<unknown> {
  const texts = (value: (row: StagedRow) => string): string =>
    `{${rows.map((row) => quoted(value(row))).join(',')}}`;
  const numbers = (value: (row: StagedRow) => number): string => `{${rows.map(value).join(',')}}`;
  return sql`
    insert into bill_rows select * from unnest(
      ${texts((row) => row.subject)}::text[], ${texts((row) => row.number)}::text[],
      ${texts((row) => row.transactionId)}::text[], ${texts((row) => row.state)}::text[],
      ${numbers((row) => row.amountFen)}::bigint[], ${numbers((row) => row.feeFen)}::bigint[])`.execute(db);
}

/** An element of an array literal. PostgreSQL's texts hold no NUL. */
const quoted = (text: string): string =>
  `"${/["\\\0]/.test(text) ? text.replaceAll('\0', '').replaceAll(/["\\]/g, '\\$&') : text}"`;
