import * as z from 'zod';

import { documentIdSchema } from './document-schemas';
import { ERRORS, type ErrorCode } from './errors';
import { quotedPointsSchema } from './points-schemas';
import { AMOUNT_FEN_MAX, PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX, REMARK_LENGTH_MAX } from './limits';
import { lockReasonSchema } from './security-schemas';

/** Integer fen; bounds are checked apart so that each wrong amount gets its own code. */
const fen = z.int().min(0).describe('Integer fen');
/** What lowers a total, each named positively: total = amount + fee - fee waived - discount - points redeemed. */
const reductions = {
  feeWaivedFen: fen,
  discountFen: fen,
  pointsRedeemed: z.int().min(0).describe('Points spent'),
  pointsRedeemedFen: fen.describe('What those points pay'),
};
const signedFen = z.int().describe('Integer fen, negative where it lowers the total');
const instant = z.iso.datetime().describe('UTC instant');
const uuid = z.uuid();
/** One line of text as a person writes it: no control characters, which neither screens nor databases take. */
const lineOfText = z.string().regex(/^\P{Cc}*$/u);
const linkCode = z
  .string()
  .regex(/^[0-9A-Za-z-]{4,32}$/)
  .describe('Code of a payment link');
const page = {
  cursor: z
    .string()
    .regex(/^[\w=-]{1,256}$/)
    .optional()
    .describe('`nextCursor` of the page before'),
  limit: z.coerce.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE_DEFAULT),
};
const nextCursor = z.string().nullable().describe('Cursor of the next page; null on the last');

export const hostSchema = z.enum(['weapp', 'alipay']).describe('Host the user is inside');
export const methodSchema = z.enum(['wechat', 'alipay']).describe('Payment method');

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string().describe("Message in the user's language"),
    instance: z.string(),
    requestId: z.string(),
    fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    challengeId: uuid.optional().describe('With `challenge_required`: the challenge to pass first'),
    triesLeft: z.int().optional().describe('With `pin_wrong`: how many tries are left'),
    retryAt: instant.optional().describe('With `pin_locked` and `unlock_too_early`: when to try again'),
  })
  .describe('RFC 9457 problem document');

// Sessions ------------------------------------------------------------------------------------------------------

export const sessionCreateSchema = z.strictObject({
  host: hostSchema,
  code: z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/)
    .describe('Code of wx.login or my.getAuthCode; used once'),
  deviceId: z
    .string()
    .regex(/^[\w-]{8,64}$/)
    .describe('Made by the app on its first start'),
  deviceName: z
    .string()
    .regex(/^[^\p{Cc}\p{Cf}]{1,64}$/u)
    .optional()
    .describe('Model of the phone, shown in the list of devices'),
});
export const sessionRefreshSchema = z.strictObject({ refreshToken: z.string().min(16).max(256) });
export const accountSchema = z.object({
  id: uuid,
  host: hostSchema,
  linkedHosts: z.array(hostSchema).describe('The hosts in which the user signs in to this account'),
  displayName: z.string(),
  pointsBalance: z.int(),
  noticeTemplates: z
    .array(z.string())
    .describe(
      "Templates of the host's notices that the user may be asked to allow; none where none is set up",
    ),
  payoutsAwaiting: z.int().min(0).describe('Payouts to the user that wait to be confirmed in the host'),
  consentsMissing: z
    .array(documentIdSchema)
    .describe('Required documents to whose version in force the user has not agreed'),
  deletionDueAt: instant.nullable().describe('When the account is deleted, unless that is taken back'),
  createdAt: instant,
});
export const sessionSchema = z.object({
  accessToken: z.string(),
  accessTokenExpiresAt: instant,
  refreshToken: z.string(),
  refreshTokenExpiresAt: instant,
  account: accountSchema,
});

// Merchants and links -------------------------------------------------------------------------------------------

