import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import { quoteCreateSchema } from '../../contract/schemas';
import type { Payee, Quote } from '../../contract/types';
import { priceMethods, type Fen } from '../../domain';
import { getMerchant, type MerchantRow } from '../../store';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { jsonBody } from '../http/body';
import type { App, Env } from '../http/environment';
import { ApiError } from '../http/problem';
import { merchantAnswer } from '../merchant/answers';
import { usableLink } from '../merchant/link';
import { payableAmount } from './amount';
import { methodPrices } from './price';

interface PayeeFound {
  readonly merchant: MerchantRow;
  readonly linkCode: string | null;
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
    const pricing = priceMethods(amountFen);
    const { accountId, host } = c.var.caller;
    const quote = await deps.tokens.quote.sign({
      accountId,
      merchantId: merchant.id,
      linkCode,
      amountFen,
      methods: pricing,
    });
    const answer: Quote = {
      quote: quote.token,
      expiresAt: quote.expiresAt.toISOString(),
      merchant: merchantAnswer(merchant),
      amountFen,
      methods: methodPrices(pricing, {
        host,
        language: c.var.language,
        isUp: (gateway) => deps.gateways.isAvailable(gateway),
      }),
    };
    return c.json(answer, 201);
  });

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
