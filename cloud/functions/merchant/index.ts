import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import { linkParametersSchema, merchantParametersSchema, merchantSearchSchema } from '../../contract/schemas';
import type { CategoryList, MerchantList } from '../../contract/types';
import { getMerchant, listCategories, recentMerchants, searchMerchants } from '../../store';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { pathParameters, query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';
import { ApiError } from '../http/problem';
import { categoryName } from '../wording';
import { usableLink } from './link';
import { linkAnswer, merchantAnswer } from './answers';

const RECENT_MAX = 10;

/** Categories, search, one merchant, merchants paid lately, and what a payment link asks for. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);

  app.get(paths.categories, async (c) => {
    const categories = await listCategories(deps.db);
    const items = categories.map(({ id, merchantCount }) => ({
      id,
      name: categoryName(id, c.get('language')),
      merchantCount,
    }));
    return c.json({ items } satisfies CategoryList);
  });

  // Whoever does not want to be known yet can look around; nothing here is about a person.
  app.get(paths.merchants, async (c) => {
    const found = await pageAt(searchMerchants(deps.db, query(c, merchantSearchSchema)));
    return c.json({
      items: found.items.map(merchantAnswer),
      nextCursor: found.nextCursor,
    } satisfies MerchantList);
  });

  app.get(paths.merchantsRecent, signedIn, async (c) => {
    const merchants = await recentMerchants(deps.db, {
      accountId: c.get('caller').accountId,
      limit: RECENT_MAX,
    });
    return c.json({ items: merchants.map(merchantAnswer), nextCursor: null } satisfies MerchantList);
  });

  app.get('/v1/merchants/:merchantId', async (c) => {
    const { merchantId } = pathParameters(c, merchantParametersSchema, 'merchant_not_found');
    const merchant = await getMerchant(deps.db, merchantId);
    if (merchant === undefined) throw new ApiError('merchant_not_found');
    return c.json(merchantAnswer(merchant));
  });

  // Without a session: a plain browser that scanned a printed code shows who would be paid.
  app.get('/v1/links/:code', async (c) => {
    const { code } = pathParameters(c, linkParametersSchema, 'link_not_found');
    const link = await usableLink(deps, code);
    return c.json(linkAnswer(link, deps.settings.publicBaseUrl));
  });

  return app;
}
