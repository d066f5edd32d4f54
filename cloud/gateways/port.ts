/**
 * What TPWallet asks of whoever moves the money. One adapter folder per gateway implements it; nothing outside
 * `cloud/gateways` knows a gateway's wire words. Amounts are integer fen. Times are UTC instants.
 */
export type GatewayName = 'wechatpay' | 'alipay';

export interface PaymentRequest {
  /** Our attempt id as the gateway's `out_trade_no`: 32 hex characters (a UUID without dashes). */
  readonly outTradeNo: string;
  readonly description: string;
  readonly totalFen: number;
  readonly expiresAt: Date;
  /** The payer's open id with this gateway's mini-program; undefined for a hand-off by code. */
  readonly payerOpenId: string | undefined;
}

/** What the host's native API needs to open the payment window, or a code for the other host to scan. */
export type PaymentInvocation =
  | {
      readonly kind: 'wechat';
      readonly timeStamp: string;
      readonly nonceStr: string;
      readonly package: string;
      readonly signType: 'RSA';
      readonly paySign: string;
    }
  | { readonly kind: 'alipay'; readonly tradeNO: string }
  | { readonly kind: 'code'; readonly codeUrl: string };

export type PaymentState = 'pending' | 'succeeded' | 'refunded' | 'closed' | 'failed' | 'not_found';

/** A payment as the gateway tells it, by a query or a verified notification. */
export interface PaymentReport {
  readonly outTradeNo: string;
  readonly state: PaymentState;
  /** The gateway's own number; present once paid. */
  readonly transactionId: string | undefined;
  readonly totalFen: number | undefined;
  readonly succeededAt: Date | undefined;
  /** Who paid, as this gateway's host names them; not told by every gateway. */
  readonly payerOpenId?: string | undefined;
}

export interface RefundRequest {
  /** The same for every retry of one refund. */
  readonly outRefundNo: string;
  readonly outTradeNo: string;
  readonly refundFen: number;
  readonly totalFen: number;
  readonly reason: string;
}

export interface RefundReport {
  readonly outRefundNo: string;
  readonly outTradeNo: string;
  readonly state: 'processing' | 'succeeded' | 'closed' | 'abnormal' | 'not_found';
  readonly refundFen: number | undefined;
}

/** Whose account is paid, as the gateway knows it. */
export type PayoutPayee =
  /** A user of this gateway's mini-program. The name, where given, must be the account holder's. */
  | { readonly kind: 'open_id'; readonly id: string; readonly name: string | undefined }
  /** The address or telephone number that somebody signs in with. */
  | { readonly kind: 'logon_id'; readonly id: string; readonly name: string };

export interface PayoutRequest {
  /** The same, with the same data, for every try until a query says that it failed: 32 hex characters. */
  readonly outBillNo: string;
  readonly amountFen: number;
  readonly payee: PayoutPayee;
  /** What the payee reads, at most 32 characters. */
  readonly remark: string;
}

/** A payout as the gateway tells it. */
export interface PayoutReport {
  readonly outBillNo: string;
  /** `awaiting_payee`: the payee must confirm it; `returned`: it was paid and came back. */
  readonly state: 'processing' | 'awaiting_payee' | 'paid' | 'failed' | 'returned' | 'not_found';
  /** The gateway's own number. */
  readonly billNumber: string | undefined;
  readonly amountFen: number | undefined;
  /** What opens the page where the payee confirms; only while that is awaited. */
  readonly confirmation: string | undefined;
  /** The gateway's reason where it failed or came back. */
  readonly reason: string | undefined;
}

export type BillKind = 'trade' | 'fund';

export interface BillRequest {
  /** `trade`: payments and refunds. `fund`: what moved on the account, fees among it. */
  readonly kind: BillKind;
  /** A day in Asia/Shanghai, `yyyy-MM-dd`. */
  readonly date: string;
}

/** A payment or a refund as a day's trade bill tells it. */
export interface TradeBillRow {
  readonly bill: 'trade';
  readonly kind: 'payment' | 'refund';
  readonly outTradeNo: string;
  /** Of refunds only. */
  readonly outRefundNo: string | undefined;
  /** The gateway's own number of the payment. */
  readonly transactionId: string;
  readonly state: 'succeeded' | 'processing' | 'failed';
  /** What was paid, or given back. */
  readonly amountFen: number;
  /** What the gateway keeps; negative where it gives back. */
  readonly feeFen: number;
  readonly at: Date;
  readonly description: string;
}

