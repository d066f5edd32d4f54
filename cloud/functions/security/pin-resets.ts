import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import { pinResetRequestSchema, pinResetSchema } from '../../contract/security-schemas';
import { pinWeakness } from '../../domain/identity';
import { inTransaction } from '../../store';
import { askPinReset, getPin, removeBiometrics, replacePin } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { jsonBody } from '../http/body';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { noteEvent } from './events';
import { confirmPresence } from './presence';
import { readSecurity } from './read';
import { ownDigits } from './sms';
import { unlocked } from './unlocked';
import { pinSchema, unseal } from './unseal';
import { spend } from './spend';

/** How long whoever has no other factor waits, in ms: the owner sees it and ends it by entering the PIN. */
const RESET_WAIT_MS = 24 * 3_600_000;

/** A forgotten PIN is set anew by another factor, or after a wait. */
export function pinResetRoutes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);
  const mayChange = unlocked(deps);

  app.post(paths.paymentPinResetRequest, signedIn, mayChange, async (c) => {
    const request = await jsonBody(c, pinResetRequestSchema);
    return answerOnce(c, deps, 'pin_reset_requests', request, async () => {
      const caller = c.get('caller');
      await confirmPresence(deps, caller, request.loginCode);
      await inTransaction(deps.db, async (db) => {
        const resetAfter = new Date(deps.now().getTime() + RESET_WAIT_MS);
        if (!(await askPinReset(db, { accountId: caller.accountId, resetAfter })))
          throw new ApiError('pin_not_set');
        await noteEvent(deps, caller, 'pin_reset_asked', db);
      });
      return { status: 200, body: await readSecurity(deps, caller) };
    });
  });

  app.post(paths.paymentPinReset, signedIn, mayChange, async (c) => {
    const request = await jsonBody(c, pinResetSchema);
    return answerOnce(c, deps, 'pin_resets', request, () =>
      deps.identity.turns.take(async () => {
        const caller = c.get('caller');
        const { accountId } = caller;
        const { challengeId } = request;
        const { pin } = await unseal(deps, caller, request.sealed, pinSchema);
        if (pinWeakness(pin, await ownDigits(deps, accountId)) !== undefined) throw new ApiError('pin_weak');
        const known = await getPin(deps.db, accountId);
        if (known === undefined) throw new ApiError('pin_not_set');
        if (challengeId === undefined && (known.resetAfter === null || known.resetAfter > deps.now()))
          throw new ApiError('pin_reset_not_due', undefined, {
            facts: known.resetAfter === null ? {} : { retryAt: known.resetAfter.toISOString() },
          });
        await confirmPresence(deps, caller, request.loginCode);
        const hash = await deps.identity.pins.hash(accountId, pin);
        await inTransaction(deps.db, async (db) => {
          const now = deps.now();
          if (challengeId !== undefined) await spend(deps, db, caller, challengeId, 'reset_pin');
          // Set by another request meanwhile: that one holds.
          if (!(await replacePin(db, { accountId, replacedHash: known.hash, hash, now })))
            throw new ApiError('sealing_key_invalid');
          await noteEvent(deps, caller, 'pin_reset', db);
          // Whoever turned it on knew the PIN that is gone.
          if (await removeBiometrics(db, accountId)) await noteEvent(deps, caller, 'biometric_removed', db);
        });
        return { status: 200, body: await readSecurity(deps, caller) };
      }),
    );
  });

  return app;
}