export const categoryIdSchema = z.enum([
  'food',
  'shopping',
  'transport',
  'utilities',
  'education',
  'health',
  'leisure',
  'services',
]);
export const categorySchema = z.object({ id: categoryIdSchema, name: z.string(), merchantCount: z.int() });
export const categoryListSchema = z.object({ items: z.array(categorySchema) });
export const merchantSchema = z.object({
  id: uuid,
  name: z.string(),
  category: categoryIdSchema,
  description: z.string(),
  city: z.string(),
  logoText: z.string().describe('One or two characters shown where a logo would be'),
  logoColor: z.string().describe('#rrggbb'),
  open: z.boolean().describe('Whether it takes payments now'),
});
export const merchantParametersSchema = z.object({ merchantId: uuid });
export const linkParametersSchema = z.object({ code: linkCode });
export const merchantSearchSchema = z.object({
  query: lineOfText.max(64).optional().describe('Chinese, full pinyin or initials'),
  category: categoryIdSchema.optional(),
  ...page,
});
export const merchantListSchema = z.object({ items: z.array(merchantSchema), nextCursor });
export const paymentLinkSchema = z.object({
  code: z.string(),
  url: z.string().describe('What is shared or printed'),
  merchant: merchantSchema,
  amountFen: fen.nullable().describe('Fixed amount; null where the payer enters it'),
  remark: z.string(),
  expiresAt: instant.nullable(),
});

// Quotes --------------------------------------------------------------------------------------------------------

export const payeeSchema = z.union([z.strictObject({ merchantId: uuid }), z.strictObject({ linkCode })]);
export const quoteCreateSchema = z.strictObject({
  payee: payeeSchema,
  amountFen: z.number().describe(`Integer fen from 1 to ${AMOUNT_FEN_MAX}`),
  couponCode: lineOfText.max(32).optional().describe('As it was entered: case and spaces do not matter'),
  redeemPoints: z.boolean().optional().describe('Whether points are to pay what they may'),
});
export const priceLineSchema = z.object({
  kind: z.enum(['amount', 'fee', 'fee_waived', 'discount', 'points_redeemed']),
  amountFen: signedFen,
  reason: z.string().describe('Stable identifier of the rule that made this line'),
  text: z.string().describe("The reason in the user's language"),
  details: z
    .array(z.string())
    .describe('How the amount comes about, step by step; empty where there is no more to tell'),
  rule: z
    .object({ id: z.string(), version: z.int().describe('Of the set of rules') })
    .nullable()
    .describe('The rule that made this line'),
});
export const rewardSchema = z.object({
  promotionId: uuid,
  kind: z
    .enum(['cashback', 'bonus_points'])
    .describe('cashback: fen paid out after the refund window; bonus_points: among the points earned'),
  amount: z.int().min(1),
  text: z.string().describe("Why, in the user's language"),
  details: z.array(z.string()),
});
export const methodPriceSchema = z.object({
  method: methodSchema,
  availability: z
    .enum(['native', 'handoff', 'unavailable'])
    .describe("native: the host's own window; handoff: a code opened in the other host"),
  amountFen: fen,
  feeFen: fen,
  ...reductions,
  totalFen: fen.describe('Zero where nothing is left to pay: then no window opens'),
  points: z.int().min(0).describe('Points earned once paid'),
  lines: z.array(priceLineSchema),
  rewards: z.array(rewardSchema).describe('What the payment brings besides'),
});
export const quoteSchema = z.object({
  quote: z.string().describe('Signed by the server; handed back to create the order'),
  expiresAt: instant,
  merchant: merchantSchema,
  amountFen: fen,
  methods: z.array(methodPriceSchema),
  coupon: z
    .object({
      outcome: z
        .enum(['applied', 'unknown', 'not_for_payment', 'used_up', 'outdone'])
        .describe('outdone: other promotions that do not go with it are worth more'),
      text: z.string().describe("In the user's language"),
    })
    .nullable()
    .describe('What became of the code; null where none was entered'),
  points: quotedPointsSchema,
});

// Orders and attempts -------------------------------------------------------------------------------------------

