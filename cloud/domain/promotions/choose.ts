import type { Fen } from '../money';
import type { PaymentMethod } from '../payment-methods';
import { hasLeft, isForMethod, isForPayer, mayApply } from './conditions';
import type { PayerFacts, PaymentFacts, Promotion } from './promotion';
import { leastOf, traceOf, type BenefitBase, type PromotionTrace } from './trace';

/** Promotions that were looked at in the order in which they are preferred, with what each would give. */
interface Candidate {
  readonly promotion: Promotion;
  readonly trace: PromotionTrace;
}

/** What of a payment promotions may take: its parts, and the least that stays to be paid. */
export interface Owed extends BenefitBase {
  /** 1 fen where a gateway is asked; 0 where a payment of nothing is settled without one. */
  readonly totalFenMin: Fen;
}

/** What traces give together, none more than what is owed. Points are worth a fen each. */
interface Worth {
  /** How much less is paid now. */
  readonly now: number;
  readonly all: number;
}

/** Promotions that may be for a payment, whoever pays: only for these it must be known what the payer did before. */
export const candidatesFor = (promotions: readonly Promotion[], facts: PaymentFacts): readonly Promotion[] =>
  promotions.filter((promotion) => mayApply(promotion, facts));

/**
 * What a payment by a method gets. Of all that may be taken together (of each group at most one, nothing beside a promotion
 * that goes alone) what is worth most to the payer; of what is worth the same, what lowers the total most, then what goes
 * with others, then what has the higher priority, then the lower id. Together they never give more than is owed: a waiver ends at the fee, a discount
 * at the amount and leaves `totalFenMin` to pay, and cashback is at most what is paid.
 */
export function choosePromotions(
  promotions: readonly Promotion[],
  payment: PaymentFacts & Owed & { readonly method: PaymentMethod },
  payer: PayerFacts,
): readonly PromotionTrace[] {
  const candidates = promotions
    .filter(
      (promotion) =>
        mayApply(promotion, payment) &&
        isForMethod(promotion, payment.method) &&
        isForPayer(promotion, payer, payment.atMs),
    )
    .map((promotion): Candidate => ({ promotion, trace: traceOf(promotion, payment) }))
    .filter(
      ({ promotion, trace }) =>
        trace.amount >= leastOf(trace.kind) && hasLeft(promotion, payer, trace.amount),
    )
    .sort(byPreference);
  let best: readonly Candidate[] = [];
  let bestWorth = worthOf(best, payment);
  for (const choice of choicesOf(candidates)) {
    const worth = worthOf(choice, payment);
    if (worth.all > bestWorth.all || (worth.all === bestWorth.all && worth.now > bestWorth.now)) {
      best = choice;
      bestWorth = worth;
    }
  }
  return cutToOwed(
    best.map(({ trace }) => trace),
    payment,
  );
}

function byPreference(a: Candidate, b: Candidate): number {
  const byPriority = b.promotion.terms.stacking.priority - a.promotion.terms.stacking.priority;
  if (byPriority !== 0) return byPriority;
  return a.promotion.promotionId < b.promotion.promotionId ? -1 : 1;
}

/**
 * Every choice that can be the best. More promotions are never worth less, so those without a group are in every choice that
 * is not of one alone; and within a group only the one of each kind that gives most counts, so that a choice is made among
 * a few for each group.
 */
function* choicesOf(candidates: readonly Candidate[]): Generator<readonly Candidate[]> {
  const groups = new Map<number, Candidate[]>();
  const always: Candidate[] = [];
  const alone: Candidate[] = [];
  for (const candidate of candidates) {
    const { group, alone: goesAlone } = candidate.promotion.terms.stacking;
    if (goesAlone) alone.push(candidate);
    else if (group === null) always.push(candidate);
    else groups.set(group, [...(groups.get(group) ?? []), candidate]);
  }
  const options = [...groups.values()].map(mostOfEachKind);
  for (const choice of combinations(options)) yield [...always, ...choice].sort(byPreference);
  for (const candidate of alone) yield [candidate];
}

function mostOfEachKind(candidates: readonly Candidate[]): readonly Candidate[] {
  const most = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const { kind, amount } = candidate.trace;
    if (amount > (most.get(kind)?.trace.amount ?? 0)) most.set(kind, candidate);
  }
  return [...most.values()].sort(byPreference);
}

function* combinations(options: readonly (readonly Candidate[])[]): Generator<readonly Candidate[]> {
  const [first, ...others] = options;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const candidate of first) {
    for (const rest of combinations(others)) yield [candidate, ...rest];
  }
}

function worthOf(choice: readonly Candidate[], owed: Owed): Worth {
  const sums = { fee_waiver: 0, discount: 0, cashback: 0, bonus_points: 0 };
  for (const { trace } of choice) sums[trace.kind] += trace.amount;
  const room = roomFor(owed);
  const waived = Math.min(sums.fee_waiver, room.waiver);
  const discount = Math.min(sums.discount, room.discount(waived));
  const cashback = Math.min(sums.cashback, room.cashback(waived + discount));
  return { now: waived + discount, all: waived + discount + cashback + sums.bonus_points };
}

/** How much there is to give of each kind, by what was given before. */
const roomFor = ({ amountFen, feeFen, totalFenMin }: Owed) => ({
  waiver: feeFen,
  discount: (waived: number) => Math.max(0, Math.min(amountFen, amountFen + feeFen - waived - totalFenMin)),
  cashback: (lowered: number) => amountFen + feeFen - lowered,
});

/** Traces with no more than is owed, in the order given; those that come to nothing are left out. */
function cutToOwed(traces: readonly PromotionTrace[], owed: Owed): readonly PromotionTrace[] {
  const room = roomFor(owed);
  const cut = (kind: PromotionTrace['kind'], most: number): readonly PromotionTrace[] => {
    let left = most;
    return traces
      .filter((trace) => trace.kind === kind)
      .map((trace) => {
        const amount = Math.min(trace.amount, left);
        left -= amount;
        return { ...trace, amount };
      });
  };
  const given = (cutTraces: readonly PromotionTrace[]): number =>
    cutTraces.reduce((sum, { amount }) => sum + amount, 0);
  const waivers = cut('fee_waiver', room.waiver);
  const discounts = cut('discount', room.discount(given(waivers)));
  const cashbacks = cut('cashback', room.cashback(given(waivers) + given(discounts)));
  const points = traces.filter(({ kind }) => kind === 'bonus_points');
  return [...waivers, ...discounts, ...cashbacks, ...points].filter(({ amount }) => amount > 0);
}
