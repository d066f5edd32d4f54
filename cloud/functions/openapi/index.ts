import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import type { Dependencies } from '../dependencies';
import type { App, Env } from '../http/environment';

/** `GET /v1/openapi.json`. The generator is loaded by the first reader, so that no payment waits for it. */
export function routes(deps: Pick<Dependencies, 'settings'>): App {
  const app = new Hono<Env>();
  let document: Promise<object> | undefined;
  app.get(paths.openapi, async (c) => {
    document ??= import('./document').then((module) => module.openApiDocument(deps.settings.publicBaseUrl));
    return c.json(await document);
  });
  return app;
}
