import { DAY_MS, SHANGHAI_OFFSET_MS } from '../calendar';
import type { PaymentMethod } from '../payment-methods';
import type { Hours, PayerFacts, PaymentFacts, Promotion, PromotionTerms, PromotionUse } from './promotion';

const HOUR_MS = 3_600_000;
const NEVER_USED: PromotionUse = { times: 0, timesToday: 0, timesAtMerchant: 0 };

/** Monday 1 to Sunday 7 of an instant in Asia/Shanghai; 1970-01-01 was a Thursday. */
export const weekdayOf = (atMs: number): number =>
  ((((Math.floor((atMs + SHANGHAI_OFFSET_MS) / DAY_MS) + 3) % 7) + 7) % 7) + 1;

/** Hour of the day (0 to 23) of an instant in Asia/Shanghai. */
export const hourOf = (atMs: number): number =>
  ((Math.floor((atMs + SHANGHAI_OFFSET_MS) / HOUR_MS) % 24) + 24) % 24;

const isWithin = (hour: number, { from, to }: Hours): boolean =>
  from < to ? from <= hour && hour < to : hour >= from || hour < to;

const admits = <Value>(admitted: readonly Value[] | undefined, value: Value): boolean =>
  admitted === undefined || admitted.includes(value);

/** Whether a promotion runs at an instant, as far as its own beginning and end go. */
export const isRunning = ({ startsAtMs, endsAtMs }: PromotionTerms, atMs: number): boolean =>
  (startsAtMs ?? -Infinity) <= atMs && atMs < (endsAtMs ?? Infinity);

/** Whether a promotion may be for a payment, whoever pays and by whatever method. */
export function mayApply({ terms }: Promotion, facts: PaymentFacts): boolean {
  const { when } = terms;
  const hour = hourOf(facts.atMs);
  return (
    isRunning(terms, facts.atMs) &&
    admits(when.merchantIds, facts.merchantId) &&
    admits(when.categories, facts.category) &&
    admits(when.hosts, facts.host) &&
    admits(when.weekdays, weekdayOf(facts.atMs)) &&
    (when.hours === undefined || when.hours.some((hours) => isWithin(hour, hours))) &&
    facts.amountFen >= (when.amountFenMin ?? 0) &&
    facts.amountFen <= (when.amountFenMax ?? Infinity) &&
    (when.couponCode === undefined || when.couponCode === facts.couponCode)
  );
}

/** Whether a promotion is for payments of a method. */
export const isForMethod = ({ terms }: Promotion, method: PaymentMethod): boolean =>
  admits(terms.when.methods, method);

/** Whether a payer gets a promotion that may apply: by what was paid before, and by the limits of each user. */
export function isForPayer({ promotionId, terms }: Promotion, payer: PayerFacts, atMs: number): boolean {
  const { when, limits } = terms;
  const { times, timesToday, timesAtMerchant } = payer.used[promotionId] ?? NEVER_USED;
  if (when.firstPayment === 'ever' && (payer.paidEver || times > 0)) return false;
  if (when.firstPayment === 'with_merchant' && (payer.paidMerchant || timesAtMerchant > 0)) return false;
  if (when.newUserDays !== undefined && atMs - payer.accountCreatedAtMs > when.newUserDays * DAY_MS) {
    return false;
  }
  return times < (limits.timesPerUser ?? Infinity) && timesToday < (limits.timesPerUserDay ?? Infinity);
}

/** Whether a version still has so much to give, in fen or points, at least once. */
export function hasLeft({ versionId }: Promotion, payer: PayerFacts, amount: number): boolean {
  const { fen, times } = payer.left[versionId] ?? { fen: null, times: null };
  return amount <= (fen ?? Infinity) && (times ?? Infinity) >= 1;
}

/** How often a payer may still use a promotion, ever and on this day; null for no limit. */
export function timesLeft(
  { promotionId, terms }: Promotion,
  payer: Pick<PayerFacts, 'used'>,
): { readonly times: number | null; readonly timesToday: number | null } {
  const { times, timesToday } = payer.used[promotionId] ?? NEVER_USED;
  const rest = (limit: number | null, used: number): number | null =>
    limit === null ? null : Math.max(0, limit - used);
  return {
    times: rest(terms.limits.timesPerUser, times),
    timesToday: rest(terms.limits.timesPerUserDay, timesToday),
  };
}
