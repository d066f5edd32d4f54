import type { Fen } from '../money';
import type { PaymentMethod } from '../payment-methods';
import { cutCashback } from './cashback';
import { hasLeft, isForMethod, isForPayer, mayApply } from './conditions';
import { CASHBACK_FEN_LEAST, type PayerFacts, type PaymentFacts, type Promotion } from './promotion';
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
 * at the amount and leaves `totalFenMin` to pay, and cashback is at most what is paid: where that is less than the least that
 * is paid out, it is worth nothing.
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
  if (candidates.length === 0) return [];
  let best: readonly Candidate[] = [];
  let bestWorth: Worth = splitOf([], payment);
  for (const choice of choicesOf(candidates)) {
    const worth = splitOf(
      choice.map(({ trace }) => trace),
      payment,
    );
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

/** What of a choice there is room for. */
interface Split extends Worth {
  readonly waivedFen: number;
  readonly discountFen: number;
  readonly cashbacks: readonly PromotionTrace[];
}

/**
 * What is worth most of a choice. Less is waived and taken off than could be where that leaves as much to be paid as cashback
 * needs to be paid out: a fen less now for ten later.
 */
function splitOf(traces: readonly PromotionTrace[], { amountFen, feeFen, totalFenMin }: Owed): Split {
  const sums = { fee_waiver: 0, discount: 0, cashback: 0, bonus_points: 0 };
  for (const { kind, amount } of traces) sums[kind] += amount;
  const cashbacks = traces.filter(({ kind }) => kind === 'cashback');
  const owedFen = amountFen + feeFen;
  const splitLeaving = (leastFen: number): Split => {
    const waivedFen = Math.min(sums.fee_waiver, feeFen, owedFen - leastFen);
    const unpaidFen = owedFen - waivedFen - Math.max(leastFen, totalFenMin);
    const discountFen = Math.max(0, Math.min(sums.discount, amountFen, unpaidFen));
    const now = waivedFen + discountFen;
    const cut = cutCashback(cashbacks, owedFen - now);
    return { now, all: now + amountOf(cut) + sums.bonus_points, waivedFen, discountFen, cashbacks: cut };
  };
  let best = splitLeaving(0);
  for (const place of cashbacks.keys()) {
    const leastFen = (place + 1) * CASHBACK_FEN_LEAST;
    if (leastFen > owedFen) break;
    const split = splitLeaving(leastFen);
    if (split.all > best.all) best = split;
  }
  return best;
}

const amountOf = (traces: readonly PromotionTrace[]): number =>
  traces.reduce((sum, { amount }) => sum + amount, 0);

/** Traces with no more than is owed, in the order given; those that come to nothing are left out. */
function cutToOwed(traces: readonly PromotionTrace[], owed: Owed): readonly PromotionTrace[] {
  const { waivedFen, discountFen, cashbacks } = splitOf(traces, owed);
  const cut = (kind: 'fee_waiver' | 'discount', mostFen: number): readonly PromotionTrace[] => {
    let leftFen = mostFen;
    return traces
      .filter((trace) => trace.kind === kind)
      .map((trace) => {
        const amount = Math.min(trace.amount, leftFen);
        leftFen -= amount;
        return { ...trace, amount };
      })
      .filter(({ amount }) => amount > 0);
  };
  return [
    ...cut('fee_waiver', waivedFen),
    ...cut('discount', discountFen),
    ...cashbacks,
    ...traces.filter(({ kind }) => kind === 'bonus_points'),
  ];
}
