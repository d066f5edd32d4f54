import { dayAt, formatDay } from '../calendar';
import type { FeeHost } from '../fees';
import { fen } from '../money';
import { PAYMENT_METHODS } from '../payment-methods';
import { reducedCost, type Reducer } from '../pricing';
import { startAgenda } from '../rehearsal/agenda';
import type { PastPayment } from '../rehearsal/past-order';
import { startTallies, type Tallied } from '../rehearsal/tallies';
import { candidatesFor } from './choose';
import { claimsOf, heldOf, leftAfterRefund, type PromotionClaim } from './claims';
import { hasLeft, isForMethod, isForPayer } from './conditions';
import { promotionPricing } from './price';
import type { BenefitKind, PayerFacts, PaymentFacts, Promotion } from './promotion';
import { leastOf, traceOf, type PromotionTrace } from './trace';
import { startUseBook, type User } from './uses';

/** What a promotion would have given to some of the orders. */
export interface PromotionRehearsalSegment {
  readonly orders: number;
  readonly amountFen: number;
  /** Orders that would have got it, and what it would have given them: fen, or points for `bonus_points`. */
  readonly granted: number;
  readonly given: number;
  /** Orders it is for that would not have got it: because of who pays, its budget, or others that are worth more. */
  readonly notForPayer: number;
  readonly overBudget: number;
  readonly outdone: number;
}

export interface PromotionRehearsalReport extends Tallied<PromotionRehearsalSegment> {
  readonly kind: BenefitKind;
  readonly budget: {
    /** What would be left at the end; null for no limit. */
    readonly fenLeft: number | null;
    readonly timesLeft: number | null;
    /** What refunds would have given back to it by then. */
    readonly returned: number;
    /** When the first order came that too little was left for; null where none did. */
    readonly ranOutAtMs: number | null;
  };
}

/** What became of an order, as it was paid in the end. */
export type PromotionVerdict = 'granted' | 'not_for_payment' | 'not_for_payer' | 'over_budget' | 'outdone';

export interface PromotionRehearsal {
  /** Counts what was claimed before the first order; of a limited number of times it is taken, and of budgets of others. */
  recall(claim: { readonly promotion: Promotion; readonly user: User; readonly amount: number }): void;
  /** Runs one order, all of them in the order in which they were made; answers all that it would have claimed. */
  add(order: PastPayment): { readonly verdict: PromotionVerdict; readonly claims: readonly PromotionClaim[] };
  report(): PromotionRehearsalReport;
}

const newSegment = () => ({
  orders: 0,
  amountFen: 0,
  granted: 0,
  given: 0,
  notForPayer: 0,
  overBudget: 0,
  outdone: 0,
});

/**
 * Runs a draft over past orders as if it had been live all the time, beside the promotions that were: the same choice as a
 * quote's and the same limits and budgets as a claim's, so what it says is what would have been given. What an order holds it
 * gives back when it is closed, and what its method was not promised when it is paid. Who would have entered a code nobody
 * knows: of the draft everybody, of the others those who did.
 */
