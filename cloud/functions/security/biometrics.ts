import { Hono } from 'hono';

import { biometricNonceParametersSchema, biometricSetSchema } from '../../contract/biometric-schemas';
import { paths } from '../../contract/paths';
import { passedChallengeSchema } from '../../contract/security-schemas';
import type { BiometricNonce } from '../../contract/types';
import { BIOMETRIC_NONCE_LIFETIME_MS, mayProve } from '../../domain/identity';
import { inTransaction } from '../../store';
import * as store from '../../store/identity';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { jsonBody, pathParameters } from '../http/body';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { confirmNewBiometric, offOrStopped } from './check-biometric';
import { noteEvent } from './events';
import { ownedFactors, readSecurity } from './read';
import { unlocked } from './unlocked';
import { spend } from './spend';

const NONCE_BYTES = 32;

/** Fingerprint and face of the host's phone: turn on with the PIN, turn off with the PIN, and what to sign for a challenge. */
export function biometricRoutes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);
  const mayChange = unlocked(deps);

  app.post('/v1/security/challenges/:challengeId/biometric-nonces', signedIn, async (c) => {
    const { challengeId } = pathParameters(c, biometricNonceParametersSchema, 'challenge_not_found');
    const caller = c.get('caller');
    const { accountId, sessionId } = caller;
    const now = deps.now();
    const challenge = await store.getChallenge(deps.db, { challengeId, accountId, sessionId, now });
    if (challenge === undefined) throw new ApiError('challenge_not_found');
    if (challenge.action === 'add_biometric') {
      if (challenge.passed.length < challenge.required) throw new ApiError('challenge_not_found');
    } else {
      if (!mayProve(challenge.action, 'biometric')) throw new ApiError('challenge_not_found');
      if (!(await ownedFactors(deps, caller)).has('biometric')) throw await offOrStopped(deps, caller);
    }
    const nonce = Buffer.from(deps.randomBytes(NONCE_BYTES)).toString('base64url');
    const expiresAt = new Date(
      Math.min(now.getTime() + BIOMETRIC_NONCE_LIFETIME_MS, challenge.expiresAt.getTime()),
    );
    await store.issueBiometricNonce(deps.db, { accountId, sessionId, challengeId, nonce, expiresAt });
    return c.json({ nonce, expiresAt: expiresAt.toISOString() } satisfies BiometricNonce, 201);
  });

  app.post(paths.biometric, signedIn, mayChange, async (c) => {
    const request = await jsonBody(c, biometricSetSchema);
    return answerOnce(c, deps, 'biometrics', request, async () => {
      const caller = c.get('caller');
      const { accountId, sessionId } = caller;
      const confirmed = await confirmNewBiometric(deps, caller, request);
      await inTransaction(deps.db, async (db) => {
        await spend(deps, db, caller, request.challengeId, 'add_biometric');
        const put = { accountId, sessionId, ...confirmed, now: deps.now() };
        if (!(await store.putBiometric(db, put))) throw new ApiError('unauthenticated');
        await noteEvent(deps, caller, 'biometric_added', db);
      });
      return { status: 200, body: await readSecurity(deps, caller) };
    });
  });

  app.post(paths.biometricRemove, signedIn, mayChange, async (c) => {
    const request = await jsonBody(c, passedChallengeSchema);
    return answerOnce(c, deps, 'biometric_removals', request, async () => {
      const caller = c.get('caller');
      await inTransaction(deps.db, async (db) => {
        await spend(deps, db, caller, request.challengeId, 'remove_biometric');
        if (!(await store.removeBiometric(db, caller))) throw new ApiError('biometric_not_set');
        await noteEvent(deps, caller, 'biometric_removed', db);
      });
      return { status: 200, body: await readSecurity(deps, caller) };
    });
  });

  return app;
}
