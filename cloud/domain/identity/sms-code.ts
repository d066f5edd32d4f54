/** How long a code is taken, in ms: ASVS 6.5.5 allows ten minutes. */
export const SMS_CODE_LIFETIME_MS = 5 * 60_000;

/** Codes looked at for each that was sent; then another must be sent. */
export const SMS_TRIES_MAX = 5;

/** Digits of a code. JR/T 0068-2020 asks for six at least. */
export const SMS_CODE_DIGITS = 6;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long codes that were sent are remembered, in ms: the longest of the windows below. */
export const SMS_REMEMBERED_MS = 24 * HOUR_MS;

/**
 * How many codes are sent within how long: each costs money, and each more is five more guesses. Ten a day are fifty guesses of
 * a million. They are what operators in China deliver to one number anyway.
 */
const WINDOWS: readonly { readonly count: number; readonly withinMs: number }[] = [
  { count: 1, withinMs: MINUTE_MS },
  { count: 5, withinMs: HOUR_MS },
  { count: 10, withinMs: SMS_REMEMBERED_MS },
];

/** How long to wait until the next code may be sent, in ms; 0 for now. `sentAtMs` are those sent before, in any order. */
export function smsWaitMs(sentAtMs: readonly number[], nowMs: number): number {
  const newestFirst = [...sentAtMs].sort((a, b) => b - a);
  const waits = WINDOWS.map(({ count, withinMs }) => {
    const oldest = newestFirst[count - 1];
    return oldest === undefined ? 0 : oldest + withinMs - nowMs;
  });
  return Math.max(0, ...waits);
}
