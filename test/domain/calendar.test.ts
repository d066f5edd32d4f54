import fc from 'fast-check';

import {
  addDays,
  CalendarError,
  cutOffDay,
  dayFrom,
  dayOf,
  endsSoon,
  formatDay,
  isWorkingDay,
  nextWorkingDay,
  startOfDayMs,
  type Day,
} from '../../cloud/domain/calendar';
import { MAINLAND_CHINA } from '../../cloud/domain/holidays';

const first = (Date.UTC(2026, 0, 1) / 86_400_000) as Day;
const last = (Date.UTC(2026, 11, 31) / 86_400_000) as Day;
const dayOf2026 = fc.integer({ min: first, max: last }).map((day) => day as Day);
const next = (text: string): string => formatDay(nextWorkingDay(MAINLAND_CHINA, dayFrom(text)));

describe('days', () => {
  test('are those of the Gregorian calendar over four centuries', () => {
    fc.assert(
      fc.property(fc.integer({ min: -50_000, max: 100_000 }), (count) => {
        const day = count as Day;
        const text = new Date(count * 86_400_000).toISOString().slice(0, 10);
        expect(formatDay(day)).toBe(text);
        expect(dayFrom(text)).toBe(day);
      }),
    );
  });

  test('begin at midnight in Shanghai', () => {
    expect(formatDay(dayOf(new Date('2026-10-08T15:59:59.999Z')))).toBe('2026-10-08');
    expect(formatDay(dayOf(new Date('2026-10-08T16:00:00.000Z')))).toBe('2026-10-09');
    expect(new Date(startOfDayMs(dayFrom('2026-10-09'))).toISOString()).toBe('2026-10-08T16:00:00.000Z');
  });

  test.each([
    '2026-02-29',
    '2026-13-01',
    '2026-1-1',
    '',
    '2026-04-31',
    'tomorrow',
    '2026-00-10',
    '2026-01-01T',
    'x2026-01-01',
  ])('that do not exist are refused: %s', (text) => {
    expect(() => dayFrom(text)).toThrow(new CalendarError(`not a day: ${text}`));
  });
});

test('what is refused is told by name, and not at any length', () => {
  expect(() => dayFrom('2026-01-01 and a half, or so')).toThrow(
    expect.objectContaining({ name: 'CalendarError', message: 'not a day: 2026-01-01 and a hal' }),
  );
});

describe('the settlement calendar', () => {
  test('of 2026 is the one that the State Council announced', () => {
    const days = Array.from({ length: last - first + 1 }, (_, index) => addDays(first, index));
    const working = days.filter((day) => isWorkingDay(MAINLAND_CHINA, day));
    // 365 days, 104 of them on weekends, of which 6 are worked; 19 holidays fall on weekdays.
    expect(
      days.filter((day) => [0, 6].includes(new Date(startOfDayMs(day) + 8 * 3_600_000).getUTCDay())),
    ).toHaveLength(104);
    expect(working).toHaveLength(365 - 104 + 6 - 19);
  });

  test.each([
    ['over a weekend', '2026-11-20', '2026-11-23'],
    ['over National Day', '2026-09-30', '2026-10-08'],
    ['over Spring Festival, after a Saturday that is worked', '2026-02-14', '2026-02-24'],
    ['to a Saturday that is worked', '2026-10-09', '2026-10-10'],
    ['to a Sunday that is worked', '2026-01-01', '2026-01-04'],
    ['from inside a holiday', '2026-05-02', '2026-05-06'],
    ['on an ordinary day', '2026-11-24', '2026-11-25'],
  ])('settles money %s', (_, booked, settled) => {
    expect(next(booked)).toBe(settled);
  });

  test('makes money due exactly from the first working day after its own', () => {
    fc.assert(
      fc.property(dayOf2026, dayOf2026, (booked, today) => {
        fc.pre(today >= dayFrom('2026-01-05') && booked < last);
        const due = startOfDayMs(booked) < startOfDayMs(cutOffDay(MAINLAND_CHINA, today));
        let settles: Day;
        try {
          settles = nextWorkingDay(MAINLAND_CHINA, booked);
        } catch {
          // The next working day is in a year that is not known, after any day of this one.
          expect(due).toBe(false);
          return;
        }
        expect(due).toBe(settles <= today);
      }),
      { numRuns: 2_000 },
    );
  });

  test('goes on from working day to working day without end or repetition', () => {
    fc.assert(
      fc.property(dayOf2026, (day) => {
        fc.pre(day < dayFrom('2026-12-31'));
        const settles = nextWorkingDay(MAINLAND_CHINA, day);
        expect(settles).toBeGreaterThan(day);
        expect(isWorkingDay(MAINLAND_CHINA, settles)).toBe(true);
        for (let between = addDays(day, 1); between < settles; between = addDays(between, 1)) {
          expect(isWorkingDay(MAINLAND_CHINA, between)).toBe(false);
        }
      }),
    );
  });

  test('guesses no year that it does not hold, and warns a month before', () => {
    expect(() => isWorkingDay(MAINLAND_CHINA, dayFrom('2028-03-01'))).toThrow(/does not hold 2028/);
    expect(() => isWorkingDay(MAINLAND_CHINA, dayFrom('2025-12-31'))).toThrow(CalendarError);
    const small = { 2030: { holidays: [], workingWeekends: [] } };
    expect(endsSoon(small, dayFrom('2030-11-30'))).toBe(false);
    expect(endsSoon(small, dayFrom('2030-12-01'))).toBe(true);
  });
});
