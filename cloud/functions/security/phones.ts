import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import { phoneSetSchema } from '../../contract/phone-schemas';
import { passedChallengeSchema } from '../../contract/security-schemas';
import { PhoneRejected } from '../../gateways/hosts/phones';
import { inTransaction } from '../../store';
import { forgetPhone, putPhone } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { jsonBody } from '../http/body';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { errorFields } from '../http/log';
import { ApiError } from '../http/problem';
import { requireConsent } from '../personal/required';
import { noteEvent } from './events';
import { confirmPresence } from './presence';
import { ownedFactors, readSecurity } from './read';
import { unlocked } from './unlocked';
import { spend } from './spend';

/** How long another number than before takes no codes, in ms: whoever took an account over cannot go on by it at once. */
const TRUSTED_AFTER_MS = 24 * 3_600_000;

/** The account's phone: taken from the host with its user's consent, and taken away. Off where the vault has no keys. */
export function phoneRoutes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);
  const mayChange = unlocked(deps);

  app.post(paths.phone, signedIn, mayChange, async (c) => {
    const request = await jsonBody(c, phoneSetSchema);
    return answerOnce(c, deps, 'phones', request, async () => {
      const caller = c.get('caller');
      const { accountId } = caller;
      const { proof, loginCode, challengeId } = request;
      const keys = deps.vault;
      const reader = await deps.hosts.phones(caller.host);
      if (keys === undefined || reader === undefined) throw new ApiError('phone_unavailable');
      await requireConsent(deps, accountId, 'phone_number');
      // A phone is a factor: whoever has others proves one of them first.
      const needsChallenge = (await ownedFactors(deps, caller)).size > 0;
      if (needsChallenge && challengeId === undefined) throw new ApiError('challenge_not_found');
      const { openId } = await confirmPresence(deps, caller, loginCode);
      const phone = await reader.read(proof, openId).catch((error: unknown) => {
        if (error instanceof PhoneRejected)
          throw new ApiError(error.reason === 'proof' ? 'phone_proof_invalid' : 'phone_unsupported');
        deps.log('warn', 'phone_not_told', { host: caller.host, ...errorFields(error) });
        throw new ApiError('gateway_unavailable', undefined, { cause: error });
      });
      const put = {
        accountId,
        recordId: deps.newId(),
        phone,
        trustedAfterMs: TRUSTED_AFTER_MS,
        now: deps.now(),
      };
      await putPhone(deps.db, keys, put, async (db, replaced) => {
        if (needsChallenge) await spend(deps, db, caller, challengeId ?? '', 'set_phone');
        await noteEvent(deps, caller, replaced ? 'phone_changed' : 'phone_set', db);
      });
      return { status: 200, body: await readSecurity(deps, caller) };
    });
  });

  app.post(paths.phoneRemove, signedIn, mayChange, async (c) => {
    const request = await jsonBody(c, passedChallengeSchema);
    return answerOnce(c, deps, 'phone_removals', request, async () => {
      const caller = c.get('caller');
      await inTransaction(deps.db, async (db) => {
        await spend(deps, db, caller, request.challengeId, 'remove_phone');
        if (!(await forgetPhone(db, { accountId: caller.accountId, now: deps.now() })))
          throw new ApiError('phone_not_set');
        await noteEvent(deps, caller, 'phone_removed', db);
      });
      return { status: 200, body: await readSecurity(deps, caller) };
    });
  });

  return app;
}
