/** Both gateways speak Beijing time, UTC+8 all year. */
const BEIJING_OFFSET_MS = 8 * 3_600_000;

const wallClock = (instant: Date): string =>
  new Date(instant.getTime() + BEIJING_OFFSET_MS).toISOString().slice(0, 19);

/** `2026-11-23T20:00:00+08:00`, to the second (RFC 3339). */
export const formatRfc3339 = (instant: Date): string => `${wallClock(instant)}+08:00`;

/** `2026-11-23T20:00:00.000+08:00`, to the millisecond (RFC 3339). */
export const formatRfc3339Ms = (instant: Date): string =>
  `${wallClock(instant)}.${instant.toISOString().slice(20, 23)}+08:00`;

/** `2026-11-23 20:00:00`, to the second. */
export const formatBeijing = (instant: Date): string => wallClock(instant).replace('T', ' ');

/** Reads `yyyy-MM-dd HH:mm:ss`, with or without a fraction of a second. Undefined for anything else. */
export function parseBeijing(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d{1,3})?$/.test(text)) return undefined;
  const instant = new Date(`${text.replace(' ', 'T')}+08:00`);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}
