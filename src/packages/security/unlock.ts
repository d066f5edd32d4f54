import type { Security } from '../../../cloud/contract/types';
import { api, newId, passed } from '../../client';
import { host } from '../../host';

/** Unlocks the account by a challenge and a fresh sign-in of the host; undefined where the user left the challenge. */
export async function unlock(): Promise<Security | undefined> {
  const challengeId = await passed('unlock');
  if (challengeId === undefined) return undefined;
  const { code } = await host.login();
  return api.unlockAccount({ challengeId, loginCode: code }, { idempotencyKey: newId() });
}
