import { sql, type Selectable } from 'kysely';

import {
  accountId,
  dayFrom,
  decideBatch,
  settlementPosting,
  startOfDayMs,
  type PayableLine,
} from '../domain';
import { pageOf, readCursor, type Page } from './cursor';
import { inTransaction, type Database } from './database';
import { lockMerchantFunds, merchantFunds } from './merchant-funds';
import { addPosting } from './postings';
import { addSettlementHistory } from './settlement-history';
import type { SettlementsTable } from './settlement-schema';

export type SettlementRow = Selectable<SettlementsTable>;

/** Merchants for whom the batch of a cut-off has not been considered yet and who are not on hold. */
export async function merchantsToSettle(
  db: Database,
  question: { readonly cutOffDay: string; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('merchantSettlementTerms')
    .select('merchantId')
    .where('holdReason', 'is', null)
    .where((or) => or.or([or('consideredDay', 'is', null), or('consideredDay', '<', question.cutOffDay)]))
    .orderBy('merchantId')
    .limit(question.limit)
    .execute();
  return rows.map((row) => row.merchantId);
}

export type ClosedSettlement = 'closed' | 'carried_over' | 'nothing_due' | 'already_considered' | 'on_hold';

/**
 * Makes a merchant's batch of a cut-off: its lines, the posting that moves them to what is to be paid out, its history.
 * However many workers try, one batch comes of it. Where it is not worth a payout the lines wait for the next.
 */
export function closeSettlement(
  db: Database,
  close: {
    readonly id: string;
    readonly merchantId: string;
    /** Money booked before this day began in Shanghai is due. */
    readonly cutOffDay: string;
    readonly now: Date;
  },
): Promise<ClosedSettlement> {
  const { id, merchantId, cutOffDay, now } = close;
  return inTransaction(db, async (transaction) => {
    await lockMerchantFunds(transaction, merchantId);
    const terms = await transaction
      .selectFrom('merchantSettlementTerms')
      .select(['holdReason', 'minimumFen', 'consideredDay'])
      .where('merchantId', '=', merchantId)
      .executeTakeFirst();
    if (terms === undefined || terms.holdReason !== null) return 'on_hold';
    if (terms.consideredDay !== null && terms.consideredDay >= cutOffDay) return 'already_considered';
    const existing = await transaction
      .selectFrom('settlements')
      .select('id')
      .where('merchantId', '=', merchantId)
      .where('cutOffDay', '>=', cutOffDay)
      .executeTakeFirst();
    await transaction
      .updateTable('merchantSettlementTerms')
      .set({ consideredDay: cutOffDay })
      .where('merchantId', '=', merchantId)
      .execute();
    if (existing !== undefined) return 'already_considered';

    const batch = decideBatch({
      lines: await unsettledLines(transaction, merchantId),
      cutOffMs: startOfDayMs(dayFrom(cutOffDay)),
      fundsFen: await merchantFunds(transaction, merchantId),
      minimumFen: terms.minimumFen,
    });
    if (batch.outcome === 'carried_over') return batch.netFen === 0 ? 'nothing_due' : 'carried_over';
    const { lines, netFen } = batch;
    await transaction
      .insertInto('settlements')
      .values({ id, merchantId, cutOffDay, state: 'closed', netFen, lineCount: lines.length, closedAt: now })
      .execute();
    await sql`
      insert into settlement_lines (posting_id, settlement_id, amount_fen)
        select posting_id, ${id}, amount_fen from unnest(
          ${lines.map((line) => line.postingId)}::uuid[], ${lines.map((line) => line.amountFen)}::bigint[]
        ) as line (posting_id, amount_fen)`.execute(transaction);
    await addPosting(transaction, settlementPosting(merchantId, netFen), {
      id,
      orderId: id,
      attemptId: id,
      now,
    });
    await addSettlementHistory(transaction, {
      merchantId,
      subject: 'settlement',
      subjectId: id,
      fromState: null,
      toState: 'closed',
      reason: `cut_off ${cutOffDay}`,
      actor: 'system',
      at: now,
    });
    return 'closed';
  });
}

/**
 * What a merchant is owed and no batch holds, whenever it was booked: what was committed late, behind a cut-off that
 * has passed, is found by the next batch.
 */
async function unsettledLines(db: Database, merchantId: string): Promise<readonly PayableLine[]> {
  const { rows } = await sql<PayableLine>`
    select posting_id, -amount as amount_fen, created_at as booked_at
      from entries
      where merchant_id = ${merchantId} and account = ${accountId({ kind: 'merchant_payable', owner: merchantId })}
        and kind <> 'settlement'
        and not exists (select from settlement_lines where posting_id = entries.posting_id)
      order by created_at, posting_id`.execute(db);
  return rows;
}

/** Batches, newest first. Throws InvalidCursor. */
export async function listSettlements(
  db: Database,
  question: {
    readonly merchantId?: string | undefined;
    readonly state?: SettlementRow['state'] | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
  },
): Promise<Page<SettlementRow>> {
  let rows = db.selectFrom('settlements').selectAll().orderBy('id', 'desc');
  if (question.merchantId !== undefined) rows = rows.where('merchantId', '=', question.merchantId);
  if (question.state !== undefined) rows = rows.where('state', '=', question.state);
  if (question.cursor !== undefined) rows = rows.where('id', '<', readCursor(question.cursor));
  return pageOf(await rows.limit(question.limit + 1).execute(), question.limit);
}

export function getSettlement(db: Database, settlementId: string): Promise<SettlementRow | undefined> {
  return db.selectFrom('settlements').selectAll().where('id', '=', settlementId).executeTakeFirst();
}

export interface SettlementLineRow {
  readonly postingId: string;
  readonly kind: string;
  readonly orderNumber: string | null;
  readonly amountFen: number;
  readonly at: Date;
}

/** The first lines of a batch, oldest first. */
export async function settlementLines(
  db: Database,
  question: { readonly settlementId: string; readonly limit: number },
): Promise<readonly SettlementLineRow[]> {
  const { rows } = await sql<SettlementLineRow>`
    select line.posting_id, postings.kind, orders.order_number, line.amount_fen, postings.created_at as at
      from settlement_lines as line join postings on postings.id = line.posting_id
        left join orders on orders.id = postings.order_id
      where line.settlement_id = ${question.settlementId}
      order by postings.created_at, line.posting_id limit ${question.limit}`.execute(db);
  return rows;
}