/** One movement on the account: what came in is positive. */
export interface FundBillRow {
  readonly bill: 'fund';
  readonly kind: 'payment' | 'refund' | 'fee' | 'other';
  readonly amountFen: number;
  readonly transactionId: string;
  readonly at: Date;
}

export type BillRow = TradeBillRow | FundBillRow;

/** A notification whose signature, freshness and addressee have been verified. */
export type Notification = { readonly id: string } & (
  | { readonly kind: 'payment'; readonly report: PaymentReport }
  | { readonly kind: 'refund'; readonly report: RefundReport }
  | { readonly kind: 'payout'; readonly report: PayoutReport }
  | { readonly kind: 'ignored'; readonly eventType: string }
);

export interface RawNotification {
  /** Lower-case header names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body exactly as it came. */
  readonly body: string;
}

/** The bytes a gateway takes for "received" or "send it again". */
export interface NotificationAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface PaymentGateway {
  readonly name: GatewayName;
  /** Creates the payment. Repeating it with the same request is harmless. Throws GatewayError. */
  createPayment(request: PaymentRequest): Promise<PaymentInvocation>;
  /** Asks how a payment stands. An unknown number reports `not_found`. Throws GatewayError. */
  queryPayment(outTradeNo: string): Promise<PaymentReport>;
  /** Closes an unpaid payment; resolves also where it is closed or was never created. GatewayError `already_paid` where paid. */
  closePayment(outTradeNo: string): Promise<void>;
  refund(request: RefundRequest): Promise<RefundReport>;
  queryRefund(outTradeNo: string, outRefundNo: string): Promise<RefundReport>;
  /**
   * Pays out to somebody. Repeating it with the same request pays once. Whatever is thrown (GatewayError; also
   * `refused`), only `queryPayout` tells what became of it. GatewayError `misconfigured` where payouts are off.
   */
  payOut(request: PayoutRequest): Promise<PayoutReport>;
  /** Asks how a payout stands. An unknown number reports `not_found`. Throws GatewayError. */
  queryPayout(outBillNo: string): Promise<PayoutReport>;
  /**
   * The rows of a day's bill, none where nothing happened. The whole file is fetched and held against its hash or sums
   * before the first row is given, and the last row only comes where the bill's own count and totals agree. Throws
   * GatewayError: `refused` with BILL_NOT_READY where the gateway has not made it yet, `unknown` with BILL_DAMAGED where
   * it is not what the gateway says it is; rows given before that are not to be used.
   */
  fetchBill(request: BillRequest): AsyncIterable<BillRow>;
  /** Verifies and reads a notification. Throws NotificationRejected; nothing may be changed then. */
  parseNotification(raw: RawNotification): Promise<Notification>;
  readonly accepted: NotificationAnswer;
  /** Asks the gateway to send it again. */
  rejected(status: number): NotificationAnswer;
}

/** Who the user is for a host: the result of exchanging a login code. */
export interface HostIdentity {
  readonly openId: string;
  readonly unionId: string | undefined;
}

export interface HostLogin {
  /** Exchanges a one-time code. Throws LoginCodeRejected for a bad code, GatewayError otherwise. */
  exchange(code: string): Promise<HostIdentity>;
}

/**
 * `unknown`: it may have happened, ask with a query. `refused`: it has not happened and will not with this request.
 * `unfunded`: our balance at the gateway is too low for it; the same request may be taken later.
 */
export type GatewayErrorKind =
  'unknown' | 'refused' | 'unfunded' | 'already_paid' | 'closed' | 'misconfigured';

export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  constructor(
    readonly gateway: GatewayName,
    readonly kind: GatewayErrorKind,
    /** The gateway's own code, for logs and operators; never shown to users. */
    readonly gatewayCode: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export class NotificationRejected extends Error {
  override readonly name = 'NotificationRejected';
  constructor(
    readonly gateway: GatewayName,
    /** Stable words for tests and logs. */
    readonly reason:
      | 'header_missing'
      | 'timestamp_out_of_range'
      | 'serial_unknown'
      | 'signature_invalid'
      | 'body_malformed'
      | 'decryption_failed'
      | 'addressee_mismatch',
    message: string,
  ) {
    super(message);
  }
}

export class LoginCodeRejected extends Error {
  override readonly name = 'LoginCodeRejected';
}
