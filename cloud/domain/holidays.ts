import type { CalendarYear } from './calendar';

/**
 * Public holidays of mainland China that fall on weekdays or carry weekends with them, and the weekends worked instead.
 * The State Council announces each year in November of the one before; a year that is not announced is not guessed. To
 * add one, copy the notice here: nothing else changes.
 *
 * 2026: 国务院办公厅关于2026年部分节假日安排的通知 (4 November 2025, www.gov.cn).
 */
export const MAINLAND_CHINA: Readonly<Record<number, CalendarYear>> = {
  2026: {
    holidays: [
      // 元旦
      ['2026-01-01', '2026-01-03'],
      // 春节
      ['2026-02-15', '2026-02-23'],
      // 清明节
      ['2026-04-04', '2026-04-06'],
      // 劳动节
      ['2026-05-01', '2026-05-05'],
      // 端午节
      ['2026-06-19', '2026-06-21'],
      // 中秋节
      ['2026-09-25', '2026-09-27'],
      // 国庆节
      ['2026-10-01', '2026-10-07'],
    ],
    workingWeekends: ['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'],
  },
};
