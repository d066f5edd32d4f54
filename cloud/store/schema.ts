import type { ColumnType, Generated, JSONColumnType } from 'kysely';

import type { CategoryId, Host, Method } from '../contract/types';
import type { AttemptState, MethodPricing, OrderState, PostingKind, Unit } from '../domain';

/** Columns that are written once. */
type Fixed<T> = ColumnType<T, T, never>;

interface AccountsTable {
  id: Fixed<string>;
  host: Fixed<Host>;
  appId: Fixed<string>;
  openId: Fixed<string>;
  unionId: string | null;
  createdAt: Fixed<Date>;
}

interface SessionsTable {
  id: Fixed<string>;
  accountId: Fixed<string>;
  deviceId: Fixed<string>;
  refreshTokenHash: string;
  previousTokenHash: string | null;
  expiresAt: Date;
  revokedAt: Date | null;
  createdAt: Fixed<Date>;
}

export interface MerchantsTable {
  id: Fixed<string>;
  name: string;
  category: CategoryId;
  description: string;
  city: string;
  logoText: string;
  logoColor: string;
  open: boolean;
  /** What a search looks into: the name, its pinyin and its initials, in lower case without spaces. */
  searchText: string;
  createdAt: Fixed<Date>;
}

interface PaymentLinksTable {
  code: Fixed<string>;
  merchantId: Fixed<string>;
  amountFen: number | null;
  remark: string;
  expiresAt: Date | null;
  createdAt: Fixed<Date>;
}

export interface OrdersTable {
  id: Fixed<string>;
  orderNumber: Fixed<string>;
  accountId: Fixed<string>;
  merchantId: Fixed<string>;
  linkCode: Fixed<string | null>;
  remark: Fixed<string>;
  state: OrderState;
  method: Method;
  amountFen: number;
  feeFen: number;
  totalFen: number;
  points: number;
  /** The quote the order was made from, a price for each method. */
  methods: JSONColumnType<MethodPricing[], string, never>;
  refundedFen: Generated<number>;
  transactionId: string | null;
  createdAt: Fixed<Date>;
  expiresAt: Fixed<Date>;
  paidAt: Date | null;
  closedAt: Date | null;
  claimedUntil: Date | null;
}

export interface AttemptsTable {
  id: Fixed<string>;
  orderId: Fixed<string>;
  accountId: Fixed<string>;
  method: Fixed<Method>;
  gateway: Fixed<'wechatpay' | 'alipay'>;
  state: AttemptState;
  amountFen: Fixed<number>;
  feeFen: Fixed<number>;
  totalFen: Fixed<number>;
  points: Fixed<number>;
  invocation: JSONColumnType<object> | null;
  transactionId: string | null;
  failureReason: string | null;
  createdAt: Fixed<Date>;
  /** When the gateway may be asked next, and how often it was. */
  nextQueryAt: Date;
  queries: Generated<number>;
}

interface HistoryTable {
  id: Generated<number>;
  orderId: Fixed<string>;
  subject: Fixed<'order' | 'attempt'>;
  subjectId: Fixed<string>;
  fromState: Fixed<string | null>;
  toState: Fixed<string>;
  reason: Fixed<string>;
  actor: Fixed<'user' | 'gateway' | 'system'>;
  at: Fixed<Date>;
}

interface PostingsTable {
  id: Fixed<string>;
  kind: Fixed<PostingKind>;
  orderId: Fixed<string>;
  attemptId: Fixed<string>;
  createdAt: Fixed<Date>;
  /** Number of the transaction that wrote it. */
  xid: Generated<string>;
}

interface EntriesTable {
  postingId: Fixed<string>;
  account: Fixed<string>;
  unit: Fixed<Unit>;
  amount: Fixed<number>;
}

interface LedgerBlocksTable {
  number: Fixed<number>;
  header: Fixed<string>;
  hash: Fixed<Buffer>;
  signature: Fixed<Buffer>;
  publicKey: Fixed<Buffer>;
  leaves: Fixed<number>;
  lastXid: Fixed<string>;
  lastPostingId: Fixed<string>;
  lastBookedAt: Fixed<Date>;
  sealedAt: Fixed<Date>;
}

interface LedgerLeavesTable {
  block: Fixed<number>;
  place: Fixed<number>;
  postingId: Fixed<string>;
  hash: Fixed<Buffer>;
  historyTo: Fixed<number>;
  bookedAt: Fixed<Date>;
}

interface AccountLinesTable {
  account: Fixed<string>;
  unit: Fixed<Unit>;
  bookedAt: Fixed<Date>;
  position: Fixed<number>;
  postingId: Fixed<string>;
  amount: Fixed<number>;
  balance: Fixed<number>;
}

export interface RefundsTable {
  id: Fixed<string>;
  attemptId: Fixed<string>;
  orderId: Fixed<string>;
  accountId: Fixed<string>;
  gateway: Fixed<'wechatpay' | 'alipay'>;
  totalFen: Fixed<number>;
  refundFen: Fixed<number>;
  reason: Fixed<string>;
  state: 'requested' | 'processing' | 'succeeded' | 'failed';
  createdAt: Fixed<Date>;
  updatedAt: Date;
  claimedUntil: Date | null;
}

interface IdempotencyKeysTable {
  accountId: Fixed<string>;
  endpoint: Fixed<string>;
  key: Fixed<string>;
  requestHash: Fixed<string>;
  status: number | null;
  body: string | null;
  leasedUntil: Date;
  createdAt: Fixed<Date>;
}

interface InboxTable {
  gateway: Fixed<string>;
  notificationId: Fixed<string>;
  id: Fixed<string>;
  body: Fixed<string>;
  receivedAt: Fixed<Date>;
  appliedAt: Date | null;
}

interface OutboxTable {
  id: Fixed<string>;
  type: Fixed<string>;
  payload: JSONColumnType<Record<string, string | number>, string, never>;
  createdAt: Fixed<Date>;
  nextAt: Date;
  attempts: Generated<number>;
  completedAt: Date | null;
  deadAt: Date | null;
  lastError: string | null;
}

/** The tables in camel case; PostgreSQL has them in snake case. Amounts in fen, times in UTC. */
export interface Tables {
  accounts: AccountsTable;
  sessions: SessionsTable;
  merchants: MerchantsTable;
  paymentLinks: PaymentLinksTable;
  orders: OrdersTable;
  attempts: AttemptsTable;
  history: HistoryTable;
  postings: PostingsTable;
  entries: EntriesTable;
  ledgerBlocks: LedgerBlocksTable;
  ledgerLeaves: LedgerLeavesTable;
  accountLines: AccountLinesTable;
  refunds: RefundsTable;
  idempotencyKeys: IdempotencyKeysTable;
  inbox: InboxTable;
  outbox: OutboxTable;
}
