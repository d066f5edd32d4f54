import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import { securityEventListQuerySchema } from '../../contract/security-schemas';
import { listSecurityEvents } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { query } from '../http/body';
import { pageAt } from '../http/cursor';
import type { App, Env } from '../http/environment';
import { eventsAnswer } from './answers';
import { authenticatorRoutes } from './authenticators';
import { biometricRoutes } from './biometrics';
import { challengeRoutes } from './challenges';
import { deviceRoutes } from './devices';
import { lockRoutes } from './locks';
import { loginRoutes } from './logins';
import { pinResetRoutes } from './pin-resets';
import { phoneRoutes } from './phones';
import { pinRoutes } from './pins';
import { readSecurity } from './read';
import { smsRoutes } from './sms';

/** The account's security: payment PIN, challenges, devices, lock, and what happened. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);

  app.get(paths.security, signedIn, async (c) => c.json(await readSecurity(deps, c.get('caller'))));
  app.get(paths.securityEvents, signedIn, async (c) => {
    const { accountId } = c.get('caller');
    const page = { accountId, ...query(c, securityEventListQuerySchema) };
    return c.json(eventsAnswer(await pageAt(listSecurityEvents(deps.db, page))));
  });
  for (const part of [
    pinRoutes,
    pinResetRoutes,
    authenticatorRoutes,
    biometricRoutes,
    challengeRoutes,
    deviceRoutes,
    phoneRoutes,
    smsRoutes,
    lockRoutes,
    loginRoutes,
  ])
    app.route('/', part(deps));
  return app;
}
