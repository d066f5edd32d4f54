/** What is paid for. */
export const SCENES = ['merchant_payment', 'transfer', 'bill'] as const;
export type Scene = (typeof SCENES)[number];

/** How it can be paid; a superset of the methods that orders take today. */
export const FEE_METHODS = ['wechat', 'alipay', 'bankcard'] as const;
export type FeeMethod = (typeof FEE_METHODS)[number];

export const CARD_TYPES = ['debit', 'credit'] as const;
export type CardType = (typeof CARD_TYPES)[number];

/** Where the payer is. */
export const FEE_HOSTS = ['weapp', 'alipay', 'h5'] as const;
export type FeeHost = (typeof FEE_HOSTS)[number];

export const FEE_CATEGORIES = [
  'food',
  'shopping',
  'transport',
  'utilities',
  'education',
  'health',
  'leisure',
  'services',
] as const;
export type FeeCategory = (typeof FEE_CATEGORIES)[number];

/** What a user has come to; everybody starts as `standard`. */
export const USER_TIERS = ['standard', 'silver', 'gold', 'platinum'] as const;
export type UserTier = (typeof USER_TIERS)[number];

/** What decides which rule a payment falls under, besides the time. */
export interface FeeFacts {
  readonly scene: Scene;
  readonly method: FeeMethod;
  /** Of bank cards only: the type, and the bank by its code (`ICBC`). */
  readonly cardType?: CardType;
  readonly bank?: string;
  readonly host: FeeHost;
  /** Of the merchant or biller; transfers between people have none. */
  readonly category?: FeeCategory;
  readonly userTier: UserTier;
}
