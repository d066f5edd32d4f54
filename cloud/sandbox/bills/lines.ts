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

/** Lines in the order in which they happened. */
export const inOrder = (lines: readonly BillLine[]): readonly BillLine[] =>
  [...lines].sort((a, b) => a.at.getTime() - b.at.getTime());

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
