import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import { authenticatorConfirmSchema, passedChallengeSchema } from '../../contract/security-schemas';
import type { AuthenticatorSetup, RecoveryCodes } from '../../contract/types';
import { inTransaction } from '../../store';
import { beginAuthenticator, confirmAuthenticator, removeAuthenticator } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { jsonBody } from '../http/body';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { qrImage } from '../qr-image';
import { displayName } from '../wording';
import { checkCode } from './check-code';
import { noteEvent } from './events';
import { readSecurity } from './read';
import { unlocked } from './unlocked';
import { spend } from './spend';

/**
 * Set up an authenticator app, and take it away. What is told once only is kept by no idempotency key: asked for again it
 * is made anew.
 */
export function authenticatorRoutes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);
  const mayChange = unlocked(deps);

  app.post(paths.authenticator, signedIn, mayChange, async (c) => {
    const { challengeId } = await jsonBody(c, passedChallengeSchema);
    const caller = c.get('caller');
    const language = c.get('language');
    await spend(deps, deps.db, caller, challengeId, 'add_authenticator');
    const label = displayName(caller.host, caller.accountId, language);
    const secret = await deps.identity.codes.newSecret(caller.accountId, label);
    const begun = { accountId: caller.accountId, secret: secret.sealed, now: deps.now() };
    if (!(await beginAuthenticator(deps.db, begun))) throw new ApiError('authenticator_already_set');
    const { base32, uri } = secret;
    return c.json({ secret: base32, uri, qrImage: qrImage(uri) } satisfies AuthenticatorSetup, 201);
  });

  app.post(paths.authenticatorConfirm, signedIn, mayChange, async (c) => {
    const { code } = await jsonBody(c, authenticatorConfirmSchema);
    const caller = c.get('caller');
    const { accountId } = caller;
    await checkCode(deps, caller, code, false);
    const recoveryCodes = deps.identity.codes.newRecoveryCodes();
    const recoveryHashes = recoveryCodes.map(
      (recovery) => deps.identity.codes.recoveryHashes(accountId, recovery)[0] ?? '',
    );
    await inTransaction(deps.db, async (db) => {
      if (!(await confirmAuthenticator(db, { accountId, recoveryHashes, now: deps.now() })))
        throw new ApiError('authenticator_already_set');
      await noteEvent(deps, caller, 'authenticator_added', db);
    });
    return c.json({ recoveryCodes: [...recoveryCodes] } satisfies RecoveryCodes, 201);
  });

  app.post(paths.authenticatorRemove, signedIn, mayChange, async (c) => {
    const request = await jsonBody(c, passedChallengeSchema);
    return answerOnce(c, deps, 'authenticator_removals', request, async () => {
      const caller = c.get('caller');
      await spend(deps, deps.db, caller, request.challengeId, 'remove_authenticator');
      await inTransaction(deps.db, async (db) => {
        if (!(await removeAuthenticator(db, caller.accountId))) throw new ApiError('authenticator_not_set');
        await noteEvent(deps, caller, 'authenticator_removed', db);
      });
      return { status: 200, body: await readSecurity(deps, caller) };
    });
  });

  return app;
}
