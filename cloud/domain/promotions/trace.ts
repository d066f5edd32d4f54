import type { Fen } from '../money';
import { CASHBACK_FEN_LEAST, type Benefit, type BenefitKind, type Promotion } from './promotion';

const PPM = 1_000_000;

/** How a benefit came about: which version of which promotion, which numbers. `grantOfTrace` makes the amount of it again. */
export interface PromotionTrace {
  readonly promotionId: string;
  readonly versionId: string;
  readonly version: number;
  readonly title: { readonly 'zh-CN': string; readonly en: string };
  readonly kind: BenefitKind;
  /** What the share is of, in fen: the fee for a waiver, the amount for everything else. */
  readonly baseFen: number;
  readonly fixed: number;
  readonly ratePpm: number;
  readonly max: number | null;
  /** What it gives: fen, or points for `bonus_points`. Less than `grantOfTrace` where no more is owed. */
  readonly amount: number;
}

/** What a payment is, as far as the size of benefits depends on it. */
export interface BenefitBase {
  readonly amountFen: Fen;
  readonly feeFen: Fen;
}

type GrantNumbers = Pick<PromotionTrace, 'kind' | 'baseFen' | 'fixed' | 'ratePpm' | 'max'>;

/** The share and the fixed part, up to the maximum; a waiver is at most the fee. */
export function grantOfTrace({ kind, baseFen, fixed, ratePpm, max }: GrantNumbers): number {
  const grant = Math.min(fixed + Math.floor((baseFen * ratePpm) / PPM), max ?? Infinity);
  return kind === 'fee_waiver' ? Math.min(grant, baseFen) : grant;
}

/** What the share of a benefit is of. */
const baseOf = ({ kind }: Benefit, { amountFen, feeFen }: BenefitBase): Fen =>
  kind === 'fee_waiver' ? feeFen : amountFen;

/** The least that a kind of benefit gives where it gives anything. */
export const leastOf = (kind: BenefitKind): number => (kind === 'cashback' ? CASHBACK_FEN_LEAST : 1);

/** What a promotion gives for a payment where nothing else stands in its way. */
export function traceOf(promotion: Promotion, base: BenefitBase): PromotionTrace {
  const { promotionId, versionId, version, terms } = promotion;
  const { kind, fixed, ratePpm, max } = terms.benefit;
  const numbers = { kind, baseFen: baseOf(terms.benefit, base), fixed, ratePpm, max };
  return { promotionId, versionId, version, title: terms.title, ...numbers, amount: grantOfTrace(numbers) };
}
