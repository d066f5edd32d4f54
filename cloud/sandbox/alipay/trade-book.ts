import { nextBeijingMidnight } from '../beijing-time';
import { invalidParameter, tradeRefusal } from './errors';

export type TradeStatus = 'WAIT_BUYER_PAY' | 'TRADE_SUCCESS' | 'TRADE_CLOSED';

/** What a merchant asks for: fixed from the first call on, repeated calls must bring the same. */
export interface TradeTerms {
  readonly outTradeNo: string;
  readonly totalFen: number;
  readonly subject: string;
  readonly productCode: string;
  readonly body: string | undefined;
  readonly passbackParams: string | undefined;
  readonly notifyUrl: string | undefined;
}

export interface Buyer {
  readonly openId: string;
  /** Masked login name. */
  readonly logonId: string;
}

export interface TradeRefund {
  readonly outRequestNo: string;
  readonly refundFen: number;
  readonly refundedAt: Date;
}

export interface Trade {
  readonly tradeNo: string;
  readonly terms: TradeTerms;
  readonly buyer: Buyer;
  readonly createdAt: Date;
  expiresAt: Date;
  status: TradeStatus;
  paidAt: Date | undefined;
  closedAt: Date | undefined;
  readonly refunds: TradeRefund[];
}

/** A payment code: no trade exists before a buyer scans it. */
export interface PaymentCode {
  readonly qrCode: string;
  readonly terms: TradeTerms;
  expiresAt: Date;
  /** Absolute end of the trade, or its length counted from the scan. */
  readonly tradeExpiresAt: (scannedAt: Date) => Date;
}

export type TradeChange = { readonly trade: Trade; readonly refund: TradeRefund | undefined };

export interface TradeBookOptions {
  readonly now: () => Date;
  /** 28 digits, beginning with the Beijing date. */
  readonly newTradeNo: () => string;
  readonly newQrCode: () => string;
  /** Told of each change that merchants are notified of: paid, refunded, closed. */
  readonly onChange: (change: TradeChange) => void;
}

/** Fen refunded so far. */
export function refundedFen(trade: Trade): number {
  return trade.refunds.reduce((sum, refund) => sum + refund.refundFen, 0);
}

const DEFAULT_TIMEOUT_MS = 15 * 24 * 60 * 60 * 1000;
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Reads `timeout_express` (`1m` to `15d`, `1c` for the end of the day) into the end it gives, counted from a start. */
export function readTimeout(text: string | undefined, name = 'timeout_express'): (from: Date) => Date {
  if (text === undefined) return (from) => new Date(from.getTime() + DEFAULT_TIMEOUT_MS);
  if (text === '1c') return nextBeijingMidnight;
  const match = /^([1-9]\d{0,4})([mhd])$/.exec(text);
  const durationMs = match === null ? 0 : Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
  if (durationMs === 0 || durationMs > DEFAULT_TIMEOUT_MS) throw invalidParameter(name);
  return (from) => new Date(from.getTime() + durationMs);
}

function sameTerms(left: TradeTerms, right: TradeTerms): boolean {
  return (
    left.totalFen === right.totalFen &&
    left.subject === right.subject &&
    left.productCode === right.productCode &&
    left.body === right.body &&
    left.passbackParams === right.passbackParams
  );
}

/** Every trade of one seller, with the rules for changing it. Amounts in integer fen. Throws Refusal. */
export class TradeBook {
  private readonly trades = new Map<string, Trade>();
  private readonly tradesByTradeNo = new Map<string, Trade>();
  private readonly codes = new Map<string, PaymentCode>();
  private readonly codesByText = new Map<string, PaymentCode>();

  constructor(private readonly options: TradeBookOptions) {}

  /** Opens a trade for a known buyer. The same terms again give the same trade. */
  create(terms: TradeTerms, buyer: Buyer, expiresAt: Date): Trade {
    const known = this.byOutTradeNo(terms.outTradeNo);
    if (known !== undefined) {
      this.refuseSettled(known);
      if (!sameTerms(known.terms, terms) || known.buyer.openId !== buyer.openId) {
        throw tradeRefusal('CONTEXT_INCONSISTENT', '交易信息被篡改');
      }
      return known;
    }
    if (this.codes.has(terms.outTradeNo)) throw tradeRefusal('CONTEXT_INCONSISTENT', '交易信息被篡改');
    return this.open(terms, buyer, expiresAt);
  }

  /** Registers a payment code. The same terms again give the same code. */
  precreate(
    terms: TradeTerms,
    ends: { readonly codeAt: Date; readonly tradeAt: (scannedAt: Date) => Date },
  ): PaymentCode {
    const trade = this.byOutTradeNo(terms.outTradeNo);
    if (trade !== undefined) {
      this.refuseSettled(trade);
      if (!sameTerms(trade.terms, terms)) throw tradeRefusal('CONTEXT_INCONSISTENT', '交易信息被篡改');
    }
    const known = this.codes.get(terms.outTradeNo);
    if (known !== undefined) {
      if (!sameTerms(known.terms, terms)) throw tradeRefusal('CONTEXT_INCONSISTENT', '交易信息被篡改');
      return known;
    }
    if (trade !== undefined) throw tradeRefusal('CONTEXT_INCONSISTENT', '交易信息被篡改');
    const code: PaymentCode = {
      qrCode: this.options.newQrCode(),
      terms,
      expiresAt: ends.codeAt,
      tradeExpiresAt: ends.tradeAt,
    };
    this.codes.set(terms.outTradeNo, code);
    this.codesByText.set(code.qrCode, code);
    return code;
  }

