/** Digits of a payment PIN. */
export const PIN_DIGITS = 6;

/** Wrong PINs after which entering one is stopped for a while. PCI DSS 8.3.4 allows ten at most. */
export const PIN_TRIES_MAX = 5;

/**
 * How long each stop lasts, in ms; the last holds from then on. PCI DSS 8.3.4 asks for half an hour at least; whoever goes
 * on guessing waits ever longer: 15 guesses on the first day, 5 a day from then on, of a million.
 */
export const PIN_LOCKS_MS = [30 * 60_000, 3 * 3_600_000, 24 * 3_600_000] as const;

/** Why a PIN is easily guessed. */
export type PinWeakness = 'repeats' | 'run' | 'date' | 'phone';

const DAYS_OF_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isDay = (month: number, day: number): boolean => day >= 1 && day <= (DAYS_OF_MONTH[month - 1] ?? 0);

/** Whether six digits read as a date in any of the orders in which people write birthdays. */
function isDateLike(pin: string): boolean {
  const [first, second, third] = [pin.slice(0, 2), pin.slice(2, 4), pin.slice(4)].map(Number);
  if (first === undefined || second === undefined || third === undefined) return false;
  if (isDay(second, third) || isDay(second, first) || isDay(first, second)) return true;
  const century = (year: number): boolean => year >= 1900 && year < 2100;
  const isMonth = (month: number): boolean => month >= 1 && month <= 12;
  return (
    (century(Number(pin.slice(0, 4))) && isMonth(third)) || (isMonth(first) && century(Number(pin.slice(2))))
  );
}

/** Digits that rise or fall by one step all along, as 135791 and 987654 do. */
function isRun(digits: readonly number[]): boolean {
  const steps = new Set(digits.slice(1).map((digit, index) => (digit - (digits[index] ?? 0) + 10) % 10));
  return steps.size === 1;
}

/** One or two digits only, or a part that is repeated, as in 121212 and 123123. */
const isRepeating = (pin: string): boolean =>
  new Set(pin).size <= 2 || /^(\d{1,3})\1+$/.test(pin) || /^(\d)\1(\d)\2(\d)\3$/.test(pin);

/**
 * Why a PIN of six digits must not be taken; undefined where it may. `phone` is the person's own number, where it is known:
 * its last digits are what thieves try first.
 */
export function pinWeakness(pin: string, phone?: string): PinWeakness | undefined {
  if (isRepeating(pin)) return 'repeats';
  if (isRun([...pin].map(Number))) return 'run';
  if (phone !== undefined && phone.includes(pin)) return 'phone';
  return isDateLike(pin) ? 'date' : undefined;
}
