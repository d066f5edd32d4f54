import { sql } from 'kysely';

import {
  fen,
  PAYMENT_METHODS,
  type FeeCategory,
  type FeeHost,
  type PastOrder,
  type PastPayment,
  type PaymentMethod,
} from '../../domain';
import { readInBatches } from '../batches';
import type { Database } from '../database';

/** Orders made from `from` (inclusive) to `to` (exclusive). */
interface Period {
  readonly from: Date;
  readonly to: Date;
}

const PAID = sql`orders.state in ('paid', 'partially_refunded', 'refunded')`;

const msOf = (column: string) => sql`(extract(epoch from ${sql.ref(column)}) * 1000)::bigint`;

/** How many orders of a period were paid, counted up to `most + 1`. */
export async function countPaidOrders(db: Database, period: Period, most: number): Promise<number> {
  const { rows } = await sql<{ orders: number }>`
    select count(*) as orders from (
      select from orders where created_at >= ${period.from} and created_at < ${period.to} and ${PAID}
        limit ${most + 1}) as paid`.execute(db);
  return rows[0]?.orders ?? 0;
}

interface PastOrderRow {
  readonly accountId: string;
  readonly method: PaymentMethod;
  readonly host: FeeHost;
  readonly category: FeeCategory;
  readonly amountFen: number;
  readonly feeFen: number;
  readonly counted: boolean;
  readonly pricedAtMs: number;
  readonly createdAtMs: number;
  readonly closedAtMs: number | null;
}

/** What every past order is told by; `from`: those before do not count. */
const orderColumns = (from: Date) => sql`
  orders.account_id, orders.method, orders.host, merchants.category, orders.amount_fen, orders.fee_fen,
  ${PAID} and orders.created_at >= ${from} as counted,
  coalesce((orders.methods -> 0 ->> 'pricedAtMs')::bigint, ${msOf('orders.created_at')}) as priced_at_ms,
  ${msOf('orders.created_at')} as created_at_ms, ${msOf('orders.closed_at')} as closed_at_ms`;

const ORDERS = sql`
  orders join merchants on merchants.id = orders.merchant_id`;

/** Every order today is a payment to a merchant, by a user of the first tier. */
const pastOrder = ({ amountFen, feeFen, ...row }: PastOrderRow): PastOrder => ({
  ...row,
  scene: 'merchant_payment',
  userTier: 'standard',
  amountFen: fen(amountFen),
  feeFen: fen(feeFen),
});

/**
 * Hands over the paid orders of a period one account after the other, each account's in the order in which they were made,
 * in batches. With `alsoFrom` also every order made since then that was not paid or is older than the period, marked as not
 * `counted`: what they used of allowances changes what came after. One snapshot of the database, so a long read sees no
 * order twice.
 */
export function readPastOrders(
  db: Database,
  period: Period & { readonly alsoFrom?: Date | undefined },
  take: (orders: readonly PastOrder[]) => Promise<void>,
): Promise<void> {
  const { from, to, alsoFrom } = period;
  const since = alsoFrom !== undefined && alsoFrom < from ? alsoFrom : from;
  const orders = sql<PastOrderRow>`
    select ${orderColumns(from)} from ${ORDERS}
      where orders.created_at >= ${since} and orders.created_at < ${to} and (${PAID} or ${alsoFrom !== undefined})
      order by orders.account_id, orders.created_at, orders.id`;
  return readInBatches(db, orders, (rows) => take(rows.map(pastOrder)));
}

interface PastPaymentRow extends PastOrderRow {
  readonly merchantId: string;
  readonly feesFen: readonly number[];
  readonly pointsRedeemedFen: number;
  readonly accountCreatedAtMs: number;
  readonly firstPaidAtMs: number | null;
  readonly firstPaidMerchantAtMs: number | null;
  readonly paidAtMs: number | null;
  readonly refunds: readonly { readonly atMs: number; readonly returnedFen: number }[] | null;
  readonly versionIds: readonly string[] | null;
}

/** What a method was quoted as its fee; quotes have every method, so that the fee of the order stands for none. */
const feeOf = (method: PaymentMethod) => sql`
  coalesce((jsonb_path_query_first(orders.methods, ${sql.lit(`$[*] ? (@.method == "${method}").feeFen`)}))::bigint,
    orders.fee_fen)`;

