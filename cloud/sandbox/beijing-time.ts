/** The wall clock of both gateways where they write no zone: `yyyy-MM-dd HH:mm:ss` in UTC+8, whatever the zone of this process. */
const BEIJING_OFFSET_MS = 8 * 60 * 60 * 1000;
const PATTERN = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/;

/** Writes an instant the way they do. */
export function formatBeijingTime(instant: Date): string {
  return new Date(instant.getTime() + BEIJING_OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** Reads such a time; undefined for another format or a day that does not exist. */
export function parseBeijingTime(text: string): Date | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const instant = new Date(Date.UTC(year, month - 1, day, hour, minute, second) - BEIJING_OFFSET_MS);
  // Date.UTC rolls the 31st of February over into March; writing it back shows that.
  return formatBeijingTime(instant) === text ? instant : undefined;
}

/** The first instant of the next day in Beijing: where `timeout_express=1c` ends. */
export function nextBeijingMidnight(instant: Date): Date {
  const dayMs = 24 * 60 * 60 * 1000;
  const shifted = instant.getTime() + BEIJING_OFFSET_MS;
  return new Date(Math.floor(shifted / dayMs + 1) * dayMs - BEIJING_OFFSET_MS);
}
