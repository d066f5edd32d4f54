import { Hono, type Context } from 'hono';

import { paths } from '../../contract/paths';
import {
  challengeAnswerSchema,
  challengeCreateSchema,
  challengeParametersSchema,
} from '../../contract/security-schemas';
import type { Challenge } from '../../contract/types';
import { CHALLENGE_LIFETIME_MS, factorsToUnlock, kindsOf, mayProve } from '../../domain/identity';
import {
  getChallenge,
  issueChallenge,
  passFactor,
  type ChallengeAction,
  type ChallengeRow,
} from '../../store/identity';
import type { Dependencies } from '../dependencies';
import { authenticated } from '../http/auth';
import { jsonBody, pathParameters } from '../http/body';
import type { App, Env } from '../http/environment';
import { answerOnce } from '../http/idempotency';
import { ApiError } from '../http/problem';
import { challengeAnswer } from './answers';
import { checkBiometric } from './check-biometric';
import { checkCode, checkRecoveryCode } from './check-code';
import { checkPin } from './enter-pin';
import { ownedFactors } from './read';
import { checkSmsCode } from './sms';
import { pinSchema, unseal } from './unseal';

/** What asks for two factors where there are two: they decide whose the account is. */
const NEEDS_ALL: ReadonlySet<string> = new Set<ChallengeAction>([
  'unlock',
  'link_login',
  'join_account',
  'unlink_login',
]);

/** Challenges: ask for one, see how it stands, prove a factor. Those for payments are issued by `step-up.ts`. */
export function challengeRoutes(deps: Dependencies): App {
  const app = new Hono<Env>();
  const signedIn = authenticated(deps);

  app.post(paths.challenges, signedIn, async (c) => {
    const request = await jsonBody(c, challengeCreateSchema);
    return answerOnce(c, deps, 'challenges', request, async () => {
      const { accountId, sessionId } = c.get('caller');
      const now = deps.now();
      const owned = await ownedFactors(deps, c.get('caller'));
      const counting = [...owned].filter((factor) => mayProve(request.action, factor));
      const challenge = await issueChallenge(deps.db, {
        id: deps.newId(),
        accountId,
        sessionId,
        action: request.action,
        subject: '',
        amountFen: null,
        required: NEEDS_ALL.has(request.action) ? factorsToUnlock(kindsOf(counting)) : 1,
        expiresAt: new Date(now.getTime() + CHALLENGE_LIFETIME_MS),
        now,
      });
      return { status: 201, body: await answer(c, challenge) };
    });
  });

  app.get('/v1/security/challenges/:challengeId', signedIn, async (c) => {
    const { challengeId } = pathParameters(c, challengeParametersSchema, 'challenge_not_found');
    return c.json(await answer(c, await getChallenge(deps.db, question(c, challengeId))));
  });

  app.post('/v1/security/challenges/:challengeId/answers', signedIn, async (c) => {
    const { challengeId } = pathParameters(c, challengeParametersSchema, 'challenge_not_found');
    const request = await jsonBody(c, challengeAnswerSchema);
    return answerOnce(c, deps, 'challenge_answers', request, async () => {
      const caller = c.get('caller');
      const open = await getChallenge(deps.db, question(c, challengeId));
      if (open === undefined) throw new ApiError('challenge_not_found');
      const factor = request.factor === 'recovery' ? 'totp' : request.factor;
      if (!mayProve(open.action, factor)) throw new ApiError('challenge_not_found');
      if (request.factor === 'totp') await checkCode(deps, caller, request.code);
      else if (request.factor === 'sms')
        await checkSmsCode(deps, caller, { challengeId, code: request.code });
      else if (request.factor === 'biometric')
        await checkBiometric(deps, caller, { challengeId, proof: request.proof });
      else if (request.factor === 'recovery') await checkRecoveryCode(deps, caller, request.code);
      else {
        await deps.identity.turns.take(async () => {
          const { pin } = await unseal(deps, caller, request.sealed, pinSchema);
          await checkPin(deps, caller, pin);
        });
      }
      const passed = await passFactor(deps.db, { ...question(c, challengeId), factor });
      return { status: 200, body: await answer(c, passed) };
    });
  });

  const question = (c: Context<Env>, challengeId: string) => {
    const { accountId, sessionId } = c.get('caller');
    return { challengeId, accountId, sessionId, now: deps.now() };
  };

  async function answer(c: Context<Env>, challenge: ChallengeRow | undefined): Promise<Challenge> {
    if (challenge === undefined) throw new ApiError('challenge_not_found');
    return challengeAnswer(challenge, await ownedFactors(deps, c.get('caller')));
  }

  return app;
}
