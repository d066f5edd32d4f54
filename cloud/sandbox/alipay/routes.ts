import { Hono } from 'hono';

import { type Gateway } from './gateway';

/** What may go wrong with one call, by its method name. */
export type TakeFault = (
  operation: string,
) => { readonly kind: string; readonly delayMs: number } | undefined;

/** `/gateway.do`. Replies are JSON, but the real one calls them text/html. */
export function gatewayRoutes(
  gateway: Gateway,
  takeFault: TakeFault,
  sleep: (durationMs: number) => Promise<void>,
): Hono {
  const routes = new Hono();
  routes.on(['GET', 'POST'], '/gateway.do', async (context) => {
    const query = Object.fromEntries(new URL(context.req.url).searchParams);
    const isForm = (context.req.header('content-type') ?? '').startsWith('application/x-www-form-urlencoded');
    const form = isForm ? Object.fromEntries(new URLSearchParams(await context.req.text())) : {};

    const fault = takeFault(form.method ?? query.method ?? '');
    if (fault?.kind === 'http_500') return context.text('Internal Server Error', 500);
    if (fault?.kind === 'delay') await sleep(fault.delayMs);
    const reply = gateway.answer(
      { query, form },
      {
        refuse: fault?.kind === 'refuse',
        spoilSignature: fault?.kind === 'bad_signature',
        failAfterwards: fault?.kind === 'error_after_commit',
      },
    );
    if (fault?.kind === 'timeout_after_commit') await sleep(fault.delayMs);
    return context.body(reply, 200, { 'content-type': 'text/html;charset=utf-8' });
  });
  return routes;
}
