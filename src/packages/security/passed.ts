import type { ChallengeCreate } from '../../../cloud/contract/types';
import { api, confirmChallenge, newId } from '../../client';

/** A challenge that was passed for an action; undefined where the user left it. */
export async function passed(action: ChallengeCreate['action']): Promise<string | undefined> {
  const { id } = await api.createChallenge({ action }, { idempotencyKey: newId() });
  return (await confirmChallenge(id)) ? id : undefined;
}
