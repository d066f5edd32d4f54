import { Hono } from 'hono';

import { type BillDesk } from '../bills/desk';
import { type Gateway } from './gateway';

/** What may go wrong with one call, by its method name. */
export type TakeFault = (
  operation: string,
) => { readonly kind: string; readonly delayMs: number } | undefined;

/** `/gateway.do`, whose replies are JSON that the real one calls text/html; and where bills are fetched. */
export function gatewayRoutes(
  gateway: Gateway,
  desk: BillDesk,
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
  // The address is the secret: whoever has it gets the file.
  routes.get('/alipay/bill/download', (context) => {
    const file = desk.take(context.req.query('token') ?? '');
    if (file === undefined || !('bytes' in file)) return context.text('下载链接已失效', 403);
    return context.body(new Uint8Array(file.bytes), 200, { 'content-type': 'application/zip' });
  });
  return routes;
}