export function startPromotionRehearsal(options: {
  readonly draft: Promotion;
  /** The promotions that were live at an instant; versions of the draft's own promotion are left out. */
  readonly liveAt: (atMs: number) => readonly Promotion[];
  /** Where cashback can be paid out. */
  readonly cashbackHosts: readonly FeeHost[];
}): PromotionRehearsal {
  const draft = asAlwaysLive(options.draft);
  const { promotionId } = draft;
  const tallies = startTallies(newSegment);
  const book = startUseBook();
  const agenda = startAgenda();
  let returned = 0;
  let ranOutAtMs: number | null = null;

  function liveFor(order: PastPayment): readonly Promotion[] {
    const others = options.liveAt(order.pricedAtMs).filter((other) => other.promotionId !== promotionId);
    const paysOut = options.cashbackHosts.includes(order.host);
    return [draft, ...others].filter(({ terms }) => paysOut || terms.benefit.kind !== 'cashback');
  }

  function claim(order: PastPayment, live: readonly Promotion[], claims: readonly PromotionClaim[]): void {
    const user = userOf(order);
    for (const one of claims) {
      const promotion = live.find(({ versionId }) => versionId === one.versionId);
      if (promotion === undefined) continue;
      book.take(promotion, user, heldOf(one));
      const { paidAtMs, closedAtMs } = order;
      if (paidAtMs !== null) agenda.at(paidAtMs, () => pay(order, promotion, one));
      else if (closedAtMs !== null) {
        agenda.at(closedAtMs, () => book.giveBack(promotion, user, { amount: heldOf(one), times: 1 }));
      }
    }
  }

  function pay(order: PastPayment, promotion: Promotion, one: PromotionClaim): void {
    const amount = one.amounts[order.method] ?? 0;
    book.giveBack(promotion, userOf(order), { amount: heldOf(one) - amount, times: amount > 0 ? 0 : 1 });
    if (amount === 0 || !promotion.terms.returnsOnRefund) return;
    let due = amount;
    for (const { atMs, returnedFen } of order.refunds) {
      const dueAfter = Math.min(due, leftAfterRefund(amount, returnedFen, order.amountFen));
      const back = { amount: due - dueAfter, times: returnedFen === order.amountFen ? 1 : 0 } as const;
      due = dueAfter;
      agenda.at(atMs, () => {
        book.giveBack(promotion, userOf(order), back);
        if (promotion === draft) returned += back.amount;
      });
    }
  }

  function verdictOf(order: PastPayment, isCandidate: boolean, payer: PayerFacts): PromotionVerdict {
    const { amountFen, method } = order;
    const { kind, amount } = traceOf(draft, { amountFen, feeFen: order.feesFen[method] });
    if (!isCandidate || !isForMethod(draft, method) || amount < leastOf(kind)) return 'not_for_payment';
    if (!isForPayer(draft, payer, order.pricedAtMs)) return 'not_for_payer';
    return hasLeft(draft, payer, amount) ? 'outdone' : 'over_budget';
  }

  return {
    recall({ promotion, user, amount }) {
      // A draft begins with all of its budget, whatever an earlier version gave.
      if (promotion.promotionId === promotionId) book.use(draft, user);
      else book.take(promotion, user, amount);
    },
    add(order) {
      agenda.runUntil(order.createdAtMs);
      const live = liveFor(order);
      const facts = factsOf(order, live);
      const candidates = candidatesFor(live, facts);
      const payer = { ...payerOf(order), ...book.factsOf(userOf(order), candidates) };
      const claims = claimsOf(quoted(order, facts, candidates, payer));
      const own = claims.find(({ versionId }) => versionId === draft.versionId);
      const given = own?.amounts[order.method] ?? 0;
      const verdict = given > 0 ? 'granted' : verdictOf(order, candidates.includes(draft), payer);
      if (verdict === 'over_budget') ranOutAtMs ??= order.createdAtMs;
      claim(order, live, claims);
      if (order.counted) {
        tallies.add(order, {}, (segment) => {
          segment.orders += 1;
          segment.amountFen += order.amountFen;
          segment.given += given;
          if (verdict === 'granted') segment.granted += 1;
          if (verdict === 'not_for_payer') segment.notForPayer += 1;
          if (verdict === 'over_budget') segment.overBudget += 1;
          if (verdict === 'outdone') segment.outdone += 1;
        });
      }
      return { verdict, claims };
    },
    report() {
      agenda.runUntil(Infinity);
      const { fen: fenLeft, times: timesLeft } = book.left(draft);
      return {
        ...tallies.report(),
        kind: draft.terms.benefit.kind,
        budget: { fenLeft, timesLeft, returned, ranOutAtMs },
      };
    },
  };
}

const asAlwaysLive = (draft: Promotion): Promotion => {
  const when = { ...draft.terms.when, couponCode: undefined };
  return { ...draft, terms: { ...draft.terms, when, startsAtMs: null, endsAtMs: null } };
};

const userOf = ({ accountId, merchantId, createdAtMs }: PastPayment): User => ({
  accountId,
  merchantId,
  day: formatDay(dayAt(createdAtMs)),
});

function factsOf(order: PastPayment, live: readonly Promotion[]): PaymentFacts {
  const { host, merchantId, category, amountFen, pricedAtMs, versionIds } = order;
  const entered = live.find(
    ({ versionId, terms }) => terms.when.couponCode !== undefined && versionIds.includes(versionId),
  );
  const couponCode = entered?.terms.when.couponCode;
  return { host, merchantId, category, amountFen, couponCode, atMs: pricedAtMs };
}

const payerOf = (order: PastPayment): Omit<PayerFacts, 'used' | 'left'> => ({
  accountCreatedAtMs: order.accountCreatedAtMs,
  paidEver: (order.firstPaidAtMs ?? Infinity) < order.createdAtMs,
  paidMerchant: (order.firstPaidMerchantAtMs ?? Infinity) < order.createdAtMs,
});

/** What each method would have been quoted, with points paying what they paid as far as that is still owed. */
function quoted(
  order: PastPayment,
  facts: PaymentFacts,
  candidates: readonly Promotion[],
  payer: PayerFacts,
): Parameters<typeof claimsOf>[0] {
  if (candidates.length === 0) return [];
  const { reducer, rewards } = promotionPricing(candidates, { ...facts, totalFenMin: fen(1) }, payer);
  const points: Reducer = ({ dueFen }) => {
    const amountFen = fen(Math.min(order.pointsRedeemedFen, dueFen));
    const reason = { id: 'payment_amount' } as const;
    return amountFen > 0 ? [{ kind: 'points_redeemed', amountFen, points: 1, reason }] : [];
  };
  return PAYMENT_METHODS.map((method) => {
    const { amountFen, feesFen } = order;
    const priced = reducedCost({ method, amountFen, feeFen: feesFen[method] }, [reducer, points]);
    const lowered = priced.reductions.flatMap(({ reason }): readonly PromotionTrace[] =>
      reason.id === 'promotion' ? [reason.trace] : [],
    );
    return { method, promotions: [...lowered, ...rewards(priced.cost)] };
  });
}
