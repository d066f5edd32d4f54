import type { BankCard } from '../../../../cloud/contract/card-schemas';
import { api, ApiError, confirmChallenge, newId } from '../../../client';

import { sealed } from '../entries';

/**
 * Binds the card of a number, which is sealed anew for each request; undefined where the user left the challenge that was
 * asked for. Rejects with `ApiError`.
 */
export async function bindCard(number: string): Promise<BankCard | undefined> {
  const send = async (challengeId?: string): Promise<BankCard> =>
    api.bindCard({ sealed: await sealed({ number }), challengeId }, { idempotencyKey: newId() });
  try {
    return await send();
  } catch (error) {
    const challengeId = error instanceof ApiError ? error.facts.challengeId : undefined;
    if (challengeId === undefined) throw error;
    return (await confirmChallenge(challengeId)) ? send(challengeId) : undefined;
  }
}
