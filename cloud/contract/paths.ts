/** Every path of the API, written once. Path parameters are encoded here and nowhere else. */
const enc = encodeURIComponent;

export const paths = {
  sessions: '/v1/sessions',
  sessionRefresh: '/v1/sessions/refresh',
  sessionCurrent: '/v1/sessions/current',
  me: '/v1/me',
  documents: '/v1/documents',
  consents: '/v1/me/consents',
  consentsWithdraw: '/v1/me/consents/withdraw',
  exports: '/v1/me/exports',
  export: (exportId: string) => `/v1/me/exports/${enc(exportId)}`,
  exportContent: (exportId: string) => `/v1/me/exports/${enc(exportId)}/content`,
  deletion: '/v1/me/deletion',
  deletionCancel: '/v1/me/deletion/cancel',
  categories: '/v1/categories',
  merchants: '/v1/merchants',
  merchantsRecent: '/v1/merchants/recent',
  merchant: (merchantId: string) => `/v1/merchants/${enc(merchantId)}`,
  link: (code: string) => `/v1/links/${enc(code)}`,
  quotes: '/v1/quotes',
  orders: '/v1/orders',
  order: (orderId: string) => `/v1/orders/${enc(orderId)}`,
  orderProof: (orderId: string) => `/v1/orders/${enc(orderId)}/proof`,
  orderCancel: (orderId: string) => `/v1/orders/${enc(orderId)}/cancel`,
  attempts: (orderId: string) => `/v1/orders/${enc(orderId)}/attempts`,
  attempt: (orderId: string, attemptId: string) => `/v1/orders/${enc(orderId)}/attempts/${enc(attemptId)}`,
  messages: '/v1/messages',
  cards: '/v1/cards',
  card: (cardId: string) => `/v1/cards/${enc(cardId)}`,
  points: '/v1/points',
  pointsStatement: '/v1/points/statement',
  payouts: '/v1/payouts',
  payout: (payoutId: string) => `/v1/payouts/${enc(payoutId)}`,
  operatorOrderRefunds: (orderId: string) => `/v1/operator/orders/${enc(orderId)}/refunds`,
  operatorRefunds: '/v1/operator/refunds',
  operatorRefundRetry: (refundId: string) => `/v1/operator/refunds/${enc(refundId)}/retry`,
  operatorRefundSettle: (refundId: string) => `/v1/operator/refunds/${enc(refundId)}/settle`,
  deadLetters: '/v1/operator/dead-letters',
  deadLetterReplay: (eventId: string) => `/v1/operator/dead-letters/${enc(eventId)}/replay`,
  notify: (gateway: 'wechatpay' | 'alipay') => `/v1/notify/${gateway}`,
  operatorDifferences: '/v1/operator/differences',
  operatorDifference: (differenceId: string) => `/v1/operator/differences/${enc(differenceId)}`,
  operatorDifferenceResolve: (differenceId: string) =>
    `/v1/operator/differences/${enc(differenceId)}/resolve`,
  ledgerHeads: '/v1/ledger/heads',
  ledgerProofPage: '/v1/ledger/proof.html',
  jobsRun: '/v1/jobs/run',
  operatorSettlements: '/v1/operator/settlements',
  operatorSettlement: (settlementId: string) => `/v1/operator/settlements/${enc(settlementId)}`,
  operatorMerchant: (merchantId: string) => `/v1/operator/merchants/${enc(merchantId)}`,
  operatorFeeRuleSets: '/v1/operator/fee-rule-sets',
  operatorFeeRuleSet: (ruleSetId: string) => `/v1/operator/fee-rule-sets/${enc(ruleSetId)}`,
  operatorPointsRuleSets: '/v1/operator/points-rule-sets',
  operatorPointsRuleSet: (ruleSetId: string) => `/v1/operator/points-rule-sets/${enc(ruleSetId)}`,
  promotions: '/v1/promotions',
  operatorPromotions: '/v1/operator/promotions',
  operatorPromotion: (promotionId: string) => `/v1/operator/promotions/${enc(promotionId)}`,
  security: '/v1/security',
  securityEvents: '/v1/security/events',
  sealingKeys: '/v1/security/sealing-keys',
  paymentPin: '/v1/security/pin',
  paymentPinChange: '/v1/security/pin/change',
  paymentPinResetRequest: '/v1/security/pin/reset-request',
  paymentPinReset: '/v1/security/pin/reset',
  authenticator: '/v1/security/authenticator',
  authenticatorConfirm: '/v1/security/authenticator/confirm',
  authenticatorRemove: '/v1/security/authenticator/remove',
  biometric: '/v1/security/biometric',
  biometricRemove: '/v1/security/biometric/remove',
  biometricNonces: (challengeId: string) => `/v1/security/challenges/${enc(challengeId)}/biometric-nonces`,
  challenges: '/v1/security/challenges',
  challenge: (challengeId: string) => `/v1/security/challenges/${enc(challengeId)}`,
  challengeAnswers: (challengeId: string) => `/v1/security/challenges/${enc(challengeId)}/answers`,
  phone: '/v1/security/phone',
  phoneRemove: '/v1/security/phone/remove',
  smsCodes: (challengeId: string) => `/v1/security/challenges/${enc(challengeId)}/sms-codes`,
  devices: '/v1/security/devices',
  device: (sessionId: string) => `/v1/security/devices/${enc(sessionId)}`,
  devicesSignOutOthers: '/v1/security/devices/sign-out-others',
  logins: '/v1/security/logins',
  loginLinkCodes: '/v1/security/logins/link-codes',
  loginJoinPreviews: '/v1/security/logins/join-previews',
  loginJoins: '/v1/security/logins/joins',
  loginUnlinks: '/v1/security/logins/unlinks',
  accountLock: '/v1/security/lock',
  accountUnlock: '/v1/security/unlock',
  operatorRiskAccount: (accountId: string) => `/v1/operator/risk/accounts/${enc(accountId)}`,
  operatorRiskCases: '/v1/operator/risk/cases',
  operatorRiskCase: (caseId: string) => `/v1/operator/risk/cases/${enc(caseId)}`,
  operatorRiskBooks: '/v1/operator/risk/books',
  operatorRiskLists: '/v1/operator/risk/lists',
  riskStanding: '/v1/risk/standing',
  riskAppeals: '/v1/risk/appeals',
  openapi: '/v1/openapi.json',
} as const;

/** Path of the public page behind a merchant's shared or printed link, the same for every host. */
export const linkPagePath = (code: string): string => `/l/${enc(code)}`;

/** Page of the mini-program where a payee confirms a payout. In WeChat's codes the id goes into `scene`, without dashes. */
export const payoutPagePath = (payoutId: string): string => `packages/payouts/index?id=${enc(payoutId)}`;

/**
 * Finds the link code in whatever a scan or a launch brought: a full https link (`https://…/l/CODE`), the same
 * URL-encoded (WeChat's `q`), or the bare code (WeChat's `scene`).
 * Returns undefined where there is none.
 */
export function linkCodeFrom(text: string): string | undefined {
  let decoded = text.trim();
  try {
    decoded = decodeURIComponent(decoded);
  } catch {
    // A stray '%' means the text was not encoded: it is read as it stands.
  }
  const match =
    /\/l\/([0-9A-Za-z-]{4,32})(?:[/?#]|$)/.exec(decoded) ?? /^([0-9A-Za-z-]{4,32})$/.exec(decoded);
  return match?.[1]?.toUpperCase();
}
