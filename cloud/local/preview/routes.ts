import path from 'node:path';

import { serveStatic } from '@hono/node-server/serve-static';
import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import { getLink, SEED_LINKS, type Database } from '../../store';
import { ROOT } from '../builds';
import { previewPage, type ShownLink } from './page';

export interface PreviewOptions {
  readonly db: Database;
  readonly sandboxUrl: string;
}

const DIST = path.relative(process.cwd(), path.join(ROOT, 'dist')) || '.';

/** The page with the two phones, the app they show, and the public page behind a merchant's link. */
export function previewRoutes(options: PreviewOptions): Hono {
  const routes = new Hono();
  routes.get('/', async (c) => {
    const links: ShownLink[] = [];
    for (const [kind, code] of Object.entries(SEED_LINKS)) {
      const link = await getLink(options.db, code);
      if (link) links.push({ kind, code, merchant: link.merchant.name, amountFen: link.amountFen });
    }
    c.header('Cache-Control', 'no-store');
    return c.html(previewPage({ sandboxUrl: options.sandboxUrl, links }));
  });
  routes.use('/h5/*', serveStatic({ root: DIST }));
  // A link opened in a plain browser: the app itself tells whom it pays and where to open it.
  routes.get('/l/:code', serveStatic({ root: DIST, path: 'h5/index.html' }));
  routes.get('/proof.html', (c) => c.redirect(paths.ledgerProofPage));
  routes.notFound((c) => c.text('Not found', 404));
  return routes;
}
