import type { BankCard, BankCardCreate, BankCardList } from '../../cloud/contract/card-schemas';
import { paths } from '../../cloud/contract/paths';
import type {
  Account,
  Attempt,
  AttemptCreate,
  AuthenticatorConfirm,
  AuthenticatorSetup,
  BiometricNonce,
  BiometricSet,
  CategoryList,
  Challenge,
  ChallengeAnswer,
  ChallengeCreate,
  ConsentGive,
  ConsentList,
  ConsentWithdraw,
  DataExport,
  DataExportList,
  Deletion,
  DeviceList,
  InclusionProof,
  JoinCreate,
  Joined,
  JoinPreview,
  JoinPreviewCreate,
  LinkCode,
  LinkCodeCreate,
  LoginList,
  IncomingPayout,
  IncomingPayoutList,
  IncomingPayoutListQuery,
  LegalDocumentList,
  Merchant,
  MerchantList,
  MerchantSearch,
  MessageList,
  MessageListQuery,
  Order,
  OrderCreate,
  OrderDetail,
  OrderList,
  OrderListQuery,
  PaymentLink,
  PhoneSet,
  PointsOverview,
  PointsStatement,
  PointsStatementQuery,
  PinChange,
  PassedChallenge,
  PersonalProof,
  PinCreate,
  PinReset,
  PinResetRequest,
  Quote,
  QuoteCreate,
  RecoveryCodes,
  RiskAppeal,
  RiskStanding,
  SealingKey,
  Security,
  SecurityEventList,
  SecurityEventListQuery,
  Session,
  SessionCreate,
  SessionRefresh,
  SmsSent,
  UnlinkCreate,
  UserPromotionList,
  Unlock,
} from '../../cloud/contract/types';

import type { Caller } from './caller';

/** A POST that changes something carries a key that is kept until its answer is known. */
export interface Keyed {
  readonly idempotencyKey: string;
}

function withQuery(path: string, query: Readonly<Record<string, string | number | undefined>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return pairs.length === 0 ? path : `${path}?${pairs.join('&')}`;
}

