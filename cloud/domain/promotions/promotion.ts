import type { FeeCategory, FeeHost } from '../fees';
import type { Fen } from '../money';
import type { PaymentMethod } from '../payment-methods';

/**
 * What a promotion gives: less fee, less to pay, money back once the refund window is over, or points besides those that a
 * payment earns anyway.
 */
export const BENEFIT_KINDS = ['fee_waiver', 'discount', 'cashback', 'bonus_points'] as const;
export type BenefitKind = (typeof BENEFIT_KINDS)[number];

/** The least cashback there is, in fen: gateways pay out no less. */
export const CASHBACK_FEN_LEAST = 10;

/** A fixed part and a share, together at most so much. In fen; bonus points in points. */
export interface Benefit {
  readonly kind: BenefitKind;
  readonly fixed: number;
  /**
   * Parts per million of the fee (`fee_waiver`) or of the amount in fen (all others; 10,000 ppm are one point for every
   * yuan), rounded down.
   */
  readonly ratePpm: number;
  /** Null for no upper bound. */
  readonly max: number | null;
}

/** A part of the day in Asia/Shanghai: from an hour (inclusive, 0-23) to another (exclusive, 1-24), over midnight too. */
export interface Hours {
  readonly from: number;
  readonly to: number;
}

/** What a payment must be for a promotion to be for it; a condition that is left out holds for everything. */
export interface PromotionConditions {
  /** Of the payer at all, or to this merchant. An account that the merchant refunded in full has paid all the same. */
  readonly firstPayment?: 'ever' | 'with_merchant' | undefined;
  /** The account is no older than so many days. */
  readonly newUserDays?: number | undefined;
  readonly merchantIds?: readonly string[] | undefined;
  readonly categories?: readonly FeeCategory[] | undefined;
  readonly methods?: readonly PaymentMethod[] | undefined;
  readonly hosts?: readonly FeeHost[] | undefined;
  /** Days of the week in Asia/Shanghai, Monday 1 to Sunday 7. */
  readonly weekdays?: readonly number[] | undefined;
  readonly hours?: readonly Hours[] | undefined;
  readonly amountFenMin?: number | undefined;
  readonly amountFenMax?: number | undefined;
  /** What the payer has to enter, in capital letters and digits. */
  readonly couponCode?: string | undefined;
}

/** How often and how much a promotion gives; null for no limit. A point counts as one fen of the budget. */
export interface PromotionLimits {
  readonly timesPerUser: number | null;
  /** A day in Asia/Shanghai. */
  readonly timesPerUserDay: number | null;
  readonly budgetFen: number | null;
  readonly budgetTimes: number | null;
}

/** Of each of these numbered groups a payment gets at most one promotion. */
export const STACKING_GROUP_MAX = 6;

/** Which promotions a payment gets together. */
export interface Stacking {
  /** Number of an exclusive group, from 1 to `STACKING_GROUP_MAX`; null for a promotion that goes with every other. */
  readonly group: number | null;
  /** Goes with no other promotion at all. */
  readonly alone: boolean;
  /** The higher is taken where two are worth the same, and given in full where together they exceed what is owed. */
  readonly priority: number;
}

/** One promotion as data. Times in ms since 1970 UTC. */
export interface PromotionTerms {
  readonly title: { readonly 'zh-CN': string; readonly en: string };
  readonly benefit: Benefit;
  readonly when: PromotionConditions;
  /** Inclusive and exclusive; null for ever. */
  readonly startsAtMs: number | null;
  readonly endsAtMs: number | null;
  readonly limits: PromotionLimits;
  readonly stacking: Stacking;
  /** Whether refunds give back to the budget in proportion and, once all is refunded, to the user another time. */
  readonly returnsOnRefund: boolean;
}

/** A promotion in one of its versions. */
export interface Promotion {
  readonly promotionId: string;
  readonly versionId: string;
  readonly version: number;
  readonly terms: PromotionTerms;
}

/** What is known of a payment before anybody looks at who pays. */
export interface PaymentFacts {
  readonly host: FeeHost;
  readonly merchantId: string;
  readonly category: FeeCategory;
  readonly amountFen: Fen;
  readonly couponCode: string | undefined;
  readonly atMs: number;
}

/** How often a payer has used a promotion: ever, on this day in Asia/Shanghai, with this merchant. */
export interface PromotionUse {
  readonly times: number;
  readonly timesToday: number;
  readonly timesAtMerchant: number;
}

/** What the payer has done, and what is left, as far as promotions ask. */
export interface PayerFacts {
  readonly accountCreatedAtMs: number;
  readonly paidEver: boolean;
  readonly paidMerchant: boolean;
  /** How often the payer has used a promotion or holds it with an open order, by its id; left out for never. */
  readonly used: Readonly<Record<string, PromotionUse>>;
  /** What a version may still give, by its id; left out, and null, for no limit. */
  readonly left: Readonly<Record<string, { readonly fen: number | null; readonly times: number | null }>>;
}
