import { timingSafeEqual } from 'node:crypto';

import { Hono } from 'hono';

import { smsSentParametersSchema } from '../../contract/phone-schemas';
import type { SmsSent } from '../../contract/types';
import { nationalDigits } from '../../domain/phones';
import { mayProve, SMS_CODE_LIFETIME_MS, SMS_TRIES_MAX } from '../../domain/identity';
import { Secret } from '../../domain/secret';
import * as store from '../../store/identity';
import { indexOf } from '../../store/vault';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { pathParameters } from '../http/body';
import type { App, Caller, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { errorFields } from '../http/log';
import { ApiError } from '../http/problem';
import { RateLimited } from '../http/rate-limits';
import { noteEvent } from './events';
import { ownedFactors } from './read';

const MINUTE_MS = 60_000;

/** Codes by SMS, each for one challenge. */
export function smsRoutes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);

  app.post('/v1/security/challenges/:challengeId/sms-codes', signedIn, async (c) => {
    const { challengeId } = pathParameters(c, smsSentParametersSchema, 'challenge_not_found');
    return answerOnce(c, deps, 'sms_codes', {}, async () => {
      const caller = c.get('caller');
      const { accountId, sessionId } = caller;
      const question = { challengeId, accountId, sessionId, now: deps.now() };
      const challenge = await store.getChallenge(deps.db, question);
      if (challenge === undefined || !mayProve(challenge.action, 'sms'))
        throw new ApiError('challenge_not_found');
      return { status: 201, body: await sendCode(deps, caller, challengeId) };
    });
  });

  return app;
}

/**
 * Sends a code for a challenge to the account's phone. Throws ApiError `phone_not_set`, `rate_limited`, `sms_refused` or
 * `gateway_unavailable`.
 */
async function sendCode(deps: Dependencies, caller: Caller, challengeId: string): Promise<SmsSent> {
  const { accountId } = caller;
  const { sms, vault } = deps;
  const phone = (await ownedFactors(deps, caller)).has('sms')
    ? await store.getPhone(deps.db, accountId)
    : undefined;
  const number = vault && phone && (await store.readPhoneNumber(deps.db, vault, accountId));
  if (sms === undefined || vault === undefined || phone === undefined || number === undefined)
    throw new ApiError('phone_not_set');
  const now = deps.now();
  const code = deps.identity.sms.newCode();
  const expiresAt = new Date(now.getTime() + SMS_CODE_LIFETIME_MS);
  const waitMs = await store.keepSmsCode(deps.db, {
    accountId,
    id: deps.newId(),
    challengeId,
    phoneIndex: indexOf(vault, 'phone', number),
    hash: deps.identity.sms.hashes(accountId, challengeId, code)[0] ?? '',
    expiresAt,
    now,
  });
  if (waitMs > 0) throw new RateLimited(Math.ceil(waitMs / 1_000));
  const values = [new Secret(code), String(SMS_CODE_LIFETIME_MS / MINUTE_MS)];
  const sent = await (await sms()).send({ kind: 'code', to: number, values }).catch((error: unknown) => {
    deps.log('warn', 'sms_not_sent', errorFields(error));
    throw new ApiError('gateway_unavailable', undefined, { cause: error });
  });
  if (sent === 'refused') throw new ApiError('sms_refused');
  return { sentTo: phone.masked, expiresAt: expiresAt.toISOString() };
}

/**
 * Checks the code that was sent for a challenge last, which works once. The try is counted before the code is looked at. Throws
 * ApiError `code_wrong` with the tries left, or `sms_code_expired`.
 */
export async function checkSmsCode(
  deps: Dependencies,
  caller: Caller,
  entered: { readonly challengeId: string; readonly code: string },
): Promise<void> {
  const { accountId } = caller;
  const { challengeId, code } = entered;
  const now = deps.now();
  const claimed = await store.claimSmsTry(deps.db, { accountId, challengeId, now });
  if (claimed === undefined) throw new ApiError('sms_code_expired');
  const kept = Buffer.from(claimed.hash);
  const right = deps.identity.sms
    .hashes(accountId, challengeId, code)
    .some((hash) => timingSafeEqual(Buffer.from(hash), kept));
  if (right && (await store.spendSmsCode(deps.db, { accountId, id: claimed.id, now }))) return;
  await noteEvent(deps, caller, 'code_wrong');
  throw new ApiError('code_wrong', undefined, { facts: { triesLeft: SMS_TRIES_MAX - claimed.tries } });
}

/** Digits of the caller's phone, which no PIN may be taken from; undefined where it is not known. */
export async function ownDigits(
  deps: Pick<Dependencies, 'db' | 'vault'>,
  accountId: string,
): Promise<string | undefined> {
  const number = deps.vault && (await store.readPhoneNumber(deps.db, deps.vault, accountId));
  return number && nationalDigits(number);
}
