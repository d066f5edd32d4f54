import { Hono, type Context } from 'hono';

import { deviceParametersSchema } from '../../contract/device-schemas';
import { paths } from '../../contract/paths';
import type { DeviceList } from '../../contract/types';
import { inTransaction } from '../../store';
import { endOtherSessions, listDevices, signDeviceOut } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { pathParameters } from '../http/body';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { noteEvent } from './events';

/**
 * The devices on which an account is signed in: see them, sign one out, sign all others out. What is signed out holds no
 * token that works; whoever has the phone and its host's sign-in can sign in again, which the account's events tell.
 */
export function deviceRoutes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);

  async function answer(c: Context<Env>): Promise<DeviceList> {
    const { accountId, sessionId } = c.get('caller');
    const devices = await listDevices(deps.db, { accountId, sessionId, now: deps.now() });
    return {
      items: devices.map(({ firstSeenAt, lastSeenAt, ...device }) => ({
        ...device,
        firstSeenAt: firstSeenAt.toISOString(),
        lastSeenAt: lastSeenAt.toISOString(),
      })),
    };
  }

  app.get(paths.devices, signedIn, async (c) => c.json(await answer(c)));

  app.delete('/v1/security/devices/:sessionId', signedIn, async (c) => {
    const { sessionId } = pathParameters(c, deviceParametersSchema, 'device_not_found');
    const caller = c.get('caller');
    await inTransaction(deps.db, async (db) => {
      const device = { accountId: caller.accountId, sessionId, now: deps.now() };
      if (!(await signDeviceOut(db, device))) throw new ApiError('device_not_found');
      await noteEvent(deps, caller, 'device_signed_out', db);
    });
    return c.body(null, 204);
  });

  app.post(paths.devicesSignOutOthers, signedIn, async (c) =>
    answerOnce(c, deps, 'device_sign_outs', {}, async () => {
      const caller = c.get('caller');
      const { accountId, sessionId } = caller;
      await inTransaction(deps.db, async (db) => {
        const ended = await endOtherSessions(db, { accountId, sessionId, now: deps.now() });
        if (ended > 0) await noteEvent(deps, caller, 'others_signed_out', db);
      });
      return { status: 200, body: await answer(c) };
    }),
  );

  return app;
}
