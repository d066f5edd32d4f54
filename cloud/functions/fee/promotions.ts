import type { Host } from '../../contract/types';
import {
  candidatesFor,
  dayOf,
  fen,
  formatDay,
  isForPayer,
  promotionPricing,
  promotionTracesOf,
  type CouponOutcome,
  type MethodPricing,
  type PayerFacts,
  type PaymentFacts,
  type Promotion,
  type PromotionPricing,
} from '../../domain';
import * as promotions from '../../store/promotions';
import type { Dependencies } from '../dependencies';
import { ApiError } from '../http/problem';
import { cashbackHosts } from '../promotion/cashback';

/** A code as promotions have it: capital letters and digits. Undefined where nothing was entered. */
export function normalCode(entered: string | undefined): string | undefined {
  const code = entered?.replace(/\s/g, '').toUpperCase();
  return code === '' ? undefined : code;
}

/** What promotions do to a price, and what is known of the code that was entered. */
interface Promoted {
  readonly pricing: PromotionPricing | undefined;
  /** Promotions that run with this code, and of these those that may be for the payment. */
  readonly withCode: readonly Promotion[];
  readonly codeCandidates: readonly Promotion[];
  readonly payer: PayerFacts | undefined;
  readonly atMs: number;
}

/**
 * The promotions that may be for a payment, made ready to price by. The payer is asked about only where there are any.
 * Throws `unauthenticated` where there is no such account.
 */
export async function quotedPromotions(
  deps: Pick<Dependencies, 'db' | 'promotions' | 'settings'>,
  question: PaymentFacts & { readonly accountId: string; readonly host: Host },
): Promise<Promoted> {
  const { accountId, merchantId, atMs, couponCode } = question;
  const running = await deps.promotions.at(new Date(atMs));
  const paysOut = cashbackHosts(deps.settings).includes(question.host);
  const live = running.filter(({ terms }) => paysOut || terms.benefit.kind !== 'cashback');
  const withCode = live.filter(
    ({ terms }) => couponCode !== undefined && terms.when.couponCode === couponCode,
  );
  const candidates = candidatesFor(live, question);
  const codeCandidates = candidates.filter((candidate) => withCode.includes(candidate));
  const known = { withCode, codeCandidates, atMs };
  if (candidates.length === 0) return { ...known, pricing: undefined, payer: undefined };
  const payer = await promotions.payerFacts(deps.db, {
    accountId,
    merchantId,
    day: formatDay(dayOf(new Date(atMs))),
    promotions: candidates,
  });
  if (payer === undefined) throw new ApiError('unauthenticated');
  const pricing = promotionPricing(candidates, { ...question, totalFenMin: fen(1) }, payer);
  return { ...known, pricing, payer };
}

/** What became of the code that was entered; undefined where none was. */
export function couponOutcome(
  couponCode: string | undefined,
  { withCode, codeCandidates, payer, atMs }: Promoted,
  prices: readonly MethodPricing[],
): CouponOutcome | undefined {
  if (couponCode === undefined) return undefined;
  if (withCode.length === 0) return 'unknown';
  if (payer === undefined || codeCandidates.length === 0) return 'not_for_payment';
  const applied = new Set(prices.flatMap(promotionTracesOf).map(({ versionId }) => versionId));
  if (codeCandidates.some(({ versionId }) => applied.has(versionId))) return 'applied';
  const open = codeCandidates.filter(
    (promotion) => isForPayer(promotion, payer, atMs) && isOpen(promotion, payer),
  );
  return open.length === 0 ? 'used_up' : 'outdone';
}

/** Whether anything is left of a version's budget. */
function isOpen({ versionId }: Promotion, { left }: PayerFacts): boolean {
  const { fen: fenLeft, times } = left[versionId] ?? { fen: null, times: null };
  return fenLeft !== 0 && times !== 0;
}
