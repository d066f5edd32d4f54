import { Hono, type Context } from 'hono';

import { sessionCreateSchema, sessionRefreshSchema } from '../../contract/schemas';
import { paths } from '../../contract/paths';
import type { Account, Host, Session } from '../../contract/types';
import { missingConsents } from '../../domain/personal';
import { LoginCodeRejected } from '../../gateways/port';
import {
  countPayoutsAwaiting,
  createSession,
  getAccount,
  inTransaction,
  pointsBalance,
  revokeSession,
  rotateSession,
} from '../../store';
import { deviceStanding } from '../../store/identity';
import { accountOfLogin, getLogin, listLogins } from '../../store/logins';
import { getDeletion, lastConsents } from '../../store/personal';
import type { Dependencies } from '../dependencies';
import { coarseNetwork } from '../http/address';
import { authenticated } from '../http/auth';
import { jsonBody } from '../http/body';
import { sha256 } from '../http/canonical';
import type { App, Caller, Env } from '../http/environment';
import { errorFields } from '../http/log';
import { ApiError } from '../http/problem';
import { payeeOf } from '../payout/payee';
import { judgeSignIn } from '../risk/judge';
import { noteEvent } from '../security/events';
import type { NoticeSettings } from '../settings-notices';
import { displayName } from '../wording';
import { refreshTokens, type RefreshToken } from './refresh-tokens';

/** Sign in with a host's login code, refresh, sign out, and who is signed in. */
export function routes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);
  const tokens = refreshTokens({ ...deps, secret: deps.settings.sessionSecret });

  app.post(paths.sessions, async (c) => {
    const { host, code, deviceId, deviceName } = await jsonBody(c, sessionCreateSchema);
    deps.limits.count('signInFromAddress', c.get('clientAddress'));
    deps.limits.count('signInOfDevice', deviceId);
    const login = await deps.logins.get(host);
    const identity = await login.exchange(code).catch((error: unknown) => {
      if (error instanceof LoginCodeRejected)
        throw new ApiError('login_code_invalid', undefined, { cause: error });
      deps.log('warn', 'login_exchange_failed', {
        requestId: c.get('requestId'),
        host,
        ...errorFields(error),
      });
      throw new ApiError('gateway_unavailable', undefined, { cause: error });
    });
    const now = deps.now();
    const accountId = await accountOfLogin(deps.db, {
      id: deps.newId(),
      host,
      appId: host === 'weapp' ? deps.settings.wechat.appId : deps.settings.alipay.appId,
      openId: identity.openId,
      unionId: identity.unionId,
      now,
    });
    await judgeSignIn(deps, { accountId, deviceId });
    const sessionId = deps.newId();
    const refresh = tokens.issue(sessionId);
    const caller = { accountId, sessionId, host };
    await inTransaction(deps.db, async (db) => {
      const standing = await deviceStanding(db, { accountId, deviceId });
      await createSession(db, {
        id: sessionId,
        accountId,
        host,
        deviceId,
        deviceName,
        network: coarseNetwork(c.get('clientAddress')),
        refreshTokenHash: refresh.hash,
        expiresAt: refresh.expiresAt,
        now,
      });
      // Deleted, joined or unlinked while this went on: whoever asks again has another account.
      if ((await getLogin(db, { accountId, host })) === undefined) throw new ApiError('login_code_invalid');
      if (standing.first || standing.signedIn) return;
      await noteEvent(deps, caller, standing.known ? 'signed_in' : 'device_added', db);
    });
    return c.json(await sessionAnswer(c, caller, refresh), 201);
  });

  app.post(paths.sessionRefresh, async (c) => {
    const { refreshToken } = await jsonBody(c, sessionRefreshSchema);
    let refresh: RefreshToken | undefined;
    const rotated = await inTransaction(deps.db, async (db) => {
      const rotation = await rotateSession(db, {
        refreshTokenHash: sha256(refreshToken),
        madeFor: tokens.madeFor(refreshToken),
        next: (sessionId) => (refresh = tokens.issue(sessionId)),
        network: coarseNetwork(c.get('clientAddress')),
        now: deps.now(),
      });
      if (rotation.outcome === 'reused') await noteEvent(deps, rotation, 'token_reused', db);
      return rotation;
    });
    if (rotated.outcome === 'reused') {
      // A token that comes back was copied: its session has been revoked, both holders must sign in again.
      deps.log('warn', 'refresh_token_reused', { requestId: c.get('requestId') });
    }
    if (rotated.outcome !== 'rotated' || refresh === undefined) throw new ApiError('refresh_token_invalid');
    const { accountId, sessionId, host } = rotated;
    const caller = { accountId, sessionId, host };
    return c.json(await sessionAnswer(c, caller, refresh), 200);
  });

  app.delete(paths.sessionCurrent, signedIn, async (c) => {
    await revokeSession(deps.db, { sessionId: c.get('caller').sessionId, now: deps.now() });
    return c.body(null, 204);
  });

  app.get(paths.me, signedIn, async (c) => c.json(await accountAnswer(c, c.get('caller'))));

  async function accountAnswer(c: Context<Env>, { accountId, host }: Caller): Promise<Account> {
    const [account, logins] = await Promise.all([
      getAccount(deps.db, accountId),
      listLogins(deps.db, accountId),
    ]);
    const login = logins.find((one) => one.host === host);
    if (account === undefined || login === undefined) throw new ApiError('unauthenticated');
    const [points, payoutsAwaiting, said, deletion] = await Promise.all([
      pointsBalance(deps.db, accountId),
      countPayoutsAwaiting(deps.db, payeeOf(login)),
      lastConsents(deps.db, accountId),
      getDeletion(deps.db, accountId),
    ]);
    return {
      id: account.id,
      host,
      linkedHosts: logins.map((one) => one.host),
      displayName: displayName(host, account.id, c.get('language')),
      pointsBalance: points,
      noticeTemplates: templatesOf(deps.settings.notices[host]),
      payoutsAwaiting,
      consentsMissing: [...missingConsents(deps.documents, said, deps.now())],
      deletionDueAt: deletion?.dueAt.toISOString() ?? null,
      createdAt: account.createdAt.toISOString(),
    };
  }

  async function sessionAnswer(c: Context<Env>, caller: Caller, refresh: RefreshToken): Promise<Session> {
    const access = await deps.tokens.access.sign(caller);
    return {
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt.toISOString(),
      refreshToken: refresh.token,
      refreshTokenExpiresAt: refresh.expiresAt.toISOString(),
      account: await accountAnswer(c, caller),
    };
  }

  return app;
}

/** The ids of what is set up, each once: hosts refuse to ask for one twice. */
const templatesOf = ({ paid, refunded, locked }: NoticeSettings[Host]): string[] => [
  ...new Set([paid, refunded, locked].flatMap((template) => template?.id ?? [])),
];
