import type { ColumnType, Generated, JSONColumnType } from 'kysely';

import type { CategoryId, Host, MessageKind, Method } from '../contract/types';
import type {
  AttemptState,
  DifferenceClass,
  LockReason,
  MethodPricing,
  OrderState,
  OurSide,
  PostingKind,
  RefundState,
  TheirSide,
  Unit,
} from '../domain';
import type { FeeAllowanceHoldsTable } from './fees/tables';
import type {
  AuthenticatorsTable,
  BiometricNoncesTable,
  BiometricsTable,
  ChallengesTable,
  PaymentPinsTable,
  PhonesTable,
  SmsCodesTable,
  RecoveryCodesTable,
  SealingKeysTable,
  SecurityEventsTable,
} from './identity/tables';
import type { LoginLinkCodesTable, LoginsTable } from './logins/tables';
import type { OperatorAuditTable } from './operator-audit';
import type {
  AccountDeletionsTable,
  ConsentsTable,
  DataExportPartsTable,
  DataExportsTable,
} from './personal/tables';
import type {
  PointsAccountsTable,
  PointsHoldLotsTable,
  PointsHoldsTable,
  PointsLotsTable,
} from './points/tables';
import type {
  CashbacksTable,
  PromotionBudgetsTable,
  PromotionClaimsTable,
  PromotionVersionsTable,
} from './promotions/tables';
import type { RehearsalsTable } from './rehearsals/tables';
import type { RuleActivationsTable, RuleAuditTable, RuleVersionsTable } from './rules/tables';
import type {
  RiskAuditTable,
  RiskBookActivationsTable,
  RiskBooksTable,
  RiskCaseHistoryTable,
  RiskCasesTable,
  RiskEventsTable,
  RiskListedTable,
  RiskStateTable,
} from './risk/tables';
import type {
  MerchantSettlementTermsTable,
  PayoutsTable,
  SettlementHistoryTable,
  SettlementLinesTable,
  SettlementsTable,
} from './settlement-schema';
import type { BankCardsTable, VaultKeysTable, VaultRecordsTable } from './vault/tables';

/** Columns that are written once. */
type Fixed<T> = ColumnType<T, T, never>;

interface AccountsTable {
  id: Fixed<string>;
  /** Of two accounts that were joined, of the older one. */
  createdAt: Fixed<Date>;
  lockedAt: ColumnType<Date | null, never, Date | null>;
  lockReason: ColumnType<LockReason | null, never, LockReason | null>;
  unlockAfter: ColumnType<Date | null, never, Date | null>;
  cautiousUntil: ColumnType<Date | null, never, Date>;
  deletedAt: ColumnType<Date | null, never, Date>;
  /** The account that this one became a part of. */
  joinedInto: ColumnType<string | null, never, string>;
  joinedAt: ColumnType<Date | null, never, Date>;
}

interface SessionsTable {
  id: Fixed<string>;
  accountId: Fixed<string>;
  host: Fixed<Host>;
  deviceId: Fixed<string>;
  refreshTokenHash: string;
  previousTokenHash: string | null;
  expiresAt: Date;
  revokedAt: Date | null;
  createdAt: Fixed<Date>;
  /** Name of the model, as the app told it. */
  deviceName: string | null;
  /** Where it was seen last, too coarse to find anybody by. */
  network: string | null;
  lastSeenAt: Date | null;
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
  /** The host that it was placed in. */
  host: Fixed<Host>;
  merchantId: Fixed<string>;
  linkCode: Fixed<string | null>;
  remark: Fixed<string>;
  state: OrderState;
  method: Method;
  amountFen: number;
  feeFen: number;
  feeWaivedFen: number;
  discountFen: number;
  pointsRedeemed: number;
  pointsRedeemedFen: number;
  totalFen: number;
  points: number;
  /** The quote the order was made from, a price for each method. */
  methods: JSONColumnType<MethodPricing[], string, never>;
  refundedFen: Generated<number>;
  /** Whether it has claims on promotions. */
  promoted: ColumnType<boolean, never, never>;
  transactionId: string | null;
  createdAt: Fixed<Date>;
  expiresAt: Fixed<Date>;
  paidAt: Date | null;
  closedAt: Date | null;
}

/** An order that waits for its payment. */
interface OpenOrdersTable {
  orderId: Fixed<string>;
  expiresAt: Fixed<Date>;
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
  feeWaivedFen: Fixed<number>;
  discountFen: Fixed<number>;
  pointsRedeemed: Fixed<number>;
  pointsRedeemedFen: Fixed<number>;
  totalFen: Fixed<number>;
  points: Fixed<number>;
  invocation: JSONColumnType<object> | null;
  transactionId: string | null;
  failureReason: string | null;
  createdAt: Fixed<Date>;
}

