import type { Reader } from './settings';

const DAY_MS = 86_400_000;
const DAYS_DEFAULT = 7;

/** How long after its payment cashback is paid out, in ms: refunds until then lower it. */
export function readCashbackAfter(reader: Reader): number {
  const text = reader.optional('CASHBACK_AFTER_DAYS');
  if (text === undefined) return DAYS_DEFAULT * DAY_MS;
  const days = Number(text);
  if (!/^\d{1,3}$/.test(text)) {
    reader.problems.push(
      'CASHBACK_AFTER_DAYS is not valid: give whole days (0 to 999) or leave it out for 7',
    );
    return 0;
  }
  return days * DAY_MS;
}
