import { useEffect, useState } from 'react';

const TICK_MS = 1_000;

/** What is left of a wait that began when `waitMs` was learnt, in ms, told anew each second; 0 once it is over. */
export function useCountdown(waitMs: number): number {
  const [left, setLeft] = useState(waitMs);
  useEffect(() => {
    const endsAtMs = Date.now() + waitMs;
    const tell = (): void => setLeft(Math.max(0, endsAtMs - Date.now()));
    tell();
    if (waitMs === 0) return undefined;
    const timer = setInterval(tell, TICK_MS);
    return () => clearInterval(timer);
  }, [waitMs]);
  return left;
}

/** A wait as minutes and seconds, such as 29:05. */
export function clockOf(leftMs: number): string {
  const seconds = Math.ceil(leftMs / TICK_MS);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
}
