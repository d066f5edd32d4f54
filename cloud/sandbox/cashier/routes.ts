import { randomBytes } from 'node:crypto';

import { Hono } from 'hono';

import type { Windows } from '../windows';
import { cashierPage } from './page';

/** `/cashier/:windowId`: the native password window, as a page to be shown inside a phone. */
export function cashierRoutes(windows: Windows): Hono {
  const routes = new Hono();
  routes.get('/cashier/:windowId', (c) => {
    const window = windows.find(c.req.param('windowId'));
    if (window === undefined || window.result !== undefined) return c.text('没有这个支付窗口', 404);
    const nonce = randomBytes(16).toString('base64');
    c.header(
      'Content-Security-Policy',
      `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; ` +
        "frame-ancestors 'self' http://localhost:* http://127.0.0.1:*",
    );
    c.header('Cache-Control', 'no-store');
    return c.html(cashierPage(window, nonce));
  });
  return routes;
}
