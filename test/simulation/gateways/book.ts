import type { GatewayName } from '../../../cloud/gateways/port';

/** Times are the gateway's own, in ms; amounts in fen. */
export interface BookPayment {
  readonly outTradeNo: string;
  readonly totalFen: number;
  readonly expiresAtMs: number;
  state: 'pending' | 'paid' | 'closed';
  transactionId: string | undefined;
  paidAtMs: number | undefined;
  readonly refunds: BookRefund[];
  /** Paid though the gateway had said that it was closed, as happens when a bank answers late. */
  late: boolean;
}

export interface BookRefund {
  readonly outRefundNo: string;
  readonly refundFen: number;
  state: 'processing' | 'succeeded';
}

/** Something that the gateway tells the merchant until it is taken. */
export interface Notice {
  readonly id: string;
  readonly kind: 'payment' | 'refund';
  readonly payment: BookPayment;
  readonly refund: BookRefund | undefined;
  sends: number;
  accepted: boolean;
  /** Every send of it is lost: nobody will ever hear of it. */
  lost: boolean;
}

export type BookRefusal = 'already_paid' | 'closed' | 'refused';

/** What the gateway answers instead of doing it. */
export class BookError extends Error {
  constructor(
    readonly refusal: BookRefusal,
    readonly code: string,
  ) {
    super(code);
  }
}

/** A payer who opened the window in time may still confirm this long after the expiry, in ms. */
const GRACE_MS = 5_000;

/**
 * The truth about money: what one gateway knows, written from its documentation and apart from the adapters and the
 * sandbox. It has no faults of its own; those happen on the way to it and back.
 */
export class Book {
  readonly payments = new Map<string, BookPayment>();
  readonly notices: Notice[] = [];
  private numbers = 0;

  constructor(
    readonly name: GatewayName,
    private readonly nowMs: () => number,
    /** Whether refunds take a while and are told by a notice, as at WeChat Pay, or are done when asked, as at Alipay. */
    private readonly refundsTakeTime: boolean,
  ) {}

  create(request: { outTradeNo: string; totalFen: number; expiresAt: Date }): BookPayment {
    const known = this.payments.get(request.outTradeNo);
    if (known !== undefined) {
      if (known.state === 'paid') throw new BookError('already_paid', 'ORDER_PAID');
      if (this.stateOf(known) === 'closed') throw new BookError('closed', 'ORDER_CLOSED');
      if (known.totalFen !== request.totalFen) throw new BookError('refused', 'TERMS_DIFFER');
      return known;
    }
    if (request.expiresAt.getTime() <= this.nowMs()) throw new BookError('refused', 'TIME_EXPIRED');
    const payment: BookPayment = {
      outTradeNo: request.outTradeNo,
      totalFen: request.totalFen,
      expiresAtMs: request.expiresAt.getTime(),
      state: 'pending',
      transactionId: undefined,
      paidAtMs: undefined,
      refunds: [],
      late: false,
    };
    this.payments.set(payment.outTradeNo, payment);
    return payment;
  }

  stateOf(payment: BookPayment): BookPayment['state'] {
    const expired = payment.state === 'pending' && payment.expiresAtMs + GRACE_MS <= this.nowMs();
    return expired ? 'closed' : payment.state;
  }

  /** Somebody confirms in the window. False where it can no longer be paid. */
  pay(payment: BookPayment): boolean {
    if (this.stateOf(payment) !== 'pending') return false;
    this.receive(payment);
    return true;
  }

  /** The bank answers after the gateway has closed: the money comes all the same. */
  payLate(payment: BookPayment): void {
    payment.late = true;
    this.receive(payment);
  }

  private receive(payment: BookPayment): void {
    payment.state = 'paid';
    payment.paidAtMs = this.nowMs();
    payment.transactionId = `${this.name}-${(this.numbers += 1)}`;
    this.tell('payment', payment, undefined);
  }

  close(outTradeNo: string): void {
    const payment = this.payments.get(outTradeNo);
    if (payment === undefined) return;
    if (payment.state === 'paid') throw new BookError('already_paid', 'ORDER_PAID');
    payment.state = 'closed';
  }

  refund(request: { outTradeNo: string; outRefundNo: string; refundFen: number }): BookRefund {
    const payment = this.payments.get(request.outTradeNo);
    if (payment?.state !== 'paid') throw new BookError('refused', 'NOT_PAID');
    for (const other of this.payments.values()) {
      const known = other.refunds.find((refund) => refund.outRefundNo === request.outRefundNo);
      if (known === undefined) continue;
      const same = other === payment && known.refundFen === request.refundFen;
      if (!same) throw new BookError('refused', 'REFUND_NUMBER_USED');
      return known;
    }
    const refundedFen = payment.refunds.reduce((sum, refund) => sum + refund.refundFen, 0);
    if (refundedFen + request.refundFen > payment.totalFen) throw new BookError('refused', 'TOO_MUCH');
    const refund: BookRefund = {
      outRefundNo: request.outRefundNo,
      refundFen: request.refundFen,
      state: this.refundsTakeTime ? 'processing' : 'succeeded',
    };
    payment.refunds.push(refund);
    return refund;
  }

  /** The money of a refund arrives at the payer. */
  finishRefund(payment: BookPayment, refund: BookRefund): void {
    if (refund.state === 'succeeded') return;
    refund.state = 'succeeded';
    this.tell('refund', payment, refund);
  }

  /** What the gateway holds for the merchant: everything paid, less what arrived back at payers. */
  balanceFen(): number {
    let balance = 0;
    for (const payment of this.payments.values()) {
      if (payment.state !== 'paid') continue;
      balance += payment.totalFen;
      for (const refund of payment.refunds) if (refund.state === 'succeeded') balance -= refund.refundFen;
    }
    return balance;
  }

  private tell(kind: Notice['kind'], payment: BookPayment, refund: BookRefund | undefined): void {
    const id = `${this.name}-notice-${this.notices.length + 1}`;
    this.notices.push({ id, kind, payment, refund, sends: 0, accepted: false, lost: false });
  }
}
