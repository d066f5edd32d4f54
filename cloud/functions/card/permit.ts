import { CHALLENGE_LIFETIME_MS } from '../../domain/identity';
import type { Database } from '../../store';
import { getChallenge, issueChallenge } from '../../store/identity';
import { releaseEvent } from '../../store/risk';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';
import { ApiError } from '../http/problem';
import { judgeBinding } from '../risk/judge';
import { spend } from '../security/spend';

/** What came with the wish to bind a card: the keyed hash of its number, and a challenge. */
export interface BindingWish {
  readonly index: Uint8Array;
  readonly challengeId: string | undefined;
}

/**
 * Lets a card be bound which risk control lets through, or which comes with a challenge that was passed for it by this
 * session. Answers what uses the challenge up, in the transaction that binds the card. Throws ApiError `challenge_required`
 * with the challenge to pass first, or what `judgeBinding` throws.
 */
export async function permitBinding(
  deps: Dependencies,
  caller: Caller,
  { index, challengeId }: BindingWish,
): Promise<(db: Database) => Promise<void>> {
  const waiting = await judgeBinding(deps, caller, index);
  if (waiting === undefined) return () => Promise.resolve();
  const { accountId, sessionId } = caller;
  const now = deps.now();
  const given =
    challengeId === undefined
      ? undefined
      : await getChallenge(deps.db, { challengeId, accountId, sessionId, now });
  const isPassed =
    given?.action === 'bind_card' && given.subject === waiting && given.passed.length >= given.required;
  if (challengeId === undefined || !isPassed) {
    const issued = await issueChallenge(deps.db, {
      id: deps.newId(),
      accountId,
      sessionId,
      action: 'bind_card',
      subject: waiting,
      amountFen: null,
      required: 1,
      expiresAt: new Date(now.getTime() + CHALLENGE_LIFETIME_MS),
      now,
    });
    throw new ApiError('challenge_required', undefined, { facts: { challengeId: issued.id } });
  }
  return async (db) => {
    await spend(deps, db, caller, challengeId, 'bind_card');
    await releaseEvent(db, { account: accountId, id: waiting });
  };
}
