export { getAccount, isOfGoneAccount, pointsBalance, type AccountRow } from './accounts';
export {
  createAttempt,
  getAttempt,
  openAttempts,
  recordAttemptState,
  recordSubmitted,
  type AttemptRow,
  type Submission,
  type SubmissionRecorded,
} from './attempts';
export { InvalidCursor, type Page } from './cursor';
export { databaseOn, inTransaction, openDatabase, parsers, type Database } from './database';
export { orderHistory, type HistoryRow } from './history';
export * as idempotency from './idempotency';
export { markNotificationApplied, receiveNotification, type ReceivedNotification } from './inbox';
export { claimDueRefunds, claimExpiredOrders, claimUnresolvedAttempts } from './jobs';
export { lockMerchantFunds, merchantFunds } from './merchant-funds';
export { verifyLedger, type LedgerReport } from './ledger';
export { balanceOf, statementOf, type Statement } from './balances';
export { dailyHeads, proveOrder, type Head, type InclusionProof } from './proofs';
export { lastBlock, sealBlock, TransactionNumbersWentBack, type LedgerSigner } from './seal';
export { verifyBlocks, type BlocksReport } from './verify-blocks';
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
export {
  closeOrder,
  getOrder,
  findPayableOrder,
  getPayableOrder,
  payableFrom,
  listOrders,
  newOrder,
  placeOrder,
  priceOf,
  type NewOrder,
  type OrderRow,
  type PayableOrder,
} from './orders';
export { getOrderStory } from './order-story';
export { addMessage, listMessages, type MessageRow } from './messages';
export {
  addEvent,
  claimOutbox,
  completeOutbox,
  failOutbox,
  listDeadLetters,
  noteDelivered,
  replayDeadLetter,
  type DeadLetterRow,
  type EventRow,
} from './outbox';
export { batchPayments, PaymentQueueFull, unbatchedPayments, type PaymentRecorder } from './payment-batches';
export { recordPayment, recordPayments, type RecordedPayment, type ReportedSuccess } from './payments';
export { getRefund, listRefunds, refundsOfOrder, type RefundRow } from './refunds';
export { recordRefundReport, retryRefund, settleRefund, type RecordedRefund } from './refund-reports';
export { requestRefund, type RefundRequested } from './refund-requests';
export {
  countPayoutsAwaiting,
  getPayoutTo,
  listPayoutsTo,
  type Payee,
  type PayeePayoutRow,
} from './payee-payouts';
export { claimDuePayouts } from './payout-claims';
export { payByHand, preparePayouts, retryPayouts, settlementsToPay } from './payout-making';
export {
  recordPayout,
  recordPayoutRefusal,
  recordPayoutSending,
  recordPayoutStands,
  type RecordedPayout,
} from './payouts';
export * as reconcile from './reconcile';
export { seed } from './seed';
export { SEED_COUPON, SEED_LINKS } from './seed-links';
export { seedPromotions } from './seed-promotions';
export { seedSettlementTerms, type SeedPayee } from './seed-settlement-terms';
export { createSession, deviceOfSession, isSessionActive, revokeSession, rotateSession } from './sessions';
export { payoutsOf, type PayoutRow } from './settlement-states';
export { settlementHistory, type SettlementHistoryRow } from './settlement-history';
export {
  getSettlementTerms,
  setSettlementHold,
  setSettlementTerms,
  type SettlementTermsRow,
} from './settlement-terms';
export {
  closeSettlement,
  getSettlement,
  listSettlements,
  merchantsToSettle,
  settlementLines,
  type SettlementLineRow,
  type SettlementRow,
} from './settlements';
export { readStatement, type SettlementStatement, type SettlementStatementLine } from './statements';