/** Every request of the API. All reject with `ApiError` and nothing else. */
export function createApi(call: Caller) {
  const get = <T>(path: string) => call<T>({ method: 'GET', path });
  const post = <T>(path: string, body: unknown, key: Keyed) =>
    call<T>({ method: 'POST', path, body, idempotencyKey: key.idempotencyKey });
  return {
    createSession: (body: SessionCreate) =>
      call<Session>({ method: 'POST', path: paths.sessions, body, public: true }),
    refreshSession: (body: SessionRefresh) =>
      call<Session>({ method: 'POST', path: paths.sessionRefresh, body, public: true }),
    deleteSession: () => call<undefined>({ method: 'DELETE', path: paths.sessionCurrent }),
    me: () => get<Account>(paths.me),

    documents: () => call<LegalDocumentList>({ method: 'GET', path: paths.documents, public: true }),
    consents: () => get<ConsentList>(paths.consents),
    giveConsents: (body: ConsentGive, key: Keyed) => post<ConsentList>(paths.consents, body, key),
    withdrawConsent: (body: ConsentWithdraw, key: Keyed) =>
      post<ConsentList>(paths.consentsWithdraw, body, key),
    exports: () => get<DataExportList>(paths.exports),
    createExport: (body: PersonalProof, key: Keyed) => post<DataExport>(paths.exports, body, key),
    exportContent: (exportId: string) => get<object>(paths.exportContent(exportId)),
    logins: () => get<LoginList>(paths.logins),
    createLinkCode: (body: LinkCodeCreate) =>
      call<LinkCode>({ method: 'POST', path: paths.loginLinkCodes, body }),
    previewJoin: (body: JoinPreviewCreate) =>
      call<JoinPreview>({ method: 'POST', path: paths.loginJoinPreviews, body, safe: true }),
    joinAccount: (body: JoinCreate, key: Keyed) => post<Joined>(paths.loginJoins, body, key),
    unlinkLogin: (body: UnlinkCreate, key: Keyed) => post<LoginList>(paths.loginUnlinks, body, key),
    deletion: () => get<Deletion>(paths.deletion),
    requestDeletion: (body: PersonalProof, key: Keyed) => post<Deletion>(paths.deletion, body, key),
    cancelDeletion: (key: Keyed) => post<Deletion>(paths.deletionCancel, {}, key),

    categories: () => call<CategoryList>({ method: 'GET', path: paths.categories, public: true }),
    merchants: (query: MerchantSearch = {}) =>
      call<MerchantList>({
        method: 'GET',
        path: withQuery(paths.merchants, {
          query: query.query,
          category: query.category,
          cursor: query.cursor,
          limit: query.limit as number | undefined,
        }),
        public: true,
      }),
    recentMerchants: () => get<MerchantList>(paths.merchantsRecent),
    merchant: (merchantId: string) =>
      call<Merchant>({ method: 'GET', path: paths.merchant(merchantId), public: true }),
    link: (code: string) => call<PaymentLink>({ method: 'GET', path: paths.link(code), public: true }),

    quote: (body: QuoteCreate) => call<Quote>({ method: 'POST', path: paths.quotes, body, safe: true }),
    createOrder: (body: OrderCreate, key: Keyed) => post<Order>(paths.orders, body, key),
    orders: (query: OrderListQuery = {}) =>
      get<OrderList>(
        withQuery(paths.orders, {
          state: query.state,
          cursor: query.cursor,
          limit: query.limit as number | undefined,
        }),
      ),
    messages: (query: MessageListQuery = {}) =>
      get<MessageList>(
        withQuery(paths.messages, { cursor: query.cursor, limit: query.limit as number | undefined }),
      ),
    payouts: (query: IncomingPayoutListQuery = {}) =>
      get<IncomingPayoutList>(
        withQuery(paths.payouts, { cursor: query.cursor, limit: query.limit as number | undefined }),
      ),
    points: () => get<PointsOverview>(paths.points),
    pointsStatement: (query: PointsStatementQuery = {}) =>
      get<PointsStatement>(
        withQuery(paths.pointsStatement, { cursor: query.cursor, limit: query.limit as number | undefined }),
      ),
    payout: (payoutId: string) => get<IncomingPayout>(paths.payout(payoutId)),
    promotions: () => get<UserPromotionList>(paths.promotions),
    order: (orderId: string) => get<OrderDetail>(paths.order(orderId)),
    orderProof: (orderId: string) => get<InclusionProof>(paths.orderProof(orderId)),
    cancelOrder: (orderId: string, key: Keyed) => post<Order>(paths.orderCancel(orderId), {}, key),
    createAttempt: (orderId: string, body: AttemptCreate, key: Keyed) =>
      post<Attempt>(paths.attempts(orderId), body, key),
    attempt: (orderId: string, attemptId: string) => get<Attempt>(paths.attempt(orderId, attemptId)),

    cards: () => get<BankCardList>(paths.cards),
    bindCard: (body: BankCardCreate, key: Keyed) => post<BankCard>(paths.cards, body, key),
    removeCard: (cardId: string) => call<undefined>({ method: 'DELETE', path: paths.card(cardId) }),

    security: () => get<Security>(paths.security),
    securityEvents: (query: SecurityEventListQuery = {}) =>
      get<SecurityEventList>(
        withQuery(paths.securityEvents, { cursor: query.cursor, limit: query.limit as number | undefined }),
      ),
    sealingKey: () => call<SealingKey>({ method: 'POST', path: paths.sealingKeys, safe: true }),
    createPin: (body: PinCreate, key: Keyed) => post<Security>(paths.paymentPin, body, key),
    changePin: (body: PinChange, key: Keyed) => post<Security>(paths.paymentPinChange, body, key),
    requestPinReset: (body: PinResetRequest, key: Keyed) =>
      post<Security>(paths.paymentPinResetRequest, body, key),
    resetPin: (body: PinReset, key: Keyed) => post<Security>(paths.paymentPinReset, body, key),
    beginAuthenticator: (body: PassedChallenge) =>
      call<AuthenticatorSetup>({ method: 'POST', path: paths.authenticator, body }),
    confirmAuthenticator: (body: AuthenticatorConfirm) =>
      call<RecoveryCodes>({ method: 'POST', path: paths.authenticatorConfirm, body }),
    removeAuthenticator: (body: PassedChallenge, key: Keyed) =>
      post<Security>(paths.authenticatorRemove, body, key),
    createChallenge: (body: ChallengeCreate, key: Keyed) => post<Challenge>(paths.challenges, body, key),
    challenge: (challengeId: string) => get<Challenge>(paths.challenge(challengeId)),
    answerChallenge: (challengeId: string, body: ChallengeAnswer, key: Keyed) =>
      post<Challenge>(paths.challengeAnswers(challengeId), body, key),
    // Whoever asks again is given another: what was asked before is over.
    biometricNonce: (challengeId: string) =>
      call<BiometricNonce>({ method: 'POST', path: paths.biometricNonces(challengeId), safe: true }),
    setBiometric: (body: BiometricSet, key: Keyed) => post<Security>(paths.biometric, body, key),
    removeBiometric: (body: PassedChallenge, key: Keyed) => post<Security>(paths.biometricRemove, body, key),
    setPhone: (body: PhoneSet, key: Keyed) => post<Security>(paths.phone, body, key),
    removePhone: (body: PassedChallenge, key: Keyed) => post<Security>(paths.phoneRemove, body, key),
    sendSmsCode: (challengeId: string, key: Keyed) => post<SmsSent>(paths.smsCodes(challengeId), {}, key),
    devices: () => get<DeviceList>(paths.devices),
    signDeviceOut: (sessionId: string) =>
      call<undefined>({ method: 'DELETE', path: paths.device(sessionId) }),
    signOtherDevicesOut: (key: Keyed) => post<DeviceList>(paths.devicesSignOutOthers, {}, key),
    lockAccount: (key: Keyed) => post<Security>(paths.accountLock, {}, key),
    riskStanding: () => get<RiskStanding>(paths.riskStanding),
    appeal: (body: RiskAppeal, key: Keyed) => post<RiskStanding>(paths.riskAppeals, body, key),
    unlockAccount: (body: Unlock, key: Keyed) => post<Security>(paths.accountUnlock, body, key),
  };
}

export type Api = ReturnType<typeof createApi>;
