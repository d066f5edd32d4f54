import { Hono } from 'hono';

import type { Language } from '../../contract/errors';
import { paths } from '../../contract/paths';
import type { UserPromotion, UserPromotionList } from '../../contract/types';
import {
  DAY_MS,
  dayOf,
  formatDay,
  hasLeft,
  isForPayer,
  timesLeft,
  type PayerFacts,
  type Promotion,
} from '../../domain';
import * as store from '../../store/promotions';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import type { App, Env } from '../http/environment';
import { ApiError } from '../http/problem';
import { benefitText, conditionTexts, leftText } from '../wording/promotions';

/** For so long promotions that came to their end are still shown, in ms. */
const ENDED_SHOWN_MS = 30 * DAY_MS;
/** No merchant's id: what is shown here is for no payment in particular. */
const NO_MERCHANT = '00000000-0000-0000-0000-000000000000';

const ORDER: readonly UserPromotion['state'][] = ['running', 'coming', 'used', 'run_out', 'ended'];

/** `GET /v1/promotions`: what runs, is to come or has ended lately, and what of it is left to whoever asks. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();

  app.get(paths.promotions, authenticated(deps), async (c) => {
    const now = deps.now();
    const shown = await shownPromotions(now);
    const payer = await store.payerFacts(deps.db, {
      accountId: c.get('caller').accountId,
      merchantId: NO_MERCHANT,
      day: formatDay(dayOf(now)),
      promotions: shown.map(({ promotion }) => promotion),
    });
    if (payer === undefined) throw new ApiError('unauthenticated');
    const items = shown
      .map(({ promotion, liveFrom }) =>
        answer(promotion, { liveFrom, payer, now, language: c.get('language') }),
      )
      .sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
    return c.json({ items } satisfies UserPromotionList);
  });

  /** Of every promotion what is live or was last; where nothing is yet, what will be. */
  async function shownPromotions(
    now: Date,
  ): Promise<readonly { readonly promotion: Promotion; readonly liveFrom: Date }[]> {
    const endsAfter = new Date(now.getTime() - ENDED_SHOWN_MS);
    const activations = await store.promotionActivationsFrom(deps.db, { now, endsAfter });
    const first = new Map<string, store.PromotionLiveRow>();
    for (const row of activations) if (!first.has(row.promotionId)) first.set(row.promotionId, row);
    const rows = [...first.values()];
    const versions = await store.promotionsOf(
      deps.db,
      rows.map(({ versionId }) => versionId),
    );
    return rows.flatMap(({ versionId, liveFrom }) => {
      const promotion = versions.get(versionId);
      return promotion === undefined ? [] : [{ promotion, liveFrom }];
    });
  }

  return app;
}

interface Reading {
  readonly liveFrom: Date;
  readonly payer: PayerFacts;
  readonly now: Date;
  readonly language: Language;
}

const isoOfMs = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

function answer(promotion: Promotion, { liveFrom, payer, now, language }: Reading): UserPromotion {
  const { terms, promotionId } = promotion;
  const state = stateOf(promotion, { liveFrom, payer, now });
  return {
    id: promotionId,
    title: terms.title[language],
    state,
    benefit: benefitText(terms.benefit, language),
    conditions: conditionTexts(terms.when, language),
    needsCode: terms.when.couponCode !== undefined,
    left: state === 'running' || state === 'coming' ? leftText(timesLeft(promotion, payer), language) : null,
    startsAt: isoOfMs(terms.startsAtMs),
    endsAt: isoOfMs(terms.endsAtMs),
  };
}

function stateOf(
  promotion: Promotion,
  { liveFrom, payer, now }: Omit<Reading, 'language'>,
): UserPromotion['state'] {
  const { startsAtMs, endsAtMs, benefit } = promotion.terms;
  const atMs = now.getTime();
  if ((endsAtMs ?? Infinity) <= atMs) return 'ended';
  if (liveFrom > now || (startsAtMs ?? -Infinity) > atMs) return 'coming';
  // The least that it ever gives: with less left nobody gets anything.
  if (!hasLeft(promotion, payer, Math.max(1, Math.min(benefit.fixed, benefit.max ?? Infinity))))
    return 'run_out';
  return isForPayer(promotion, payer, atMs) ? 'running' : 'used';
}