export const orderStateSchema = z.enum([
  'created',
  'paying',
  'paid',
  'partially_refunded',
  'refunded',
  'closed',
]);
export const attemptStateSchema = z.enum([
  'created',
  'submitted',
  'succeeded',
  'failed',
  'closed',
  'unknown',
]);
export const orderCreateSchema = z.strictObject({
  quote: z.string().min(1).max(8192),
  method: methodSchema,
  remark: lineOfText.max(REMARK_LENGTH_MAX).default(''),
});
export const orderSchema = z.object({
  id: uuid,
  orderNumber: z.string().describe('What a person reads or types; ends with a check character'),
  state: orderStateSchema,
  merchant: merchantSchema,
  linkCode: z.string().nullable(),
  remark: z.string(),
  method: methodSchema.describe('The method chosen last, or the one that paid'),
  amountFen: fen,
  feeFen: fen,
  ...reductions,
  totalFen: fen,
  points: z.int().describe('Points earned (paid) or to be earned'),
  refundedFen: fen,
  createdAt: instant,
  expiresAt: instant,
  paidAt: instant.nullable(),
  closedAt: instant.nullable(),
});
export const orderHistoryEntrySchema = z.object({
  subject: z.enum(['order', 'attempt', 'refund']),
  subjectId: uuid,
  from: z.string().nullable(),
  to: z.string(),
  reason: z.string().describe('Stable identifier'),
  text: z.string().describe("The reason in the user's language"),
  actor: z.enum(['user', 'gateway', 'system', 'operator']),
  at: instant,
});
export const refundStateSchema = z.enum(['requested', 'processing', 'failed', 'needs_review', 'succeeded']);
export const refundSchema = z.object({
  id: uuid,
  kind: z.enum(['order', 'surplus']).describe('A part of the order, or a payment that it did not want'),
  state: refundStateSchema,
  refundFen: fen.describe('What comes back to the payer: the share of every term'),
  amountFen: fen,
  feeFen: fen,
  feeWaivedFen: signedFen.describe('By rounding its share can be off by a fen, either way'),
  discountFen: signedFen,
  pointsRedeemed: z.int().min(0).describe('Points given back'),
  pointsRedeemedFen: signedFen,
  points: z.int().min(0).describe('Points taken back'),
  reason: z.string().describe("Why, in the user's language or in the words of whoever asked for it"),
  text: z.string().describe("How it stands, in the user's language"),
  requestedAt: instant,
  returnedAt: instant.nullable(),
});
export const orderDetailSchema = orderSchema.extend({
  methods: z.array(methodPriceSchema),
  transactionId: z.string().nullable().describe("The gateway's number of the payment that paid this order"),
  history: z.array(orderHistoryEntrySchema),
  refunds: z.array(refundSchema).describe('Oldest first'),
});
export const orderListQuerySchema = z.object({ state: orderStateSchema.optional(), ...page });
export const orderListSchema = z.object({ items: z.array(orderSchema), nextCursor });

export const orderParametersSchema = z.object({ orderId: uuid });
export const attemptParametersSchema = z.object({ orderId: uuid, attemptId: uuid });

export const attemptCreateSchema = z.strictObject({
  method: methodSchema,
  challengeId: uuid.optional().describe('A passed challenge, where one was required for this order'),
});
export const invocationSchema = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('wechat'),
      timeStamp: z.string(),
      nonceStr: z.string(),
      package: z.string(),
      signType: z.literal('RSA'),
      paySign: z.string(),
    })
    .describe('Arguments of wx.requestPayment'),
  z.object({ kind: z.literal('alipay'), tradeNO: z.string() }).describe('Arguments of my.tradePay'),
  z
    .object({
      kind: z.literal('handoff'),
      codeUrl: z.string(),
      codeImage: z.string().describe('The code as a data: URL image'),
    })
    .describe('A code to be scanned with the other host'),
]);
export const attemptSchema = z.object({
  id: uuid,
  orderId: uuid,
  method: methodSchema,
  state: attemptStateSchema,
  orderState: orderStateSchema,
  totalFen: fen,
  invocation: invocationSchema.nullable().describe('Given while the attempt can still be paid'),
  failure: z.string().nullable().describe("Why it failed, in the user's language"),
  createdAt: instant,
});

// Messages ------------------------------------------------------------------------------------------------------

