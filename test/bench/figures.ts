import { setTimeout as sleep } from 'node:timers/promises';

/** What one bench found: ours beside a named peer, measured in turn in the same run. Other figures are added freely. */
export interface Figures {
  /** Medians over the rounds, in `unit`. */
  readonly ours: number;
  readonly peer: number;
  /** How ours compares: `ours / peer`. */
  readonly ratio: number;
  readonly unit: string;
  /** Percentiles of one operation of ours, in ms, where single operations were timed. */
  readonly p50?: number;
  readonly p99?: number;
  readonly [figure: string]: number | string | undefined;
}

/** What a bench measured, with every promise about it that did not hold, in words. */
export interface Finding {
  readonly figures: Figures;
  readonly broken: readonly string[];
}

export interface Context {
  /** Progress for a person who waits. */
  readonly say: (line: string) => void;
}

/** Rounds of each side: the median of five forgives two that something else disturbed. */
export const ROUNDS = 5;

export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};
export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** To so many significant digits, as a person would write it down. */
export const rounded = (value: number, digits = 3): number => Number(value.toPrecision(digits));

/** Measures ours and the peer in turn, so that what disturbs the machine disturbs both. */
export async function inTurn<Ours extends number, Peer extends number>(
  context: Context,
  sides: { readonly ours: () => Promise<Ours>; readonly peer: () => Promise<Peer> },
  unit: string,
  rounds = ROUNDS,
): Promise<{ readonly ours: number; readonly peer: number }> {
  const ours: number[] = [];
  const peer: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    peer.push(await sides.peer());
    ours.push(await sides.ours());
    context.say(
      `round ${round}/${rounds}: ours ${rounded(ours.at(-1) ?? 0)}, peer ${rounded(peer.at(-1) ?? 0)} ${unit}`,
    );
  }
  return { ours: median(ours), peer: median(peer) };
}

/**
 * Runs `work` again and again from so many clients at once for a while; operations per second and the ms of each. With
 * `due`, the operation of each number begins no earlier than that instant, and its time counts from there, however late a
 * client was free for it. With `isSpent`, it ends early once nothing is left to work on.
 */
export async function saturate(options: {
  readonly clients: number;
  readonly forMs: number;
  readonly due?: (count: number) => number;
  readonly isSpent?: () => boolean;
  readonly work: (client: number) => Promise<unknown>;
}): Promise<{ readonly perSecond: number; readonly latenciesMs: readonly number[] }> {
  const latenciesMs: number[] = [];
  const startedAt = performance.now();
  const endAt = startedAt + options.forMs;
  let begun = 0;
  await Promise.all(
    Array.from({ length: options.clients }, async (_, client) => {
      for (let at = performance.now(); at < endAt && options.isSpent?.() !== true;) {
        const dueAt = options.due?.(begun++) ?? at;
        if (dueAt >= endAt) return;
        if (dueAt > at) await sleep(dueAt - at);
        await options.work(client);
        const now = performance.now();
        latenciesMs.push(now - dueAt);
        at = now;
      }
    }),
  );
  return { perSecond: (latenciesMs.length * 1000) / (performance.now() - startedAt), latenciesMs };
}
