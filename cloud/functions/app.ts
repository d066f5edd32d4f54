import type { Dependencies } from './dependencies';
import { routes as fee } from './fee';
import { routes as health } from './health';
import type { App } from './http/environment';
import { createKernel } from './http/kernel';
import { routes as job } from './job';
import { routes as merchant } from './merchant';
import { routes as notification } from './notification';
import { routes as openapi } from './openapi';
import { routes as order } from './order';
import { routes as payment } from './payment';
import { routes as session } from './session';

/** Mounts functions on a kernel: one of them for a function deployed alone, all of them for one process. */
export function mount(deps: Dependencies, ...functions: readonly ((deps: Dependencies) => App)[]): App {
  const app = createKernel({ ...deps, isOriginAllowed: (origin) => isOriginAllowed(deps, origin) });
  for (const routes of functions) app.route('/', routes(deps));
  return app;
}

/** The whole API in one app. */
export const createApp = (deps: Dependencies): App =>
  mount(deps, health, session, merchant, fee, order, payment, notification, job, openapi);

/** The mini-programs need no CORS; pages do: our own, and outside production those of this machine. */
function isOriginAllowed(deps: Dependencies, origin: string): boolean {
  if (origin === new URL(deps.settings.publicBaseUrl).origin) return true;
  return !deps.settings.production && /^http:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/.test(origin);
}
