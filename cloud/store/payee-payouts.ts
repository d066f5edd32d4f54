import { pageOf, readCursor, type Page } from './cursor';
import type { Database } from './database';
import type { PayoutRow } from './settlement-states';

/** A user of a gateway's mini-program, to whom merchants may be paid out. */
export interface Payee {
  readonly source: 'wechatpay' | 'alipay';
  readonly openId: string;
}

export interface PayeePayoutRow extends PayoutRow {
  readonly merchantName: string;
  /** Null for cashback. */
  readonly cutOffDay: string | null;
}

/** Payouts to one open id that were sent; what no gateway has heard of yet may never come. */
const payoutsTo = (db: Database, { source, openId }: Payee) =>
  db
    .selectFrom('payouts')
    .where('payouts.payeeKind', '=', 'open_id')
    .where('payouts.payeeId', '=', openId)
    .where('payouts.source', '=', source)
    .where('payouts.sentAt', 'is not', null);

const described = (rows: ReturnType<typeof payoutsTo>) =>
  rows
    .leftJoin('settlements', 'settlements.id', 'payouts.settlementId')
    .innerJoin('merchants', 'merchants.id', 'payouts.merchantId')
    .selectAll('payouts')
    .select(['settlements.cutOffDay', 'merchants.name as merchantName']);

/** What was sent to a payee, the newest first. Throws InvalidCursor. */
export async function listPayoutsTo(
  db: Database,
  question: { readonly payee: Payee; readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<PayeePayoutRow>> {
  let rows = payoutsTo(db, question.payee).orderBy('payouts.id', 'desc');
  if (question.cursor !== undefined) rows = rows.where('payouts.id', '<', readCursor(question.cursor));
  return pageOf(await described(rows.limit(question.limit + 1)).execute(), question.limit);
}

/** One payout, where it was sent to this payee. */
export function getPayoutTo(
  db: Database,
  question: { readonly payee: Payee; readonly payoutId: string },
): Promise<PayeePayoutRow | undefined> {
  const row = payoutsTo(db, question.payee).where('payouts.id', '=', question.payoutId);
  return described(row).executeTakeFirst();
}

/** How many payouts wait for this payee to confirm them. */
export async function countPayoutsAwaiting(db: Database, payee: Payee): Promise<number> {
  const { count } = await payoutsTo(db, payee)
    .where('payouts.state', '=', 'awaiting_payee')
    .select((eb) => eb.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}
