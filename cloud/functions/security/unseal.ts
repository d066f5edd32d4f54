import * as z from 'zod';

import type { Sealed } from '../../contract/types';
import { takeSealingKey } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import type { Caller } from '../http/environment';
import { ApiError } from '../http/problem';

const pin = z.string().regex(/^\d{6}$/);
/** What a box holds, filled up with spaces so that all boxes are equally long. */
export const pinSchema = z.strictObject({ pin });
export const pinPairSchema = z.strictObject({ pin, newPin: pin });
export const cardNumberSchema = z.strictObject({ number: z.string().min(13).max(32) });

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
  if (!(await takeSealingKey(deps.db, key))) throw new ApiError('sealing_key_invalid');
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
