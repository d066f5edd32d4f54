export { getAccount, pointsBalance, upsertAccount, type AccountRow } from './accounts';
export {
  createAttempt,
  getAttempt,
  openAttempts,
  recordAttemptState,
  recordSubmitted,
  type AttemptRow,
} from './attempts';
export { InvalidCursor, type Page } from './cursor';
export { databaseOn, inTransaction, openDatabase, parsers, type Database } from './database';
export { orderHistory, type HistoryRow } from './history';
export * as idempotency from './idempotency';
export { markNotificationApplied, receiveNotification } from './inbox';
export { claimExpiredOrders, claimRequestedRefunds, claimUnresolvedAttempts } from './jobs';
export { verifyLedger, type LedgerReport } from './ledger';
export {
  createLink,
  getLink,
  getMerchant,
  listCategories,
  recentMerchants,
  searchMerchants,
  type LinkRow,
  type MerchantRow,
} from './merchants';
export { isReady, migrate } from './migrate';
export { closeOrder, createOrder, getOrder, listOrders, type OrderRow } from './orders';
export { claimOutbox, completeOutbox, failOutbox, type EventRow } from './outbox';
export { recordPayment, type RecordedPayment } from './payments';
export { recordRefund, type RefundRow } from './refunds';
export { seed } from './seed';
export { SEED_LINKS } from './seed-links';
export { createSession, isSessionActive, revokeSession, rotateSession } from './sessions';
