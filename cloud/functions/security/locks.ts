import { Hono } from 'hono';

import { paths } from '../../contract/paths';
import { unlockSchema } from '../../contract/security-schemas';
import { CAUTIOUS_AFTER_LOCK_MS } from '../../domain/identity';
import { inTransaction } from '../../store';
import { getAccountLock, lockAccount, unlockAccount } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { jsonBody } from '../http/body';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { confirmPresence } from './presence';
import { readSecurity } from './read';
import { spend } from './spend';

/** Lock the account now, and unlock it again. */
export function lockRoutes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);

  app.post(paths.accountLock, signedIn, async (c) =>
    answerOnce(c, deps, 'account_locks', {}, async () => {
      const caller = c.get('caller');
      const now = deps.now();
      await inTransaction(deps.db, async (db) => {
        const { accountId, sessionId } = caller;
        // Whoever locks what is locked has what they want.
        await lockAccount(db, { id: deps.newId(), accountId, sessionId, reason: 'user', now });
      });
      return { status: 200, body: await readSecurity(deps, caller) };
    }),
  );

  app.post(paths.accountUnlock, signedIn, async (c) => {
    const request = await jsonBody(c, unlockSchema);
    return answerOnce(c, deps, 'account_unlocks', request, async () => {
      const caller = c.get('caller');
      const { accountId, sessionId } = caller;
      const { challengeId, loginCode } = request;
      const lock = await getAccountLock(deps.db, accountId);
      if (lock?.lockedAt == null) throw new ApiError('account_not_locked');
      if (lock.unlockAfter === null) throw new ApiError('locked_by_operator');
      if (lock.unlockAfter > deps.now())
        throw new ApiError('unlock_too_early', undefined, {
          facts: { retryAt: lock.unlockAfter.toISOString() },
        });
      await confirmPresence(deps, caller, loginCode);
      await inTransaction(deps.db, async (db) => {
        const now = deps.now();
        await spend(deps, db, caller, challengeId, 'unlock');
        const cautiousUntil = new Date(now.getTime() + CAUTIOUS_AFTER_LOCK_MS);
        const unlock = { id: deps.newId(), accountId, sessionId, cautiousUntil, now };
        if (!(await unlockAccount(db, unlock))) throw new ApiError('account_not_locked');
      });
      return { status: 200, body: await readSecurity(deps, caller) };
    });
  });

  return app;
}