export const messageKindSchema = z.enum([
  'paid',
  'closed',
  'refunded',
  'surplus_received',
  'surplus_returned',
  'points_expiring',
  'account_locked',
  'account_unlocked',
  'export_ready',
  'deletion_asked',
  'deletion_cancelled',
  'login_linked',
  'login_unlinked',
  'security_changed',
]);
export const messageSchema = z.object({
  id: uuid,
  kind: messageKindSchema,
  orderId: uuid.nullable().describe('Null for messages of no order'),
  title: z.string().describe("In the user's language"),
  text: z.string().describe("In the user's language"),
  amountFen: fen.nullable().describe('Null for messages of no order'),
  at: instant,
});
export const messageListQuerySchema = z.object(page);
export const messageListSchema = z.object({ items: z.array(messageSchema), nextCursor });

// Operators -----------------------------------------------------------------------------------------------------

const operatorWords = lineOfText.trim().min(1).max(REMARK_LENGTH_MAX);
export const refundCreateSchema = z.strictObject({
  amountFen: z.number().optional().describe('Part of the amount in fen; the whole rest where it is left out'),
  reason: operatorWords.describe('Shown to the user'),
});
export const refundReviewSchema = z.strictObject({ reason: operatorWords.describe('Kept in the history') });
export const refundSettleSchema = refundReviewSchema.extend({
  returnedBy: z
    .enum(['gateway', 'person'])
    .describe("gateway: done in the gateway's console; person: paid to the user some other way"),
});
export const refundParametersSchema = z.object({ refundId: uuid });
export const operatorRefundSchema = refundSchema.omit({ text: true }).extend({
  orderId: uuid,
  attemptId: uuid,
  accountId: uuid,
  gateway: z.enum(['wechatpay', 'alipay']),
  outRefundNo: z.string().describe('The number that the gateway knows it by; never changes'),
  requestedBy: z.string().nullable().describe('Name of the operator; null where it was automatic'),
  returnedBy: z.enum(['gateway', 'person']).nullable(),
  tries: z.int(),
  failures: z.int(),
});
export const operatorRefundEventSchema = z.object({
  refundId: uuid,
  from: z.string().nullable(),
  to: z.string(),
  reason: z.string(),
  actor: z.string(),
  operator: z.string().nullable(),
  note: z.string().nullable(),
  at: instant,
});
export const operatorOrderRefundsSchema = z.object({
  items: z.array(operatorRefundSchema),
  refundableFen: fen.describe('Part of the amount that can still be refunded'),
  history: z.array(operatorRefundEventSchema),
});
export const operatorRefundListQuerySchema = z.object({
  state: refundStateSchema.default('needs_review'),
  ...page,
});
export const operatorRefundListSchema = z.object({ items: z.array(operatorRefundSchema), nextCursor });
export const deadLetterParametersSchema = z.object({ eventId: uuid });
export const deadLetterSchema = z.object({
  id: uuid,
  type: z.string(),
  payload: z.record(z.string(), z.union([z.string(), z.number()])),
  attempts: z.int(),
  delivered: z.array(z.string()).describe('Effects that were delivered and are not repeated'),
  lastError: z.string().nullable(),
  createdAt: instant,
  deadAt: instant.nullable().describe('Null once it was put back'),
});
export const deadLetterListQuerySchema = z.object(page);
export const deadLetterListSchema = z.object({ items: z.array(deadLetterSchema), nextCursor });
// Proofs of the ledger -------------------------------------------------------------------------------------------

const hex = z.string().regex(/^[0-9a-f]{64}$/);
export const inclusionProofSchema = z
  .object({
    version: z.literal(1),
    leaf: z.string().describe('The posting as it was sealed: JSON, hashed as these very characters'),
    place: z.int().describe('Place of the leaf in its block, from 0'),
    path: z.array(hex).describe('Neighbours on the way to the root (RFC 9162)'),
    header: z
      .string()
      .describe('Header of the block: JSON with number, root and the hash of the block before'),
    signature: z.string().describe('Ed25519 over "tpwallet ledger head", a line end and the header; base64'),
    publicKey: z.string().describe('The 32 bytes of the key that signed; base64'),
  })
  .describe('Shows that a payment is in the ledger whose heads are published');
