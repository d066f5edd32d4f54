import { ApiError } from '../../client';
import { shanghaiTime } from '../../components/money/time';
import { t } from '../../i18n';

import { NotRecognised } from './touch';
import { biometricWords } from './words';

/** The user did not allow the phone number to be told, or there is none. */
export class PhoneRefused extends Error {}

/** The host asked for its own agreement, and the user declined. */
export class ConsentRefused extends Error {}

/** What went wrong with an entry, with how many tries are left or when to come back. */
export function problemText(error: unknown): string {
  if (error instanceof ConsentRefused) return t('consent.hostRefused');
  if (error instanceof NotRecognised) return biometricWords(error.why);
  if (!(error instanceof ApiError))
    return t(error instanceof PhoneRefused ? 'phones.refused' : 'error.title');
  const { triesLeft, retryAt } = error.facts;
  if (triesLeft !== undefined) return t('security.triesLeft', { message: error.message, count: triesLeft });
  if (retryAt !== undefined)
    return t('security.retryAt', { message: error.message, time: shanghaiTime(retryAt) });
  return error.message;
}
