import type { PayerFacts, Promotion, PromotionUse } from './promotion';

/** Who uses a promotion. */
export interface User {
  readonly accountId: string;
  readonly merchantId: string;
  /** `yyyy-mm-dd` in Asia/Shanghai. */
  readonly day: string;
}

/** What payers have used of promotions, and what is left of budgets, kept while orders are replayed in the order of time. */
export interface UseBook {
  factsOf(user: User, promotions: readonly Promotion[]): Pick<PayerFacts, 'used' | 'left'>;
  take(promotion: Promotion, user: User, amount: number): void;
  /** Counts a use that was of another budget. */
  use(promotion: Promotion, user: User): void;
  /** Gives back a part of the budget; with `times` of 1 the user may have it another time. */
  giveBack(promotion: Promotion, user: User, back: { readonly amount: number; readonly times: 0 | 1 }): void;
  left(promotion: Promotion): { readonly fen: number | null; readonly times: number | null };
}

/** How often each used a promotion: kept only where it asks. */
interface Uses {
  readonly ever: Map<string, number>;
  readonly atMerchant: Map<string, number>;
  day: string;
  readonly today: Map<string, number>;
}

const NOT_USED: PromotionUse = { times: 0, timesToday: 0, timesAtMerchant: 0 };

function addTo(counts: Map<string, number>, key: string, more: number): void {
  const count = (counts.get(key) ?? 0) + more;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}

/** Days come in their order. Memory is bounded by those who have used something that is limited for each user. */
export function startUseBook(): UseBook {
  const byPromotion = new Map<string, Uses>();
  const leftOf = new Map<string, { fen: number | null; times: number | null }>();

  const left = ({ versionId, terms }: Promotion) => {
    let found = leftOf.get(versionId);
    if (found === undefined) {
      found = { fen: terms.limits.budgetFen, times: terms.limits.budgetTimes };
      leftOf.set(versionId, found);
    }
    return found;
  };

  const usesOf = (promotionId: string): Uses => {
    let found = byPromotion.get(promotionId);
    if (found === undefined) {
      found = { ever: new Map(), atMerchant: new Map(), day: '', today: new Map() };
      byPromotion.set(promotionId, found);
    }
    return found;
  };

  function count({ promotionId, terms }: Promotion, user: User, more: 1 | -1): void {
    const { limits, when } = terms;
    const uses = usesOf(promotionId);
    if (limits.timesPerUser !== null || when.firstPayment === 'ever') addTo(uses.ever, user.accountId, more);
    if (when.firstPayment === 'with_merchant') {
      addTo(uses.atMerchant, `${user.accountId} ${user.merchantId}`, more);
    }
    if (limits.timesPerUserDay === null) return;
    if (user.day > uses.day) {
      uses.day = user.day;
      uses.today.clear();
    }
    if (user.day === uses.day) addTo(uses.today, user.accountId, more);
  }

  const usedBy = ({ accountId, merchantId, day }: User, { promotionId }: Promotion): PromotionUse => {
    const uses = byPromotion.get(promotionId);
    if (uses === undefined) return NOT_USED;
    return {
      times: uses.ever.get(accountId) ?? 0,
      timesToday: day === uses.day ? (uses.today.get(accountId) ?? 0) : 0,
      timesAtMerchant: uses.atMerchant.get(`${accountId} ${merchantId}`) ?? 0,
    };
  };

  return {
    factsOf: (user, promotions) => ({
      used: Object.fromEntries(promotions.map((one) => [one.promotionId, usedBy(user, one)])),
      left: Object.fromEntries(promotions.map((one) => [one.versionId, { ...left(one) }])),
    }),
    take(promotion, user, amount) {
      const rest = left(promotion);
      if (rest.fen !== null) rest.fen -= amount;
      if (rest.times !== null) rest.times -= 1;
      count(promotion, user, 1);
    },
    use: (promotion, user) => count(promotion, user, 1),
    giveBack(promotion, user, { amount, times }) {
      const rest = left(promotion);
      if (rest.fen !== null) rest.fen += amount;
      if (times === 0) return;
      if (rest.times !== null) rest.times += 1;
      count(promotion, user, -1);
    },
    left: (promotion) => ({ ...left(promotion) }),
  };
}
