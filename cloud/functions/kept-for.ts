/**
 * What `read` gives, kept for so many ms. Whoever asks later reads anew, with what was known before; where reading fails it
 * is thrown and what was known stays.
 */
export function keptFor<Value>(
  lifetimeMs: number,
  read: (now: Date, before: Value | undefined) => Promise<Value>,
): (now: Date) => Promise<Value> {
  let kept: { readonly value: Value; readonly readAtMs: number } | undefined;
  return async (now) => {
    const ageMs = now.getTime() - (kept?.readAtMs ?? 0);
    // A clock that was put back makes what is kept look as if it came from the future.
    if (kept !== undefined && ageMs >= 0 && ageMs < lifetimeMs) return kept.value;
    const value = await read(now, kept?.value);
    kept = { value, readAtMs: now.getTime() };
    return value;
  };
}
