import type { PromotionTerms } from './promotion';
import { leastOf } from './trace';

/** Something that is wrong with a promotion's terms. */
export type PromotionFinding =
  /** Whatever is paid, it comes to nothing, or to less cashback than can be paid out. */
  | 'gives_nothing'
  /** There are no payments that it is for: its end is not after its beginning, or its least amount above its most. */
  | 'never_applies'
  /** Nothing limits what it costs in all. */
  | 'no_budget'
  /** Its budget does not suffice for a single payment. */
  | 'budget_too_small'
  /** It gives whole payments of any size. */
  | 'gives_all'
  /** Alone and in a group at once, which says two things about what it goes with. */
  | 'alone_in_group';

const PPM = 1_000_000;

/** What is wrong with terms; empty where they can go live. */
export function checkPromotion(terms: PromotionTerms): readonly PromotionFinding[] {
  const { benefit, when, limits, startsAtMs, endsAtMs, stacking } = terms;
  const { fixed, ratePpm, max } = benefit;
  const atLeast = leastOf(benefit.kind);
  const givesNothing = (ratePpm === 0 && fixed < atLeast) || (max ?? Infinity) < atLeast;
  const isBounded =
    limits.budgetFen !== null || (limits.budgetTimes !== null && (ratePpm === 0 || max !== null));
  const least = Math.min(fixed > 0 ? fixed : 1, max ?? Infinity);
  const found: readonly (readonly [PromotionFinding, boolean])[] = [
    ['gives_nothing', givesNothing],
    [
      'never_applies',
      (startsAtMs ?? -Infinity) >= (endsAtMs ?? Infinity) ||
        (when.amountFenMin ?? 0) > (when.amountFenMax ?? Infinity),
    ],
    ['no_budget', !isBounded],
    [
      'budget_too_small',
      !givesNothing && (least > (limits.budgetFen ?? Infinity) || limits.budgetTimes === 0),
    ],
    ['gives_all', benefit.kind !== 'fee_waiver' && ratePpm >= PPM && max === null],
    ['alone_in_group', stacking.alone && stacking.group !== null],
  ];
  return found.flatMap(([finding, isFound]) => (isFound ? [finding] : []));
}