export const ledgerHeadSchema = z.object({
  block: z.int(),
  header: z.string(),
  signature: z.string(),
  publicKey: z.string(),
  sealedAt: instant,
});
export const ledgerHeadsSchema = z.object({
  publicKey: z.string().describe('The key that signs now; 32 bytes, base64'),
  heads: z.array(ledgerHeadSchema).describe('The last head of each day, newest first; at most 31'),
});

const ledgerUnitSchema = z.enum(['FEN', 'POINTS']);
export const ledgerAccountParametersSchema = z.object({
  account: z.string().regex(/^[a-z_]+(:[0-9A-Za-z_-]+)?$/),
});
export const ledgerBalanceQuerySchema = z.object({
  unit: ledgerUnitSchema.default('FEN'),
  at: z.iso.datetime({ offset: true }).optional().describe('Now where it is left out'),
});
export const ledgerBalanceSchema = z.object({
  account: z.string(),
  unit: ledgerUnitSchema,
  at: instant,
  balance: z.int().describe("With the ledger's sign: what we owe is negative"),
});
export const ledgerStatementQuerySchema = z.object({
  unit: ledgerUnitSchema.default('FEN'),
  from: z.iso.datetime({ offset: true }),
  to: z.iso.datetime({ offset: true }),
  ...page,
});
export const ledgerStatementSchema = z.object({
  account: z.string(),
  unit: ledgerUnitSchema,
  opening: z.int().describe('Before the first line of the time asked for'),
  closing: z.int().describe('After its last'),
  sealedTo: instant.nullable().describe('Lines up to then never change'),
  lines: z.array(
    z.object({
      postingId: uuid,
      kind: z.string(),
      orderId: uuid.nullable(),
      bookedAt: instant,
      amount: z.int(),
      balance: z.int().describe('After this line'),
    }),
  ),
  nextCursor,
});

// Events that leave through the outbox --------------------------------------------------------------------------

export const orderPaidEventSchema = z.object({
  type: z.literal('order.paid'),
  orderId: uuid,
  attemptId: uuid,
  accountId: uuid,
  merchantId: uuid,
  totalFen: fen,
  points: z.int(),
  paidAt: instant,
});
export const orderClosedEventSchema = z.object({
  type: z.literal('order.closed'),
  orderId: uuid,
  accountId: uuid,
  merchantId: uuid,
  totalFen: fen,
  reason: z.string(),
});
export const surplusReceivedEventSchema = z.object({
  type: z.literal('order.surplus_received'),
  orderId: uuid,
  attemptId: uuid,
  accountId: uuid,
  merchantId: uuid,
  totalFen: fen,
  reason: z.string(),
});
export const moneyReturnedEventSchema = z.object({
  type: z.enum(['order.refunded', 'order.surplus_returned']),
  refundId: uuid,
  orderId: uuid,
  attemptId: uuid,
  accountId: uuid,
  merchantId: uuid,
  refundFen: fen,
  refundedAt: instant,
});
export const refundNeedsReviewEventSchema = z.object({
  type: z.literal('refund.needs_review'),
  refundId: uuid,
  orderId: uuid,
  accountId: uuid,
  refundFen: fen,
  reason: z.string(),
});
export const pointsExpiringEventSchema = z.object({
  type: z.literal('points.expiring'),
  accountId: uuid,
  points: z.int(),
  firstAt: instant,
});
export const accountLockedEventSchema = z.object({
  type: z.literal('account.locked'),
  accountId: uuid,
  reason: lockReasonSchema.describe('Who had it locked'),
});
export const accountUnlockedEventSchema = z.object({
  type: z.literal('account.unlocked'),
  accountId: uuid,
  reason: lockReasonSchema.describe('Who had it unlocked'),
});
export const loginLinkedEventSchema = z.object({
  type: z.literal('account.login_linked'),
  accountId: uuid,
  host: hostSchema,
});
export const loginUnlinkedEventSchema = z.object({
  type: z.literal('account.login_unlinked'),
  accountId: uuid,
  host: hostSchema,
});
export const securityChangedEventSchema = z.object({
  type: z.literal('account.security_changed'),
  accountId: uuid,
  change: z.string().describe('The kind of the security event'),
});
/** Everything that leaves. */
export const eventSchema = z.discriminatedUnion('type', [
  orderPaidEventSchema,
  orderClosedEventSchema,
  surplusReceivedEventSchema,
  moneyReturnedEventSchema,
  refundNeedsReviewEventSchema,
  pointsExpiringEventSchema,
  accountLockedEventSchema,
  accountUnlockedEventSchema,
  loginLinkedEventSchema,
  loginUnlinkedEventSchema,
  securityChangedEventSchema,
]);

