import { Hono, type Context } from 'hono';

import type { ErrorCode } from '../../contract/errors';
import {
  joinCreateSchema,
  joinPreviewCreateSchema,
  linkCodeCreateSchema,
  unlinkCreateSchema,
} from '../../contract/login-schemas';
import { paths } from '../../contract/paths';
import type { Host, JoinPreview, Joined, LinkCode, LoginList } from '../../contract/types';
import { accountLinkCode } from '../../domain';
import { LINK_CODE_LIFETIME_MS, UNLINK_PAUSE_MS, type JoinObstacle } from '../../domain/identity';
import { deviceOfSession, idempotency, inTransaction } from '../../store';
import { getPhone, getPin } from '../../store/identity';
import {
  accountOfLinkCode,
  joinAccounts,
  joinObstacle,
  keepLinkCode,
  listLogins,
  sealCardsFor,
  unlinkLogin,
  whatMoves,
} from '../../store/logins';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { jsonBody } from '../http/body';
import type { App, Caller, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { requireConsent } from '../personal/required';
import { qrImage } from '../qr-image';
import { linkCodeHash } from './link-code-hash';
import { confirmPresence } from './presence';
import { unlocked } from './unlocked';
import { spend } from './spend';

const REFUSALS: Readonly<Record<JoinObstacle, ErrorCode>> = {
  same_host: 'link_same_host',
  code_invalid: 'link_code_invalid',
  locked: 'link_account_locked',
  being_deleted: 'link_being_deleted',
  under_way: 'link_must_wait',
  phone_differs: 'link_phone_differs',
};
const HOSTS: readonly Host[] = ['weapp', 'alipay'];
const CODE_BYTES = 16;

/**
 * The hosts in which somebody signs in to an account. One host shows a code, made for ten minutes against its factors; the other
 * enters it and proves its own: only who holds both accounts, with one phone number, joins them.
 */
export function loginRoutes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);
  const mayChange = unlocked(deps);

  app.get(paths.logins, signedIn, async (c) => c.json(await answer(c.get('caller'))));

  // What is told once only is kept by no idempotency key: asked for again it is made anew.
  app.post(paths.loginLinkCodes, signedIn, mayChange, async (c) => {
    const { challengeId, loginCode } = await jsonBody(c, linkCodeCreateSchema);
    const caller = c.get('caller');
    const { accountId } = caller;
    deps.limits.count('linkCodeOfAccount', accountId);
    await requireConsent(deps, accountId, 'account_linking');
    await requireFactors(accountId);
    if ((await listLogins(deps.db, accountId)).length >= HOSTS.length) throw new ApiError('link_same_host');
    await confirmPresence(deps, caller, loginCode);
    const now = deps.now();
    const code = accountLinkCode(deps.randomBytes(CODE_BYTES));
    const expiresAt = new Date(now.getTime() + LINK_CODE_LIFETIME_MS);
    await inTransaction(deps.db, async (db) => {
      await spend(deps, db, caller, challengeId, 'link_login');
      await keepLinkCode(db, { accountId, hash: linkCodeHash(deps.settings, code), expiresAt, now });
    });
    return c.json(
      { code, qrImage: qrImage(code), expiresAt: expiresAt.toISOString() } satisfies LinkCode,
      201,
    );
  });

  app.post(paths.loginJoinPreviews, signedIn, mayChange, async (c) => {
    const { code } = await jsonBody(c, joinPreviewCreateSchema);
    const { accountId } = c.get('caller');
    const { into, expiresAt } = await accountOf(c, code);
    const obstacle = await joinObstacle(deps.db, { into, from: accountId, now: deps.now() });
    if (obstacle !== undefined) throw new ApiError(REFUSALS[obstacle]);
    const [logins, phone, moves] = await Promise.all([
      listLogins(deps.db, into),
      getPhone(deps.db, accountId),
      whatMoves(deps.db, accountId),
    ]);
    return c.json({
      hosts: logins.map(({ host }) => host),
      phone: phone?.masked ?? '',
      expiresAt: expiresAt.toISOString(),
      moves: { ...moves },
    } satisfies JoinPreview);
  });

  app.post(paths.loginJoins, signedIn, mayChange, async (c) => {
    const request = await jsonBody(c, joinCreateSchema);
    return answerOnce(c, deps, 'login_joins', request, async (remember) => {
      const caller = c.get('caller');
      const { accountId, sessionId, host } = caller;
      const keys = deps.vault;
      if (keys === undefined) throw new ApiError('phone_unavailable');
      const { into, hash } = await accountOf(c, request.code);
      await requireConsent(deps, accountId, 'account_linking');
      await requireConsent(deps, into, 'account_linking');
      await confirmPresence(deps, caller, request.loginCode);
      const both = { into, from: accountId };
      const cards = await sealCardsFor(deps.db, keys, both);
      const body: Joined = { joined: true };
      const { newId } = deps;
      const join = { ...both, host, sessionId, hash, cards, id: newId(), newId, now: deps.now() };
      const joined = await joinAccounts(deps.db, join, async (db) => {
        await spend(deps, db, caller, request.challengeId, 'join_account');
        await remember({ status: 200, body }, (kept) => idempotency.finish(db, kept));
      });
      if (joined.outcome === 'refused') throw new ApiError(REFUSALS[joined.obstacle]);
      return { status: 200, body };
    });
  });

  app.post(paths.loginUnlinks, signedIn, mayChange, async (c) => {
    const request = await jsonBody(c, unlinkCreateSchema);
    return answerOnce(c, deps, 'login_unlinks', request, async (remember) => {
      const caller = c.get('caller');
      const { accountId, sessionId } = caller;
      const { host } = request;
      const now = deps.now();
      const unlink = { accountId, sessionId, host, id: deps.newId(), pauseMs: UNLINK_PAUSE_MS, now };
      const items = (await answer(caller)).items.filter((login) => login.host !== host);
      const body: LoginList = { items };
      const unlinked = await unlinkLogin(deps.db, unlink, async (db) => {
        await spend(deps, db, caller, request.challengeId, 'unlink_login');
        await remember({ status: 200, body }, (kept) => idempotency.finish(db, kept));
      });
      switch (unlinked.outcome) {
        case 'not_linked':
          throw new ApiError('login_not_linked');
        case 'last_login':
          throw new ApiError('login_is_last');
        case 'too_soon':
          throw new ApiError('unlink_too_soon', undefined, {
            facts: { retryAt: unlinked.retryAt.toISOString() },
          });
        case 'unlinked':
          return { status: 200, body };
      }
    });
  });

  async function answer({ accountId, host }: Caller): Promise<LoginList> {
    const logins = await listLogins(deps.db, accountId);
    return {
      items: logins.map((login) => ({
        host: login.host,
        current: login.host === host,
        linkedAt: login.linkedAt.toISOString(),
      })),
    };
  }

  /** The account that a code leads to; `link_code_invalid` for whatever is none, as for one that is over. */
  async function accountOf(c: Context<Env>, code: string) {
    const { accountId, sessionId } = c.get('caller');
    deps.limits.count('linkTryFromAddress', c.get('clientAddress'));
    deps.limits.count('linkTryOfAccount', accountId);
    deps.limits.count('linkTryOfDevice', await deviceOfSession(deps.db, sessionId));
    await requireFactors(accountId);
    const hash = linkCodeHash(deps.settings, code);
    const found = await accountOfLinkCode(deps.db, { hash, now: deps.now() });
    if (found === undefined || found.accountId === accountId) throw new ApiError('link_code_invalid');
    return { into: found.accountId, expiresAt: found.expiresAt, hash };
  }

  /** Both accounts have a phone, which tells that they are one person's, and a PIN that proves it. */
  async function requireFactors(accountId: string): Promise<void> {
    const [phone, pin] = await Promise.all([getPhone(deps.db, accountId), getPin(deps.db, accountId)]);
    if (phone === undefined) throw new ApiError('phone_not_set');
    if (pin === undefined) throw new ApiError('pin_not_set');
  }

  return app;
}