  /** A buyer scans a code: the trade comes into being. Undefined where no living code has that text. */
  scan(qrCode: string, buyer: Buyer): Trade | undefined {
    const code = this.codesByText.get(qrCode);
    if (code === undefined) return undefined;
    const trade = this.byOutTradeNo(code.terms.outTradeNo);
    if (trade !== undefined) return trade.buyer.openId === buyer.openId ? trade : undefined;
    const now = this.options.now();
    if (code.expiresAt <= now) return undefined;
    return this.open(code.terms, buyer, code.tradeExpiresAt(now));
  }

  /** Finds by Alipay's number, which wins, or the merchant's. */
  find(key: {
    readonly tradeNo?: string | undefined;
    readonly outTradeNo?: string | undefined;
  }): Trade | undefined {
    const byNumber = key.tradeNo === undefined ? undefined : this.tradesByTradeNo.get(key.tradeNo);
    const outTradeNo = key.tradeNo === undefined ? key.outTradeNo : byNumber?.terms.outTradeNo;
    return outTradeNo === undefined ? undefined : this.byOutTradeNo(outTradeNo);
  }

  /** The buyer has confirmed with the password. False where the trade can no longer be paid. */
  pay(trade: Trade): boolean {
    this.closeWhenExpired(trade);
    if (trade.status !== 'WAIT_BUYER_PAY') return false;
    trade.status = 'TRADE_SUCCESS';
    trade.paidAt = this.options.now();
    this.options.onChange({ trade, refund: undefined });
    return true;
  }

  /** Closes an unpaid trade. */
  close(trade: Trade): void {
    if (trade.status !== 'WAIT_BUYER_PAY') {
      throw tradeRefusal('TRADE_STATUS_ERROR', '交易状态不合法');
    }
    trade.status = 'TRADE_CLOSED';
    trade.closedAt = this.options.now();
    this.options.onChange({ trade, refund: undefined });
  }

  /** Refunds. The same request number again changes nothing and answers `moved: false`. */
  refund(trade: Trade, outRequestNo: string, refundFen: number): { refund: TradeRefund; moved: boolean } {
    const known = trade.refunds.find((refund) => refund.outRequestNo === outRequestNo);
    if (known !== undefined) {
      if (known.refundFen !== refundFen) {
        throw tradeRefusal('DISCORDANT_REPEAT_REQUEST', '请求信息不一致');
      }
      return { refund: known, moved: false };
    }
    if (trade.status === 'TRADE_CLOSED') throw tradeRefusal('TRADE_HAS_CLOSE', '交易已经关闭');
    if (trade.status !== 'TRADE_SUCCESS') throw tradeRefusal('TRADE_STATUS_ERROR', '交易状态不合法');
    const refundedAfterFen = refundedFen(trade) + refundFen;
    if (refundedAfterFen > trade.terms.totalFen) {
      throw tradeRefusal('REFUND_AMT_NOT_EQUAL_TOTAL', '退款金额超限');
    }
    const refund = { outRequestNo, refundFen, refundedAt: this.options.now() };
    trade.refunds.push(refund);
    if (refundedAfterFen === trade.terms.totalFen) {
      trade.status = 'TRADE_CLOSED';
      trade.closedAt = refund.refundedAt;
    }
    this.options.onChange({ trade, refund });
    return { refund, moved: true };
  }

  /** Ends the waiting time of a trade or of a code nobody has scanned. False where neither exists. */
  expire(outTradeNo: string): boolean {
    const code = this.codes.get(outTradeNo);
    if (code !== undefined) code.expiresAt = this.options.now();
    const trade = this.trades.get(outTradeNo);
    if (trade?.status === 'WAIT_BUYER_PAY') {
      trade.expiresAt = this.options.now();
      this.closeWhenExpired(trade);
    }
    return code !== undefined || trade !== undefined;
  }

  /** All trades, oldest first. */
  list(): readonly Trade[] {
    return [...this.trades.values()];
  }

  private open(terms: TradeTerms, buyer: Buyer, expiresAt: Date): Trade {
    const now = this.options.now();
    if (expiresAt <= now) throw tradeRefusal('NOW_TIME_AFTER_EXPIRE_TIME_ERROR', '当前时间已过订单失效时间');
    const trade: Trade = {
      tradeNo: this.options.newTradeNo(),
      terms,
      buyer,
      createdAt: now,
      expiresAt,
      status: 'WAIT_BUYER_PAY',
      paidAt: undefined,
      closedAt: undefined,
      refunds: [],
    };
    this.trades.set(terms.outTradeNo, trade);
    this.tradesByTradeNo.set(trade.tradeNo, trade);
    return trade;
  }

  private byOutTradeNo(outTradeNo: string): Trade | undefined {
    const trade = this.trades.get(outTradeNo);
    if (trade !== undefined) this.closeWhenExpired(trade);
    return trade;
  }

  private closeWhenExpired(trade: Trade): void {
    if (trade.status === 'WAIT_BUYER_PAY' && trade.expiresAt <= this.options.now()) this.close(trade);
  }

  private refuseSettled(trade: Trade): void {
    if (trade.paidAt !== undefined) throw tradeRefusal('TRADE_HAS_SUCCESS', '交易已被支付');
    if (trade.status === 'TRADE_CLOSED') throw tradeRefusal('TRADE_HAS_CLOSE', '交易已经关闭');
  }
}