/** An attempt whose end is not known: when its gateway may be asked next, and how often it was. */
interface OpenAttemptsTable {
  attemptId: Fixed<string>;
  createdAt: Fixed<Date>;
  nextQueryAt: Date;
  queries: Generated<number>;
}

interface HistoryTable {
  id: Generated<number>;
  orderId: Fixed<string>;
  subject: Fixed<'order' | 'attempt' | 'refund'>;
  subjectId: Fixed<string>;
  fromState: Fixed<string | null>;
  toState: Fixed<string>;
  reason: Fixed<string>;
  actor: Fixed<'user' | 'gateway' | 'system' | 'operator'>;
  at: Fixed<Date>;
  /** Which operator it was, and the words given for it. */
  operator: ColumnType<string | null, string | null | undefined, never>;
  note: ColumnType<string | null, string | null | undefined, never>;
}

interface PostingsTable {
  id: Fixed<string>;
  kind: Fixed<PostingKind>;
  orderId: Fixed<string>;
  attemptId: Fixed<string>;
  /** Whose payables it moves, and whose points. */
  merchantId: Fixed<string | null>;
  accountId: Fixed<string | null>;
  /** Its entries: account, unit and amount of each stand at the same place. */
  accounts: Fixed<string[]>;
  units: Fixed<Unit[]>;
  amounts: Fixed<number[]>;
  createdAt: Fixed<Date>;
  /** Number of the transaction that wrote it. */
  xid: Generated<string>;
}

type Shown<T> = ColumnType<T, never, never>;

/** A view: the entries of postings one by one, each with what its posting says. */
interface EntriesView {
  postingId: Shown<string>;
  kind: Shown<PostingKind>;
  orderId: Shown<string>;
  attemptId: Shown<string>;
  merchantId: Shown<string | null>;
  accountId: Shown<string | null>;
  account: Shown<string>;
  unit: Shown<Unit>;
  amount: Shown<number>;
  createdAt: Shown<Date>;
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
  /** Money that no order wanted, or a part of an order. */
  kind: ColumnType<'surplus' | 'order', 'surplus' | 'order' | undefined, never>;
  attemptId: Fixed<string>;
  orderId: Fixed<string>;
  accountId: Fixed<string>;
  /** Whose money it is, for refunds of orders. */
  merchantId: ColumnType<string | null, string | undefined, never>;
  gateway: Fixed<'wechatpay' | 'alipay'>;
  /** What was paid through the gateway. */
  totalFen: Fixed<number>;
  /** What goes back through it. */
  refundFen: Fixed<number>;
  amountFen: ColumnType<number, never, never>;
  /** Its share of each term. */
  feeFen: ColumnType<number, number | undefined, never>;
  feeWaivedFen: ColumnType<number, number | undefined, never>;
  discountFen: ColumnType<number, number | undefined, never>;
  pointsRedeemed: ColumnType<number, number | undefined, never>;
  pointsRedeemedFen: ColumnType<number, number | undefined, never>;
  points: ColumnType<number, number | undefined, never>;
  /** Stable identifier of why. */
  reason: Fixed<string>;
  /** The words of whoever asked for it, for the user. */
  note: ColumnType<string, string | undefined, never>;
  requestedBy: ColumnType<string | null, string | undefined, never>;
  state: RefundState;
  returnedBy: 'gateway' | 'person' | null;
  createdAt: Fixed<Date>;
  updatedAt: Date;
  finishedAt: Date | null;
  /** When the gateway may be spoken to next, how often it was, and how often it refused. */
  nextAt: ColumnType<Date, Date | undefined, Date>;
  tries: Generated<number>;
  failures: Generated<number>;
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
  /** Names of the effects that have been delivered. */
  delivered: Generated<string[]>;
}

interface MessagesTable {
  id: Fixed<string>;
  accountId: Fixed<string>;
  eventId: Fixed<string>;
  kind: Fixed<MessageKind>;
  /** The order that it tells of, and its money; null for messages of points. */
  orderId: Fixed<string | null>;
  merchantId: Fixed<string | null>;
  amountFen: Fixed<number | null>;
  points: Fixed<number | null>;
  createdAt: Fixed<Date>;
}

interface ReconRunsTable {
  id: Fixed<string>;
  gateway: Fixed<string>;
  day: Fixed<string>;
  executed: Fixed<boolean>;
  startedAt: Fixed<Date>;
  finishedAt: Date | null;
  billRows: Generated<number>;
  matched: Generated<number>;
  repaired: Generated<number>;
  feesBooked: Generated<number>;
  unresolved: Generated<number>;
}

