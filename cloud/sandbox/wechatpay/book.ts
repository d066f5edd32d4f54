import { randomBytes, randomInt } from 'node:crypto';

import { Refusal } from './errors';
import type { Signer } from './wire';

/** What a merchant asks for: the same for every call with one number. */
export interface Terms {
  readonly tradeType: 'JSAPI' | 'NATIVE';
  readonly outTradeNo: string;
  readonly description: string;
  readonly attach: string | undefined;
  readonly notifyUrl: string;
  readonly totalFen: number;
  /** JSAPI only. */
  readonly openId: string | undefined;
}

export interface Refund {
  readonly refundId: string;
  readonly outRefundNo: string;
  readonly refundFen: number;
  readonly reason: string | undefined;
  readonly notifyUrl: string | undefined;
  readonly createdAt: Date;
  /** The refund is on its way until then. */
  succeedsAt: Date;
  /** How it ends. Abnormal: the payer's account does not take it, which the merchant can repair. */
  end: RefundEnd;
}

export type RefundEnd = 'SUCCESS' | 'ABNORMAL' | 'CLOSED';

export interface Transaction {
  readonly terms: Terms;
  readonly prepayId: string;
  readonly codeUrl: string;
  readonly createdAt: Date;
  expiresAt: Date;
  state: 'NOTPAY' | 'SUCCESS' | 'REFUND' | 'CLOSED';
  /** Who paid. */
  payerOpenId: string | undefined;
  transactionId: string | undefined;
  paidAt: Date | undefined;
  readonly refunds: Refund[];
  /** Notifications are signed in the mode the merchant works in. */
  readonly signer: Signer;
}

export interface BookOptions {
  readonly now: () => Date;
  readonly refundTakesMs: () => number;
  readonly onPaid: (transaction: Transaction) => void;
  readonly onRefunded: (transaction: Transaction, refund: Refund) => void;
}

const UNPAID_LIFETIME_MS = 7 * 86_400_000;
/** Sooner than this an order cannot end: the real one moves the time. */
const LIFETIME_LEAST_MS = 60_000;

const alreadyPaid = (): Refusal => new Refusal(400, 'ORDERPAID', '该订单已支付');

function sameTerms(a: Terms, b: Terms): boolean {
  return (
    a.tradeType === b.tradeType &&
    a.description === b.description &&
    a.attach === b.attach &&
    a.notifyUrl === b.notifyUrl &&
    a.totalFen === b.totalFen &&
    a.openId === b.openId
  );
}

/** Every transaction of one merchant, with the rules for changing it. Amounts in fen. Throws Refusal. */
export class Book {
  private readonly byNumber = new Map<string, Transaction>();
  private readonly byPrepayId = new Map<string, Transaction>();
  private readonly byCode = new Map<string, Transaction>();
  private readonly refundsByNumber = new Map<string, { transaction: Transaction; refund: Refund }>();
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(private readonly options: BookOptions) {}

  /** Places an order. The same terms again give the same one. */
  place(terms: Terms, expiresAt: Date | undefined, signer: Signer): Transaction {
    const known = this.byNumber.get(terms.outTradeNo);
    if (known !== undefined) {
      if (known.paidAt !== undefined) throw alreadyPaid();
      if (known.state === 'CLOSED') throw new Refusal(400, 'ORDER_CLOSED', '订单已关闭');
      if (!sameTerms(known.terms, terms)) {
        throw new Refusal(400, 'INVALID_REQUEST', '201 商户订单号重复');
      }
      return known;
    }
    const now = this.options.now();
    const soonest = now.getTime() + LIFETIME_LEAST_MS;
    const transaction: Transaction = {
      terms,
      prepayId: `wx${stamp(now)}${randomBytes(11).toString('hex')}`,
      codeUrl: `weixin://wxpay/bizpayurl/up?pr=${randomBytes(9).toString('base64url')}`,
      createdAt: now,
      expiresAt: new Date(Math.max(soonest, expiresAt?.getTime() ?? now.getTime() + UNPAID_LIFETIME_MS)),
      state: 'NOTPAY',
      payerOpenId: undefined,
      transactionId: undefined,
      paidAt: undefined,
      refunds: [],
      signer,
    };
    this.byNumber.set(terms.outTradeNo, transaction);
    if (terms.tradeType === 'JSAPI') this.byPrepayId.set(transaction.prepayId, transaction);
    else this.byCode.set(transaction.codeUrl, transaction);
    return transaction;
  }

  find(outTradeNo: string): Transaction | undefined {
    return this.byNumber.get(outTradeNo);
  }

  findById(transactionId: string): Transaction | undefined {
    return this.list().find((transaction) => transaction.transactionId === transactionId);
  }

