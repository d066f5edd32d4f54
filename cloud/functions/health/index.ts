import { Hono } from 'hono';

import { isReady } from '../../store';
import type { Dependencies } from '../dependencies';
import type { App, Env } from '../http/environment';
import { errorFields } from '../http/log';
import { ApiError } from '../http/problem';

/** `GET /healthz` (the process answers) and `GET /readyz` (the database answers and its migrations are applied). */
export function routes(deps: Pick<Dependencies, 'db' | 'log'>): App {
  const app = new Hono<Env>();
  app.get('/healthz', (c) => c.json({ status: 'ok' }));
  app.get('/readyz', async (c) => {
    const ready = await isReady(deps.db).catch((error: unknown) => {
      deps.log('warn', 'database_not_ready', errorFields(error));
      return false;
    });
    if (!ready) throw new ApiError('not_ready');
    return c.json({ status: 'ok' });
  });
  return app;
}
