/** A day of China's calendar (UTC+8 all year), counted from 1970-01-01. Branded so that no other number slips in. */
export type Day = number & { readonly __unit: 'day' };

/** What sets a year's working days apart from Monday to Friday. Days are written yyyy-mm-dd. */
export interface CalendarYear {
  /** First and last day of each holiday. */
  readonly holidays: readonly (readonly [first: string, last: string])[];
  /** Saturdays and Sundays that are worked. */
  readonly workingWeekends: readonly string[];
}

/** By year; a year that is not listed is not known. */
export type SettlementCalendar = Readonly<Record<number, CalendarYear>>;

/** A day that is none, or of a year that the calendar does not hold. */
export class CalendarError extends Error {
  override readonly name = 'CalendarError';
}

export const DAY_MS = 86_400_000;
/** China's time is that much ahead of UTC all year. */
export const SHANGHAI_OFFSET_MS = 8 * 3_600_000;

/** The day that an instant, in ms since 1970 UTC, falls on in Shanghai. */
export const dayAt = (atMs: number): Day => Math.floor((atMs + SHANGHAI_OFFSET_MS) / DAY_MS) as Day;

/** The day that an instant falls on in Shanghai. */
export const dayOf = (instant: Date): Day => dayAt(instant.getTime());

/** Midnight in Shanghai at which a day begins, in ms since 1970 UTC. */
export const startOfDayMs = (day: Day): number => day * DAY_MS - SHANGHAI_OFFSET_MS;

export const addDays = (day: Day, days: number): Day => (day + days) as Day;

/** `yyyy-mm-dd`. */
export function formatDay(day: Day): string {
  const { year, month, date } = civilOf(day);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
}

/** Reads `yyyy-mm-dd`. Throws CalendarError for another format or a day that does not exist. */
export function dayFrom(text: string): Day {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const day = daysFromCivil(Number(year), Number(month), Number(date)) as Day;
  if (!Number.isSafeInteger(day) || formatDay(day) !== text)
    throw new CalendarError(`not a day: ${text.slice(0, 20)}`);
  return day;
}

/** Whether banks and gateways settle on a day. Throws CalendarError for a year that the calendar does not hold. */
export function isWorkingDay(calendar: SettlementCalendar, day: Day): boolean {
  const { year } = civilOf(day);
  const known = calendar[year];
  if (known === undefined) {
    throw new CalendarError(
      `the settlement calendar does not hold ${year}: add the State Council's notice to domain/holidays.ts`,
    );
  }
  const text = formatDay(day);
  if (known.holidays.some(([first, last]) => first <= text && text <= last)) return false;
  return known.workingWeekends.includes(text) || !isWeekend(day);
}

/** 1970-01-01 was a Thursday. */
const isWeekend = (day: Day): boolean => ((((day + 4) % 7) + 7) % 7) % 6 === 0;

/** The first working day after a day: when money of that day is settled (T+1). */
export function nextWorkingDay(calendar: SettlementCalendar, day: Day): Day {
  let next = addDays(day, 1);
  while (!isWorkingDay(calendar, next)) next = addDays(next, 1);
  return next;
}

/**
 * The day at whose first instant the money that is due now was cut off: today where it is worked, otherwise the last
 * day that was. Money of a day before it is due, because the first working day after that one has come.
 */
export function cutOffDay(calendar: SettlementCalendar, today: Day): Day {
  let day = today;
  while (!isWorkingDay(calendar, day)) day = addDays(day, -1);
  return day;
}

/** Days before its year's end at which a calendar without the next year is worth a warning. */
const WARN_DAYS = 31;

/** Whether the calendar ends within a month: the next year's notice is out by then. */
export const endsSoon = (calendar: SettlementCalendar, today: Day): boolean =>
  calendar[civilOf(addDays(today, WARN_DAYS)).year] === undefined;

/** Days since 1970-01-01 of a date of the Gregorian calendar, by eras of 400 years that begin in March. */
function daysFromCivil(year: number, month: number, date: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + date - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilOf(day: number): { readonly year: number; readonly month: number; readonly date: number } {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = ((marchMonth + 2) % 12) + 1;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    date: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}