export interface DifferencesTable {
  id: Fixed<string>;
  gateway: Fixed<'wechatpay' | 'alipay'>;
  day: Fixed<string>;
  subject: Fixed<'payment' | 'refund' | 'fund'>;
  /** Our number of the payment or refund; of a difference of sums the kind of movement. */
  number: Fixed<string>;
  class: DifferenceClass;
  state: 'open' | 'repaired' | 'dismissed' | 'waiting';
  reason: string;
  /** The attempt or refund; null where the number is none of ours. */
  subjectId: string | null;
  orderId: string | null;
  attemptId: string | null;
  transactionId: string | null;
  ourState: OurSide['state'] | null;
  ourAmountFen: number | null;
  ourFeeFen: number | null;
  billState: TheirSide['state'] | null;
  billAmountFen: number | null;
  billFeeFen: number | null;
  billRows: number;
  runId: string;
  foundAt: Fixed<Date>;
  updatedAt: Date;
}

interface DifferenceHistoryTable {
  differenceId: Fixed<string>;
  id: Generated<number>;
  fromState: Fixed<DifferencesTable['state'] | null>;
  toState: Fixed<DifferencesTable['state']>;
  reason: Fixed<string>;
  actor: Fixed<string>;
  note: Fixed<string | null>;
  at: Fixed<Date>;
}

/** The tables in camel case; PostgreSQL has them in snake case. Amounts in fen, times in UTC. */
export interface Tables {
  accounts: AccountsTable;
  logins: LoginsTable;
  loginLinkCodes: LoginLinkCodesTable;
  sessions: SessionsTable;
  merchants: MerchantsTable;
  paymentLinks: PaymentLinksTable;
  orders: OrdersTable;
  openOrders: OpenOrdersTable;
  attempts: AttemptsTable;
  openAttempts: OpenAttemptsTable;
  history: HistoryTable;
  postings: PostingsTable;
  entries: EntriesView;
  ledgerBlocks: LedgerBlocksTable;
  ledgerLeaves: LedgerLeavesTable;
  accountLines: AccountLinesTable;
  refunds: RefundsTable;
  idempotencyKeys: IdempotencyKeysTable;
  inbox: InboxTable;
  outbox: OutboxTable;
  messages: MessagesTable;
  merchantSettlementTerms: MerchantSettlementTermsTable;
  settlements: SettlementsTable;
  settlementLines: SettlementLinesTable;
  payouts: PayoutsTable;
  settlementHistory: SettlementHistoryTable;
  reconRuns: ReconRunsTable;
  differences: DifferencesTable;
  differenceHistory: DifferenceHistoryTable;
  feeAllowanceHolds: FeeAllowanceHoldsTable;
  rehearsals: RehearsalsTable;
  ruleVersions: RuleVersionsTable;
  ruleActivations: RuleActivationsTable;
  ruleAudit: RuleAuditTable;
  promotionVersions: PromotionVersionsTable;
  promotionBudgets: PromotionBudgetsTable;
  promotionClaims: PromotionClaimsTable;
  cashbacks: CashbacksTable;
  paymentPins: PaymentPinsTable;
  phones: PhonesTable;
  smsCodes: SmsCodesTable;
  authenticators: AuthenticatorsTable;
  recoveryCodes: RecoveryCodesTable;
  sealingKeys: SealingKeysTable;
  biometrics: BiometricsTable;
  biometricNonces: BiometricNoncesTable;
  challenges: ChallengesTable;
  securityEvents: SecurityEventsTable;
  vaultRecords: VaultRecordsTable;
  vaultKeys: VaultKeysTable;
  bankCards: BankCardsTable;
  operatorAudit: OperatorAuditTable;
  consents: ConsentsTable;
  dataExports: DataExportsTable;
  dataExportParts: DataExportPartsTable;
  accountDeletions: AccountDeletionsTable;
  pointsAccounts: PointsAccountsTable;
  pointsLots: PointsLotsTable;
  pointsHolds: PointsHoldsTable;
  pointsHoldLots: PointsHoldLotsTable;
  riskEvents: RiskEventsTable;
  riskState: RiskStateTable;
  riskListed: RiskListedTable;
  riskCases: RiskCasesTable;
  riskCaseHistory: RiskCaseHistoryTable;
  riskAudit: RiskAuditTable;
  riskBooks: RiskBooksTable;
  riskBookActivations: RiskBookActivationsTable;
}
