import type { PersonalProof } from '../../contract/types';
import type { Database } from '../../store';
import type { ChallengeAction } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';
import { ApiError } from '../http/problem';
import { confirmPresence } from '../security/presence';
import { ownedFactors } from '../security/read';
import { spend } from '../security/spend';

/**
 * Makes sure that it is the person themselves who asks: in the host now, and with a factor where they have one. Answers what
 * uses the challenge up, in the transaction of its effect. Throws ApiError `challenge_required`, `challenge_not_found`,
 * `login_code_invalid` or `gateway_unavailable`.
 */
export async function provePerson(
  deps: Dependencies,
  caller: Caller,
  { loginCode, challengeId }: PersonalProof,
  action: Extract<ChallengeAction, 'export_data' | 'delete_account'>,
): Promise<(db: Database) => Promise<void>> {
  const needsChallenge = (await ownedFactors(deps, caller)).size > 0;
  if (needsChallenge && challengeId === undefined) throw new ApiError('challenge_required');
  await confirmPresence(deps, caller, loginCode);
  return async (db) => {
    if (!needsChallenge) return;
    await spend(deps, db, caller, challengeId ?? '', action);
  };
}
