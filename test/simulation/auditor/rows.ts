/** Rows as PostgreSQL writes them in JSON, as far as the auditor looks at them. Amounts in fen, times as ISO text. */
type Gateway = 'wechatpay' | 'alipay';

export interface OrderRow {
  readonly id: string;
  readonly account_id: string;
  readonly merchant_id: string;
  readonly remark: string;
  readonly state: string;
  readonly method: string;
  readonly amount_fen: number;
  readonly fee_fen: number;
  readonly total_fen: number;
  readonly points: number;
  readonly refunded_fen: number;
}
/** Kept when its order ends, since only what is there is seen: it is looked at for orders that wait. */
export interface OpenOrderRow {
  readonly order_id: string;
  readonly claimed_until: string | null;
}
export interface AttemptRow {
  readonly id: string;
  readonly order_id: string;
  readonly account_id: string;
  readonly method: string;
  readonly gateway: Gateway;
  readonly state: string;
  readonly amount_fen: number;
  readonly fee_fen: number;
  readonly total_fen: number;
  readonly points: number;
}
export interface HistoryRow {
  readonly order_id: string;
  readonly id: number;
  readonly subject: string;
  readonly subject_id: string;
  readonly from_state: string | null;
  readonly to_state: string;
}
export interface PostingRow {
  readonly id: string;
  readonly kind: string;
  /** Of a batch and its payouts the batch. */
  readonly order_id: string;
  /** Of a payout the payout. */
  readonly attempt_id: string;
  readonly created_at: string;
  readonly accounts: readonly string[];
  readonly units: readonly string[];
  readonly amounts: readonly number[];
}
/** A line of a posting. */
export interface EntryRow {
  readonly posting_id: string;
  readonly account: string;
  readonly unit: string;
  readonly amount: number;
}
export interface RefundRow {
  readonly id: string;
  readonly kind: 'surplus' | 'order';
  readonly attempt_id: string;
  readonly order_id: string;
  readonly merchant_id: string | null;
  readonly gateway: Gateway;
  readonly refund_fen: number;
  readonly amount_fen: number;
  readonly fee_fen: number;
  readonly points: number;
  readonly state: string;
  readonly returned_by: 'gateway' | 'person' | null;
}
export interface OutboxRow {
  readonly id: string;
  readonly type: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly completed_at: string | null;
  readonly dead_at: string | null;
}
export interface InboxRow {
  readonly gateway: string;
  readonly notification_id: string;
  readonly applied_at: string | null;
}
export interface SettlementRow {
  readonly id: string;
  readonly merchant_id: string;
  readonly cut_off_day: string;
  readonly state: string;
  readonly net_fen: number;
  readonly line_count: number;
}
export interface LineRow {
  readonly posting_id: string;
  readonly settlement_id: string;
  readonly amount_fen: number;
}
export interface PayoutRow {
  readonly id: string;
  readonly settlement_id: string;
  readonly merchant_id: string;
  readonly part: number;
  readonly try: number;
  readonly source: Gateway | 'bank';
  readonly payee_id: string | null;
  readonly amount_fen: number;
  readonly state: string;
}
export interface SettlementHistoryRow {
  readonly id: number;
  readonly subject: string;
  readonly subject_id: string;
  readonly from_state: string | null;
  readonly to_state: string;
}
export interface DifferenceRow {
  readonly id: string;
  readonly gateway: Gateway;
  readonly day: string;
  readonly subject: string;
  readonly number: string;
  readonly class: string;
  readonly state: string;
  readonly reason: string;
}

export interface Rows {
  orders: OrderRow;
  open_orders: OpenOrderRow;
  attempts: AttemptRow;
  history: HistoryRow;
  postings: PostingRow;
  refunds: RefundRow;
  outbox: OutboxRow;
  inbox: InboxRow;
  settlements: SettlementRow;
  settlement_lines: LineRow;
  payouts: PayoutRow;
  settlement_history: SettlementHistoryRow;
  differences: DifferenceRow;
}
export type Table = keyof Rows;

/** What tells the rows of a table apart. */
export const KEYS: { readonly [T in Table]: (row: Rows[T]) => string } = {
  orders: (row) => row.id,
  open_orders: (row) => row.order_id,
  attempts: (row) => row.id,
  history: (row) => String(row.id),
  postings: (row) => row.id,
  refunds: (row) => row.id,
  outbox: (row) => row.id,
  inbox: (row) => `${row.gateway} ${row.notification_id}`,
  settlements: (row) => row.id,
  settlement_lines: (row) => row.posting_id,
  payouts: (row) => row.id,
  settlement_history: (row) => String(row.id),
  differences: (row) => row.id,
};
export const TABLES = Object.keys(KEYS) as readonly Table[];

/** What is written once and never touched again. */
export const APPEND_ONLY: readonly Table[] = [
  'history',
  'postings',
  'settlement_lines',
  'settlement_history',
];

/** Postings that an order is the cause of; the others are a batch's, or a person's. */
export const ORDER_POSTINGS: readonly string[] = [
  'payment',
  'surplus',
  'surplus_refund',
  'refund',
  'gateway_fee',
];
