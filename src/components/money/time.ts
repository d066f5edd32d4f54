import dayjs from 'dayjs';

/** China has had one offset and no daylight saving since 1991, so no time-zone data is carried along. */
const SHANGHAI_OFFSET_MINUTES = 8 * 60;

/** A UTC instant as Shanghai wall-clock time, on any phone in any zone. */
export function shanghaiTime(instant: string, pattern = 'YYYY-MM-DD HH:mm:ss'): string {
  const time = dayjs(instant);
  return time.add(SHANGHAI_OFFSET_MINUTES - time.utcOffset(), 'minute').format(pattern);
}
