/** Times are the gateway's own, in ms; amounts in fen. */
export interface BookPayment {
  readonly outTradeNo: string;
  readonly totalFen: number;
  readonly expiresAtMs: number;
  state: 'pending' | 'paid' | 'closed';
  transactionId: string | undefined;
  paidAtMs: number | undefined;
  /** What the gateway keeps of it once it is paid. */
  feeFen: number;
  readonly refunds: BookRefund[];
  /** Paid though the gateway had said that it was closed, as happens when a bank answers late. */
  late: boolean;
}

export interface BookRefund {
  readonly outRefundNo: string;
  readonly refundFen: number;
  /** What the gateway gives back of its fee once the refund has arrived. */
  readonly feeFen: number;
  readonly takenAtMs: number;
  /** `abnormal`: the payer's bank did not take it; somebody must see to it in the gateway's console. */
  state: 'processing' | 'succeeded' | 'abnormal';
}

export type BookRefusal = 'already_paid' | 'closed' | 'refused' | 'unfunded';

/** What the gateway answers instead of doing it. */
export class BookError extends Error {
  constructor(
    readonly refusal: BookRefusal,
    readonly code: string,
  ) {
    super(code);
  }
}
