import type { Sealed } from '../../../cloud/contract/types';
import { api } from '../../client';
import { host } from '../../host';

import { seal } from './seal';

const RANDOM_BYTES = 32;

/** Seals what a person entered to a new key. Rejects with `ApiError` where no key could be had. */
export async function sealed(content: Readonly<Record<string, string>>): Promise<Sealed> {
  const [key, random] = await Promise.all([api.sealingKey(), host.randomBytes(RANDOM_BYTES)]);
  return seal(key, random, content);
}
