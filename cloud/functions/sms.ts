import type { Dependencies } from './dependencies';
import { madeOnce } from './made-once';
import type { Settings } from './settings';

/** What sends text messages by the settings, loaded by the first that is sent. */
export function createSms({ sms }: Settings, now: () => Date): Dependencies['sms'] {
  if (sms === undefined) return undefined;
  return madeOnce(async () => {
    const { createTencentSms } = await import('../gateways/sms/tencent');
    return createTencentSms({ ...sms, now });
  });
}
