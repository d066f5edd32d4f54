import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import { pinChangeSchema, pinCreateSchema } from '../../contract/security-schemas';
import type { SealingKey } from '../../contract/types';
import { pinWeakness } from '../../domain/identity';
import { inTransaction } from '../../store';
import { createPin, issueSealingKey, replacePin } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { jsonBody } from '../http/body';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { checkPin } from './enter-pin';
import { noteEvent } from './events';
import { confirmPresence } from './presence';
import { readSecurity } from './read';
import { ownDigits } from './sms';
import { unlocked, unlockedByOthers } from './unlocked';
import { pinPairSchema, pinSchema, unseal } from './unseal';

/** How long a device has to seal what a person enters, in ms. */
const SEALING_KEY_LIFETIME_MS = 2 * 60_000;
const SEED_BYTES = 32;

/** Keys of one use for what devices seal, and the payment PIN: set, change. */
export function pinRoutes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);
  const mayChange = unlocked(deps);
  const mayBegin = unlockedByOthers(deps);

  app.post(paths.sealingKeys, signedIn, async (c) => {
    const { accountId, sessionId } = c.get('caller');
    const id = deps.newId();
    const now = deps.now();
    const expiresAt = new Date(now.getTime() + SEALING_KEY_LIFETIME_MS);
    await issueSealingKey(deps.db, { accountId, sessionId, id, expiresAt, now });
    return c.json(
      {
        keyId: id,
        publicKey: deps.identity.sealing.publicKey(id).toString('base64url'),
        seed: Buffer.from(deps.randomBytes(SEED_BYTES)).toString('base64url'),
        expiresAt: expiresAt.toISOString(),
      } satisfies SealingKey,
      201,
    );
  });

  app.post(paths.paymentPin, signedIn, mayBegin, async (c) => {
    const request = await jsonBody(c, pinCreateSchema);
    return answerOnce(c, deps, 'pins', request, () =>
      deps.identity.turns.take(async () => {
        const caller = c.get('caller');
        const { pin } = await unseal(deps, caller, request.sealed, pinSchema);
        if (pinWeakness(pin, await ownDigits(deps, caller.accountId)) !== undefined)
          throw new ApiError('pin_weak');
        await confirmPresence(deps, caller, request.loginCode);
        const hash = await deps.identity.pins.hash(caller.accountId, pin);
        await inTransaction(deps.db, async (db) => {
          const created = await createPin(db, { accountId: caller.accountId, hash, now: deps.now() });
          if (!created) throw new ApiError('pin_already_set');
          await noteEvent(deps, caller, 'pin_set', db);
        });
        return { status: 201, body: await readSecurity(deps, caller) };
      }),
    );
  });

  app.post(paths.paymentPinChange, signedIn, mayChange, async (c) => {
    const request = await jsonBody(c, pinChangeSchema);
    return answerOnce(c, deps, 'pin_changes', request, () =>
      deps.identity.turns.take(async () => {
        const caller = c.get('caller');
        const { pin, newPin } = await unseal(deps, caller, request.sealed, pinPairSchema);
        const replacedHash = await checkPin(deps, caller, pin);
        if (newPin === pin) throw new ApiError('pin_unchanged');
        if (pinWeakness(newPin, await ownDigits(deps, caller.accountId)) !== undefined)
          throw new ApiError('pin_weak');
        const hash = await deps.identity.pins.hash(caller.accountId, newPin);
        await inTransaction(deps.db, async (db) => {
          const { accountId } = caller;
          // Changed by another request while this one was hashing: that one holds.
          if (!(await replacePin(db, { accountId, replacedHash, hash, now: deps.now() })))
            throw new ApiError('sealing_key_invalid');
          await noteEvent(deps, caller, 'pin_changed', db);
        });
        return { status: 200, body: await readSecurity(deps, caller) };
      }),
    );
  });

  return app;
}
