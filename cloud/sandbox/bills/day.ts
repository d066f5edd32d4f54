const BEIJING_OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 24 * 3_600_000;

/** The day of an instant in Beijing, `yyyy-MM-dd`. */
export const dayOf = (instant: Date): string =>
  new Date(instant.getTime() + BEIJING_OFFSET_MS).toISOString().slice(0, 10);

/** First instant of a day in Beijing; undefined for what is no day. */
export function startOf(day: string): Date | undefined {
  const start = /^\d{4}-\d{2}-\d{2}$/.test(day) ? new Date(`${day}T00:00:00+08:00`) : undefined;
  // The 31st of February would be a day in March: written back it shows.
  return start !== undefined && !Number.isNaN(start.getTime()) && dayOf(start) === day ? start : undefined;
}

/** First instant after a day. */
export const endOf = (start: Date): Date => new Date(start.getTime() + DAY_MS);

/** Whether the bill of a day is made: at `hour` o'clock of the day after. */
export const isBillReady = (start: Date, hour: number, now: Date): boolean =>
  now.getTime() >= endOf(start).getTime() + hour * 3_600_000;
