import { Hono } from 'hono';

import type { Dependencies } from '../dependencies';
import type { App, Env } from '../http/environment';
import { consentRoutes } from './consents';
import { deletionRoutes } from './deletion';
import { exportRoutes } from './exports';

/** What the Personal Information Protection Law gives people: consents, a copy of all that is kept, deletion. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  for (const part of [consentRoutes, exportRoutes, deletionRoutes]) app.route('/', part(deps));
  return app;
}
