import * as z from 'zod';

import type { Sealed } from '../../contract/types';
import { PIN_TRIES_MAX } from '../../domain/identity';
import * as store from '../../store/identity';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';
import { ApiError } from '../http/problem';
import { noteEvent } from './events';

const pin = z.string().regex(/^\d{6}$/);
/** What a box holds, filled up with spaces so that all boxes are equally long. */
export const pinSchema = z.strictObject({ pin });
export const pinPairSchema = z.strictObject({ pin, newPin: pin });

/**
 * What a device sealed. The key is taken away first: nobody opens a box twice. Throws ApiError `sealing_key_invalid` (used,
 * run out or another session's) or `sealed_invalid` (not sealed to this key, or not what is expected).
 */
export async function unseal<Schema extends z.ZodType>(
  deps: Dependencies,
  caller: Caller,
  sealed: Sealed,
  schema: Schema,
): Promise<z.output<Schema>> {
  const { accountId, sessionId } = caller;
  const key = { accountId, sessionId, id: sealed.keyId, now: deps.now() };
  if (!(await store.takeSealingKey(deps.db, key))) throw new ApiError('sealing_key_invalid');
  const text = deps.identity.sealing.open(sealed.keyId, Buffer.from(sealed.box, 'base64url'));
  const parsed = text === undefined ? undefined : schema.safeParse(readJson(text));
  // What was wrong with a secret is not told: the answer, and whatever logs it, must hold no part of it.
  if (!parsed?.success) throw new ApiError('sealed_invalid');
  return parsed.data;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Checks an account's PIN; its hash, where it is right. The try is counted before the PIN is looked at. Throws ApiError
 * `pin_not_set`, `pin_wrong` with the tries left, or `pin_locked` with when to try again.
 */
export async function checkPin(deps: Dependencies, caller: Caller, entered: string): Promise<string> {
  const { accountId } = caller;
  const now = deps.now();
  const claimed = await store.claimPinTry(deps.db, { accountId, now });
  if (claimed === undefined) {
    const known = await store.getPin(deps.db, accountId);
    if (known === undefined) throw new ApiError('pin_not_set');
    throw lockedError(known.lockedUntil ?? now);
  }
  const verdict = await deps.identity.pins.verify(accountId, entered, claimed.hash);
  if (!verdict.right) {
    const stopped = claimed.lockedUntil;
    await noteEvent(deps, caller, stopped === null ? 'pin_wrong' : 'pin_locked');
    if (stopped !== null) throw lockedError(stopped);
    throw new ApiError('pin_wrong', undefined, { facts: { triesLeft: PIN_TRIES_MAX - claimed.tries } });
  }
  await store.clearPinTries(deps.db, { accountId, hash: claimed.hash });
  if (!verdict.outdated) return claimed.hash;
  const hash = await deps.identity.pins.hash(accountId, entered);
  await store.rehashPin(deps.db, { accountId, replacedHash: claimed.hash, hash });
  return hash;
}

const lockedError = (until: Date): ApiError =>
  new ApiError('pin_locked', undefined, { facts: { retryAt: until.toISOString() } });
