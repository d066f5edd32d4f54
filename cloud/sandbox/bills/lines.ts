import { feeOf, returnedFees } from './fees';

/** One line of a day's business: a payment that came in or a refund that went out. Amounts in fen. */
export interface BillLine {
  readonly kind: 'payment' | 'refund';
  readonly outTradeNo: string;
  readonly transactionId: string;
  /** Of refunds only. */
  readonly outRefundNo: string;
  readonly refundId: string;
  readonly amountFen: number;
  /** What the gateway keeps of a payment, or gives back of it with a refund. */
  readonly feeFen: number;
  readonly status: 'SUCCESS' | 'PROCESSING' | 'REVOKED' | 'CLOSED';
  readonly tradeType: string;
  readonly description: string;
  readonly payer: string;
  readonly createdAt: Date;
  /** When it happened; its day is the bill's. */
  readonly at: Date;
}

/** A payment of a gateway's books as bills need it. */
export interface BilledPayment {
  /** What its line and those of its refunds have in common. */
  readonly shared: Omit<
    BillLine,
    'kind' | 'outRefundNo' | 'refundId' | 'amountFen' | 'feeFen' | 'status' | 'at'
  >;
  readonly totalFen: number;
  /** Undefined where nothing was paid. */
  readonly paidAt: Date | undefined;
  /** Oldest first. */
  readonly refunds: readonly Pick<BillLine, 'outRefundNo' | 'refundId' | 'amountFen' | 'status' | 'at'>[];
}

/** What happened from `from` until before `until`, in that order, with what the gateway keeps and gives back of each. */
export function linesWithin(
  payments: readonly BilledPayment[],
  from: Date,
  until: Date,
): readonly BillLine[] {
  return payments
    .flatMap(linesOf)
    .filter(({ at }) => at >= from && at < until)
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

function linesOf({ shared, totalFen, paidAt, refunds }: BilledPayment): readonly BillLine[] {
  if (paidAt === undefined) return [];
  const payment: BillLine = {
    ...shared,
    kind: 'payment',
    outRefundNo: '',
    refundId: '',
    amountFen: totalFen,
    feeFen: feeOf(totalFen),
    status: 'SUCCESS',
    at: paidAt,
  };
  const fees = returnedFees(
    totalFen,
    refunds.map(({ amountFen }) => amountFen),
  );
  const given = refunds.map((refund, index): BillLine => ({
    ...shared,
    ...refund,
    kind: 'refund',
    feeFen: fees[index] ?? 0,
  }));
  return [payment, ...given];
}

export const paymentsOf = (lines: readonly BillLine[]): readonly BillLine[] =>
  lines.filter((line) => line.kind === 'payment');
export const refundsOf = (lines: readonly BillLine[]): readonly BillLine[] =>
  lines.filter((line) => line.kind === 'refund');
export const sumOf = (lines: readonly BillLine[], amount: (line: BillLine) => number): number =>
  lines.reduce((sum, line) => sum + amount(line), 0);

/** Integer fen as yuan with two decimals, negative ones too. */
export function formatYuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0');
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
