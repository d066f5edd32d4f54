import { sql } from 'kysely';

import { accountId, withBalances } from '../domain';
import type { Database } from './database';

export interface SettlementStatementLine {
  readonly postingId: string;
  readonly kind: string;
  /** The order paid or refunded; null for payouts. */
  readonly orderNumber: string | null;
  /** The batch that a payout belongs to; null for anything else. */
  readonly settlementId: string | null;
  /** What the payer paid, or got back (negative); for a payout the same as `netFen`. */
  readonly grossFen: number;
  /** Our fee on it, waived or not; negative where it was given back. */
  readonly feeFen: number;
  /** What we paid in the payer's stead: fees waived, discounts and points. `net = gross - fee + subsidy`. */
  readonly subsidyFen: number;
  /** What the merchant is owed because of it; negative where it is owed less. */
  readonly netFen: number;
  /** What the merchant is owed after it. */
  readonly balanceFen: number;
  readonly at: Date;
}

export interface SettlementStatement {
  readonly openingFen: number;
  readonly lines: readonly SettlementStatementLine[];
  readonly closingFen: number;
}

const accountsOf = (merchantId: string): readonly string[] => [
  accountId({ kind: 'merchant_payable', owner: merchantId }),
  accountId({ kind: 'settlement_payable', owner: merchantId }),
];

/**
 * All that changed what a merchant is owed between two instants, with the balance before and after, read from the
 * ledger in one snapshot. A batch's closing only moves money between the merchant's own accounts and is no line of it.
 * Undefined where there are more than `linesMax` lines. Throws RangeError where it does not sum, which would be a
 * broken ledger.
 */
export function readStatement(
  db: Database,
  question: {
    readonly merchantId: string;
    readonly from: Date;
    /** Exclusive. */
    readonly to: Date;
    readonly linesMax: number;
  },
): Promise<SettlementStatement | undefined> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (transaction) => {
      const lines = await readLines(transaction, question);
      if (lines.length > question.linesMax) return undefined;
      const openingFen = await owedBefore(transaction, question.merchantId, question.from);
      const closingFen = await owedBefore(transaction, question.merchantId, question.to);
      return { openingFen, lines: withBalances(openingFen, lines, closingFen), closingFen };
    });
}

async function owedBefore(db: Database, merchantId: string, instant: Date): Promise<number> {
  const { rows } = await sql<{ owedFen: number }>`
    select coalesce(-sum(amount), 0)::bigint as owed_fen from entries
      where merchant_id = ${merchantId} and account = any(${accountsOf(merchantId)})
        and created_at < ${instant}`.execute(db);
  return rows[0]?.owedFen ?? 0;
}

async function readLines(
  db: Database,
  question: {
    readonly merchantId: string;
    readonly from: Date;
    readonly to: Date;
    readonly linesMax: number;
  },
): Promise<readonly Omit<SettlementStatementLine, 'balanceFen'>[]> {
  const { rows } = await sql<Omit<SettlementStatementLine, 'balanceFen'>>`
    with changes as (
      select posting_id, -sum(amount)::bigint as net_fen from entries
        where merchant_id = ${question.merchantId} and account = any(${accountsOf(question.merchantId)})
          and created_at >= ${question.from} and created_at < ${question.to}
        group by posting_id having sum(amount) <> 0
        limit ${question.linesMax + 1}
    )
    select changes.posting_id, postings.kind, orders.order_number, payouts.settlement_id,
        changes.net_fen + ours.fee_fen - ours.subsidy_fen as gross_fen, ours.fee_fen, ours.subsidy_fen, changes.net_fen,
        postings.created_at as at
      from changes
        join postings on postings.id = changes.posting_id
        left join orders on orders.id = postings.order_id
        left join payouts on payouts.id = postings.attempt_id
        cross join lateral (
          select coalesce(-sum(amount) filter (where account = 'fee_revenue'), 0)::bigint as fee_fen,
              coalesce(sum(amount) filter (where account in ('promotion_expense', 'points_expense')), 0)::bigint
                as subsidy_fen
            from entries where posting_id = changes.posting_id) as ours
      order by postings.created_at, changes.posting_id`.execute(db);
  return rows;
}
