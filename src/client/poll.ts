/** Pauses before each question while a payment is being confirmed, in ms: about a minute together. */
export const CONFIRMING_PAUSES_MS: readonly number[] = [
  600, 1000, 1500, 2000, 3000, 4000, 5000, 6000, 8000, 9000, 10_000, 10_000,
];

export interface PollOptions<T> {
  readonly ask: () => Promise<T>;
  /** Whether this answer is final. */
  readonly done: (answer: T) => boolean;
  readonly pausesMs: readonly number[];
  readonly sleep: (ms: number) => Promise<void>;
  /** Whether nobody waits for the answer any more. */
  readonly abandoned: () => boolean;
}

/**
 * Asks until the answer is final or the pauses are used up. A question that fails counts as no answer. Resolves with the
 * last answer (undefined where none ever came or polling was abandoned first) and whether it was final.
 */
export async function poll<T>(options: PollOptions<T>): Promise<{ answer: T | undefined; final: boolean }> {
  let answer: T | undefined;
  for (const pauseMs of [0, ...options.pausesMs]) {
    if (pauseMs > 0) await options.sleep(pauseMs);
    if (options.abandoned()) break;
    try {
      answer = await options.ask();
    } catch {
      continue;
    }
    if (options.done(answer)) return { answer, final: true };
  }
  return { answer, final: false };
}
