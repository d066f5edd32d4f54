import type { Dependencies } from './dependencies';
import { routes as health } from './health';
import type { App } from './http/environment';
import { createKernel } from './http/kernel';

/** What a function exports: its routes on an app of its own. */
export type Routes = (deps: Dependencies) => App;

/** Mounts functions on a kernel, with the health checks: one of them deployed alone, all of them in one process. */
export function mount(deps: Dependencies, ...functions: readonly Routes[]): App {
  const app = createKernel({
    ...deps,
    isOriginAllowed: (origin) => isOriginAllowed(deps, origin),
    proxyHops: deps.settings.rates.proxyHops,
  });
  for (const routes of [health, ...functions]) app.route('/', routes(deps));
  return app;
}

/** The mini-programs need no CORS; pages do: our own, and outside production those of this machine. */
function isOriginAllowed(deps: Dependencies, origin: string): boolean {
  if (origin === new URL(deps.settings.publicBaseUrl).origin) return true;
  return !deps.settings.production && /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.test(origin);
}
