import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import { quoteCreateSchema } from '../../contract/schemas';
import type { Payee, Quote } from '../../contract/types';
import {
  allowanceHeld,
  allowancesOf,
  feeTracesOf,
  monthOf,
  priceMethods,
  tierOf,
  type Fen,
} from '../../domain';
import { getMerchant, type MerchantRow } from '../../store';
import * as feeRules from '../../store/fees';
import { pointsStanding } from '../../store/points';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { jsonBody } from '../http/body';
import type { App, Caller, Env } from '../http/environment';
import { ApiError } from '../http/problem';
import { merchantAnswer } from '../merchant/answers';
import { usableLink } from '../merchant/link';
import { couponText } from '../wording/promotions';
import { payableAmount } from './amount';
import { priceWithPoints } from './points';
import { methodPrices } from './price';
import { couponOutcome, normalCode, quotedPromotions } from './promotions';

interface PayeeFound {
  readonly merchant: MerchantRow;
  readonly linkCode: string | null;
}

/** What a payer wishes of a price. */
interface Wishes {
  readonly redeemPoints: boolean;
  /** As promotions have it; undefined where none was entered. */
  readonly couponCode: string | undefined;
}

/** `POST /v1/quotes`: what a payment would cost through each method. Stores nothing. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();

  app.post(paths.quotes, authenticated(deps), async (c) => {
    const request = await jsonBody(c, quoteCreateSchema).catch((error: unknown) => {
      // An amount of the wrong type is a wrong amount like any other.
      const amountAlone =
        error instanceof ApiError && error.fields?.every((field) => field.path === 'amountFen');
      throw amountAlone ? new ApiError('amount_invalid', error.fields) : error;
    });
    const amountFen = payableAmount(request.amountFen);
    const { merchant, linkCode } = await findPayee(request.payee, amountFen);
    const { accountId, host } = c.get('caller');
    const { pricing, allowance, points, coupon } = await priced(c.get('caller'), merchant, amountFen, {
      redeemPoints: request.redeemPoints === true,
      couponCode: normalCode(request.couponCode),
    });
    const quote = await deps.tokens.quote.sign({
      accountId,
      merchantId: merchant.id,
      linkCode,
      amountFen,
      methods: pricing,
      ...(allowance && { allowance }),
    });
    const answer: Quote = {
      quote: quote.token,
      expiresAt: quote.expiresAt.toISOString(),
      merchant: merchantAnswer(merchant),
      amountFen,
      methods: methodPrices(pricing, {
        host,
        language: c.get('language'),
        isUp: (gateway) => deps.gateways.isAvailable(gateway),
      }),
      coupon: coupon === undefined ? null : { outcome: coupon, text: couponText(coupon, c.get('language')) },
      points,
    };
    return c.json(answer, 201);
  });

  /** Prices a payment by the rules and promotions in force, and says what of the month's allowances the price rests on. */
  async function priced(
    { accountId, host }: Caller,
    merchant: MerchantRow,
    amountFen: Fen,
    { redeemPoints, couponCode }: Wishes,
  ) {
    const { category } = merchant;
    const now = deps.now();
    const [fees, rules, { available, yearly }] = await Promise.all([
      deps.fees.at(now),
      deps.points.at(now),
      pointsStanding(deps.db, { accountId, now }),
    ]);
    const month = monthOf(now.getTime());
    const usedFen = fees.hasAllowances ? await feeRules.usedAllowances(deps.db, { accountId, month }) : {};
    const atMs = now.getTime();
    const promoted = await quotedPromotions(deps, {
      accountId,
      host,
      merchantId: merchant.id,
      category,
      amountFen,
      couponCode,
      atMs,
    });
    const question = {
      scene: 'merchant_payment',
      host,
      category,
      userTier: tierOf(rules, yearly).tier,
      amountFen,
      atMs,
      allowanceUsedFen: usedFen,
    } as const;
    const { reducer, rewards } = promoted.pricing ?? {};
    // Promotions first: points pay of what is left.
    const { pricing, redeemable, redeemed } = priceWithPoints(
      (reducers) =>
        priceMethods(question, {
          fees,
          points: rules,
          reducers: reducer === undefined ? reducers : [reducer, ...reducers],
          ...(rewards && { rewards }),
        }),
      { rule: rules.redemption, available, amountFen, wanted: redeemPoints },
    );
    const points = { available, redeemable: redeemable ?? null, redeemed };
    const coupon = couponOutcome(couponCode, promoted, pricing);
    const traces = feeTracesOf(pricing);
    const ruleIds = allowancesOf(traces);
    if (ruleIds.length === 0) return { pricing, points, coupon, allowance: undefined };
    const assumedFen = Object.fromEntries(ruleIds.map((ruleId) => [ruleId, usedFen[ruleId] ?? 0]));
    return {
      pricing,
      points,
      coupon,
      allowance: { month, usedFen: assumedFen, heldFen: allowanceHeld(traces) },
    };
  }

  async function findPayee(payee: Payee, amountFen: Fen): Promise<PayeeFound> {
    if ('merchantId' in payee) {
      const merchant = await getMerchant(deps.db, payee.merchantId);
      if (merchant === undefined) throw new ApiError('merchant_not_found');
      if (!merchant.open) throw new ApiError('merchant_closed');
      return { merchant, linkCode: null };
    }
    const link = await usableLink(deps, payee.linkCode);
    if (link.amountFen !== null && link.amountFen !== amountFen) throw new ApiError('link_amount_fixed');
    return { merchant: link.merchant, linkCode: link.code };
  }

  return app;
}
