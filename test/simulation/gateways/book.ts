import type { GatewayName } from '../../../cloud/gateways/port';
import { Bills } from './bills';
import { feeOf, returnedFee } from './fees';
import { BookError, type BookPayment, type BookRefund } from './kept';
import { PayoutBook, type BookPayout } from './payouts';

/** What a notice is about, and what it says of it. */
export type Told =
  | { readonly kind: 'payment'; readonly payment: BookPayment }
  | {
      readonly kind: 'refund';
      readonly payment: BookPayment;
      readonly refund: BookRefund;
      readonly state: BookRefund['state'];
    }
  | { readonly kind: 'payout'; readonly payout: BookPayout; readonly state: BookPayout['state'] };

/** Something that the gateway tells the merchant until it is taken. */
export type Notice = Told & {
  readonly id: string;
  sends: number;
  accepted: boolean;
  /** Every send of it is lost: nobody will ever hear of it. */
  lost: boolean;
};

/** How one gateway does things that another does otherwise. */
export interface Manners {
  /** Whether refunds and payouts take a while and are told by a notice, or are done when asked. */
  readonly takesTime: boolean;
  /** Whether a refund brings back its part of the fee. */
  readonly returnsFees: boolean;
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
  readonly payouts: PayoutBook;
  readonly bills: Bills;
  private numbers = 0;

  constructor(
    readonly name: GatewayName,
    private readonly nowMs: () => number,
    private readonly manners: Manners,
  ) {
    this.payouts = new PayoutBook(name, nowMs, manners.takesTime, (payout) => {
      this.tell({ kind: 'payout', payout, state: payout.state });
    });
    this.bills = new Bills(this.payments, nowMs);
  }

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
      feeFen: feeOf(request.totalFen),
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
    this.tell({ kind: 'payment', payment });
  }

  close(outTradeNo: string): void {
    const payment = this.payments.get(outTradeNo);
    if (payment === undefined) return;
    if (payment.state === 'paid') throw new BookError('already_paid', 'ORDER_PAID');
    payment.state = 'closed';
  }

  refundOf(outRefundNo: string): { readonly payment: BookPayment; readonly refund: BookRefund } | undefined {
    for (const payment of this.payments.values()) {
      const refund = payment.refunds.find((known) => known.outRefundNo === outRefundNo);
      if (refund !== undefined) return { payment, refund };
    }
    return undefined;
  }

  refund(request: { outTradeNo: string; outRefundNo: string; refundFen: number }): BookRefund {
    const payment = this.payments.get(request.outTradeNo);
    if (payment?.state !== 'paid') throw new BookError('refused', 'NOT_PAID');
    const known = this.refundOf(request.outRefundNo);
    if (known !== undefined) {
      const same = known.payment === payment && known.refund.refundFen === request.refundFen;
      if (!same) throw new BookError('refused', 'REFUND_NUMBER_USED');
      return known.refund;
    }
    const before = payment.refunds.reduce((sum, refund) => sum + refund.refundFen, 0);
    if (before + request.refundFen > payment.totalFen) throw new BookError('refused', 'TOO_MUCH');
    const refund: BookRefund = {
      outRefundNo: request.outRefundNo,
      refundFen: request.refundFen,
      feeFen: this.manners.returnsFees ? returnedFee(payment.totalFen, before, request.refundFen) : 0,
      takenAtMs: this.nowMs(),
      state: this.manners.takesTime ? 'processing' : 'succeeded',
    };
    payment.refunds.push(refund);
    return refund;
  }

  /** The money of a refund arrives at the payer, or the payer's bank does not take it. */
  endRefund(payment: BookPayment, refund: BookRefund, state: 'succeeded' | 'abnormal'): void {
    if (refund.state === 'succeeded' || refund.state === state) return;
    refund.state = state;
    this.tell({ kind: 'refund', payment, refund, state });
  }

  /** What the gateway holds for the merchant: what came in, less what went out and what it keeps. */
  balanceFen(): number {
    let balance = this.bills.foreignFen() - this.payouts.paidFen();
    for (const payment of this.payments.values()) {
      if (payment.state !== 'paid') continue;
      balance += payment.totalFen - payment.feeFen;
      for (const refund of payment.refunds) {
        if (refund.state === 'succeeded') balance += refund.feeFen - refund.refundFen;
      }
    }
    return balance;
  }

  private tell(told: Told): void {
    const id = `${this.name}-notice-${this.notices.length + 1}`;
    this.notices.push({ ...told, id, sends: 0, accepted: false, lost: false });
  }
}
