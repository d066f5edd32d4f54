/** One line of the log. Values are facts, never secrets, bodies or what a person wrote. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;
export type Level = 'info' | 'warn' | 'error';
export type Log = (level: Level, event: string, fields?: LogFields) => void;

/** A log of JSON lines: `time`, `level`, `event`, then the fields. `write` gets each line without its newline. */
export function jsonLog(write: (line: string) => void, now: () => Date): Log {
  return (level, event, fields = {}) =>
    write(JSON.stringify({ time: now().toISOString(), level, event, ...fields }));
}

/**
 * What may be logged of something thrown: its kind, its message and where it was thrown. A database driver's error also
 * carries the values it was given in `detail` and `where`, which stay out.
 */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: 'thrown value', message: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    error: error.name,
    code,
    message: error.message.slice(0, 300),
    at: error.stack?.split('\n')[1]?.trim(),
  };
}
