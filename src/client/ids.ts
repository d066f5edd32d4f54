/**
 * An id of the shape of a UUIDv7 for request ids, idempotency keys and the device id. It only needs to be unique:
 * nothing is protected by nobody guessing it, and the mini-program hosts offer no synchronous secure randomness.
 */
export function newId(nowMs: number = Date.now(), random: () => number = Math.random): string {
  const time = nowMs.toString(16).padStart(12, '0').slice(-12);
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
  const variant = '89ab'[Math.floor(random() * 4)] ?? '8';
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits(3)}-${variant}${digits(3)}-${digits(12)}`;
}
