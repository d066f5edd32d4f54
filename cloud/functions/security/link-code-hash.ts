import { createHmac, hkdfSync } from 'node:crypto';

import { plainCode } from '../../domain';
import type { Settings } from '../settings';

/** By which a code that joins accounts is kept and found: whoever reads the database makes no code of it. */
export function linkCodeHash({ sessionSecret }: Pick<Settings, 'sessionSecret'>, code: string): string {
  const key = Buffer.from(hkdfSync('sha256', sessionSecret, '', 'tpwallet/link-code', 32));
  return createHmac('sha256', key).update(plainCode(code)).digest('hex');
}