// Reconciliation ------------------------------------------------------------------------------------------------

const gatewaySchema = z.enum(['wechatpay', 'alipay']);
const differenceClassSchema = z
  .enum(['missing_here', 'missing_there', 'amount', 'state', 'fee', 'duplicate'])
  .describe('How our books and the bill differ');
const differenceStateSchema = z
  .enum(['open', 'waiting', 'repaired', 'dismissed'])
  .describe('waiting: a person must decide');
export const differenceSchema = z.object({
  id: uuid,
  gateway: gatewaySchema,
  date: z.string().describe('Day of the bill in Asia/Shanghai, yyyy-MM-dd'),
  subject: z.enum(['payment', 'refund', 'fund']).describe("fund: a sum of the day's account movements"),
  number: z.string().describe('Our number as the gateway has it; of a fund sum its kind'),
  class: differenceClassSchema,
  state: differenceStateSchema,
  reason: z.string().describe('Stable identifier'),
  orderId: z.string().nullable(),
  transactionId: z.string().nullable().describe("The gateway's number"),
  ours: z.object({
    state: z.enum(['open', 'succeeded', 'ended']).nullable(),
    amountFen: signedFen.nullable(),
    feeFen: signedFen.nullable(),
  }),
  bill: z.object({
    state: z.enum(['succeeded', 'processing', 'failed']).nullable(),
    amountFen: signedFen.nullable(),
    feeFen: signedFen.nullable(),
    rows: z.int(),
  }),
  foundAt: instant,
  updatedAt: instant,
});
export const differenceDetailSchema = differenceSchema.extend({
  history: z.array(
    z.object({
      from: differenceStateSchema.nullable(),
      to: differenceStateSchema,
      reason: z.string(),
      actor: z.string().describe("system, or the operator's name"),
      note: z.string().nullable(),
      at: instant,
    }),
  ),
});
export const differenceListSchema = z.object({ items: z.array(differenceSchema), nextCursor });
export const differenceListQuerySchema = z.object({
  gateway: gatewaySchema.optional(),
  date: z.iso.date().optional(),
  state: differenceStateSchema.optional(),
  class: differenceClassSchema.optional(),
  ...page,
});
export const differenceParametersSchema = z.object({ differenceId: uuid });
export const differenceResolutionSchema = z.strictObject({
  action: z
    .enum(['dismiss', 'adjust'])
    .describe('adjust: books a fee as charged, anything else into suspense'),
  reason: lineOfText.trim().min(4).max(500).describe('Kept with the decision'),
});

// Service -------------------------------------------------------------------------------------------------------

export const jobNameSchema = z.enum([
  'settle-unresolved-attempts',
  'close-expired-orders',
  'send-requested-refunds',
  'close-settlements',
  'send-payouts',
  'publish-events',
  'seal-ledger',
  'rewrap-vault-keys',
  'check-ledger',
  'reconcile-yesterday',
  'run-rehearsals',
  'free-promotion-budgets',
  'settle-points',
  'roll-up-risk',
  'make-exports',
  'delete-accounts',
]);
export const jobRunSchema = z.strictObject({
  jobs: z.array(jobNameSchema).min(1).optional().describe('All where none is named'),
});
export const jobReportSchema = z.object({
  jobs: z.record(z.string(), z.record(z.string(), z.int())).describe('Counts of what each job did'),
});
export const healthSchema = z.object({ status: z.literal('ok') });
