/** An instant in China Standard Time, as WeChat Pay writes it: `2026-11-23T12:00:00+08:00`. */
export const formatTime = (instant: Date): string =>
  `${new Date(instant.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;