  findByPrepayId(prepayId: string): Transaction | undefined {
    return this.byPrepayId.get(prepayId);
  }

  findByCode(codeUrl: string): Transaction | undefined {
    return this.byCode.get(codeUrl);
  }

  /** Why a transaction cannot be paid now. */
  obstacle(transaction: Transaction): string | undefined {
    if (transaction.paidAt !== undefined) return 'order_paid';
    if (transaction.state === 'CLOSED') return 'order_closed';
    return transaction.expiresAt <= this.options.now() ? 'order_expired' : undefined;
  }

  /** The payer has confirmed. False where it can no longer be paid. */
  pay(transaction: Transaction, payerOpenId: string): boolean {
    if (this.obstacle(transaction) !== undefined) return false;
    const now = this.options.now();
    transaction.state = 'SUCCESS';
    transaction.paidAt = now;
    transaction.payerOpenId = payerOpenId;
    transaction.transactionId = `42000${stamp(now)}${String(randomInt(1e9)).padStart(9, '0')}`;
    this.options.onPaid(transaction);
    return true;
  }

  /** Closes; again where it is closed. */
  close(transaction: Transaction): void {
    if (transaction.paidAt !== undefined) throw alreadyPaid();
    transaction.state = 'CLOSED';
  }

  /** Lets the time for paying run out. */
  expire(outTradeNo: string): boolean {
    const transaction = this.byNumber.get(outTradeNo);
    if (transaction !== undefined) transaction.expiresAt = this.options.now();
    return transaction !== undefined;
  }

  /** Accepts a refund; the same number again answers the same one. */
  refund(
    transaction: Transaction,
    request: Pick<Refund, 'outRefundNo' | 'refundFen' | 'reason' | 'notifyUrl'> & {
      readonly totalFen: number;
    },
    end: RefundEnd = 'SUCCESS',
  ): Refund {
    const { totalFen, ...wanted } = request;
    const known = this.refundsByNumber.get(wanted.outRefundNo);
    if (known !== undefined) {
      const same = known.transaction === transaction && known.refund.refundFen === wanted.refundFen;
      if (!same)
        throw new Refusal(400, 'INVALID_REQUEST', '订单金额或退款金额与之前请求不一致，请核实后再试');
      return known.refund;
    }
    if (transaction.paidAt === undefined) throw new Refusal(400, 'INVALID_REQUEST', '订单未支付');
    if (totalFen !== transaction.terms.totalFen) {
      throw new Refusal(400, 'INVALID_REQUEST', '订单金额与原订单不一致');
    }
    const refundedFen = transaction.refunds
      .filter((refund) => refund.end !== 'CLOSED')
      .reduce((sum, refund) => sum + refund.refundFen, 0);
    if (refundedFen + wanted.refundFen > totalFen) {
      throw new Refusal(400, 'INVALID_REQUEST', '申请退款金额超过订单可退金额');
    }
    const createdAt = this.options.now();
    const takesMs = this.options.refundTakesMs();
    const refund: Refund = {
      ...wanted,
      refundId: `50300${stamp(createdAt)}${String(randomInt(1e9)).padStart(9, '0')}`,
      createdAt,
      succeedsAt: new Date(createdAt.getTime() + takesMs),
      end,
    };
    transaction.refunds.push(refund);
    transaction.state = 'REFUND';
    this.refundsByNumber.set(wanted.outRefundNo, { transaction, refund });
    this.endLater(transaction, refund, takesMs);
    return refund;
  }

  findRefund(outRefundNo: string): { transaction: Transaction; refund: Refund } | undefined {
    return this.refundsByNumber.get(outRefundNo);
  }

  /** The merchant repairs an abnormal refund in the console: it is on its way once more. False where it is none. */
  repair(outRefundNo: string): boolean {
    const found = this.refundsByNumber.get(outRefundNo);
    if (found?.refund.end !== 'ABNORMAL') return false;
    const takesMs = this.options.refundTakesMs();
    found.refund.end = 'SUCCESS';
    found.refund.succeedsAt = new Date(this.options.now().getTime() + takesMs);
    this.endLater(found.transaction, found.refund, takesMs);
    return true;
  }

  /** Whether a refund came to its end, whichever it is. */
  isRefunded(refund: Refund): boolean {
    return refund.succeedsAt <= this.options.now();
  }

  private endLater(transaction: Transaction, refund: Refund, takesMs: number): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.options.onRefunded(transaction, refund);
    }, takesMs);
    this.timers.add(timer);
  }

  /** All transactions, oldest first. */
  list(): readonly Transaction[] {
    return [...this.byNumber.values()];
  }

  dispose(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }
}

/** Local date and time as digits: the beginning of WeChat Pay's numbers. */
export const stamp = (instant: Date): string =>
  new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 19).replace(/\D/g, '');
