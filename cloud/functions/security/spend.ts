import type { Database } from '../../store';
import { spendChallenge, type ChallengeAction } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';
import { ApiError } from '../http/problem';

/**
 * Uses up a challenge that the caller's session passed for an action, in the transaction of what it was passed for: once.
 * Throws ApiError `challenge_not_found`.
 */
export async function spend(
  { now }: Pick<Dependencies, 'now'>,
  db: Database,
  { accountId, sessionId }: Pick<Caller, 'accountId' | 'sessionId'>,
  challengeId: string,
  action: ChallengeAction,
): Promise<void> {
  const spent = await spendChallenge(db, { challengeId, accountId, sessionId, action, now: now() });
  if (!spent) throw new ApiError('challenge_not_found');
}
