import { ApiError } from '../http/problem';

/** Lets a few work at a time and some more wait; others are told at once that it is too much. */
export interface Turns {
  /** Throws ApiError `busy` where too many wait already. */
  take<Result>(work: () => Promise<Result>): Promise<Result>;
}

export function turns(options: { readonly atOnce: number; readonly waiting: number }): Turns {
  let running = 0;
  const queue: (() => void)[] = [];
  return {
    async take(work) {
      if (running >= options.atOnce) {
        if (queue.length >= options.waiting) throw new ApiError('busy');
        await new Promise<void>((resolve) => queue.push(resolve));
      } else running += 1;
      try {
        return await work();
      } finally {
        const next = queue.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}
