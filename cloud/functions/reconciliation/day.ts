const BEIJING_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** The day of an instant in Asia/Shanghai, `yyyy-MM-dd`: the day of whose bill it is. */
export const billDayOf = (instant: Date): string =>
  new Date(instant.getTime() + BEIJING_OFFSET_MS).toISOString().slice(0, 10);

export const dayBefore = (instant: Date): string => billDayOf(new Date(instant.getTime() - DAY_MS));

/** Whether a text is a day that exists. */
export function isDay(text: string): boolean {
  const instant = new Date(`${text}T00:00:00+08:00`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(instant.getTime()) && billDayOf(instant) === text;
}