/** When each account, or each with each merchant, first paid. */
const firstPayments = (by: string) => sql`
  (select ${sql.raw(by)}, min(paid_at) as paid_at from orders where ${PAID} group by ${sql.raw(by)})`;

/**
 * Hands over every order of a period in the order in which they were made, in batches, with all that promotions ask of it;
 * those that were not paid are not `counted`, but held what they claimed until they were closed. `firstPayments`: whether it
 * must be known when payers paid first, which costs a look at all orders.
 */
export function readPastPayments(
  db: Database,
  period: Period & { readonly firstPayments: boolean },
  take: (orders: readonly PastPayment[]) => Promise<void>,
): Promise<void> {
  const { from, to } = period;
  const orders = sql<PastPaymentRow>`
    select ${orderColumns(from)}, orders.merchant_id, orders.points_redeemed_fen,
        array[${sql.join(PAYMENT_METHODS.map(feeOf))}] as fees_fen,
        ${msOf('accounts.created_at')} as account_created_at_ms, ${msOf('orders.paid_at')} as paid_at_ms,
        ${period.firstPayments ? sql`${msOf('of_account.paid_at')}` : sql`null::bigint`} as first_paid_at_ms,
        ${period.firstPayments ? sql`${msOf('of_both.paid_at')}` : sql`null::bigint`} as first_paid_merchant_at_ms,
        case when orders.refunded_fen > 0 then (
          select jsonb_agg(jsonb_build_object('atMs', at_ms, 'returnedFen', returned_fen) order by at_ms) from (
            select ${msOf('updated_at')} as at_ms, sum(amount_fen) over (order by updated_at, id) as returned_fen
              from refunds where order_id = orders.id and kind = 'order' and state = 'succeeded') as returned
        ) end as refunds,
        case when orders.promoted then (
          select array_agg(version_id::text) from promotion_claims where order_id = orders.id
        ) end as version_ids
      from ${ORDERS} join accounts on accounts.id = orders.account_id ${
        period.firstPayments
          ? sql`left join ${firstPayments('account_id')} as of_account on of_account.account_id = orders.account_id
              left join ${firstPayments('account_id, merchant_id')} as of_both
                on of_both.account_id = orders.account_id and of_both.merchant_id = orders.merchant_id`
          : sql``
      }
      where orders.created_at >= ${from} and orders.created_at < ${to}
      order by orders.created_at, orders.id`;
  return readInBatches(db, orders, (rows) => take(rows.map(pastPayment)));
}

const pastPayment = ({ feesFen, refunds, versionIds, ...row }: PastPaymentRow): PastPayment => ({
  ...row,
  ...pastOrder(row),
  feesFen: Object.fromEntries(
    PAYMENT_METHODS.map((method, place) => [method, fen(Number(feesFen[place] ?? row.feeFen))]),
  ) as PastPayment['feesFen'],
  pointsRedeemedFen: fen(row.pointsRedeemedFen),
  refunds: (refunds ?? []).map(({ atMs, returnedFen }) => ({ atMs, returnedFen: fen(returnedFen) })),
  versionIds: versionIds ?? [],
});

/** What somebody had claimed of a promotion. */
interface PastClaim {
  readonly promotionId: string;
  readonly versionId: string;
  readonly accountId: string;
  readonly merchantId: string;
  /** `yyyy-mm-dd` in Asia/Shanghai. */
  readonly day: string;
  /** What it takes of the budget in the end. */
  readonly amount: number;
}

/** Hands over the claims on some promotions that were made before an instant and stand, in the order of their days. */
export function readPastClaims(
  db: Database,
  { promotionIds, before }: { readonly promotionIds: readonly string[]; readonly before: Date },
  take: (claims: readonly PastClaim[]) => Promise<void>,
): Promise<void> {
  const claims = sql<PastClaim>`
    select promotion_id, version_id, account_id, merchant_id, day, due as amount from promotion_claims
      where promotion_id = any(${[...promotionIds]}::uuid[]) and claimed_at < ${before} and due_times = 1
      order by claimed_at, order_id`;
  return readInBatches(db, claims, take);
}
