import { ACTIONS } from './actors';
import { Random } from './random';

/** One step: what is done, and the seed of all chance in it. */
export interface Step {
  /** Its place in the plan. */
  readonly index: number;
  readonly action: string;
  readonly seed: number;
}

/** How often each action of this run is done, beside the others: some runs are without some faults, or full of them. */
function weights(random: Random): readonly { readonly action: string; readonly upTo: number }[] {
  let sum = 0;
  return [...ACTIONS].map(([action, { weight, optional }]) => {
    const factor = optional === true ? random.pickOf(0, 1, 1, 4) : random.pickOf(1, 1, 2);
    sum += weight * factor;
    return { action, upTo: sum };
  });
}

/** The steps of a run. They depend on the seed alone, so that some may be left out and the others stay what they are. */
export function planOf(seed: number, steps: number): readonly Step[] {
  const random = new Random(seed, 3);
  const table = weights(random);
  const sum = table.at(-1)?.upTo ?? 0;
  return Array.from({ length: steps }, (_, index) => {
    const drawn = random.below(sum);
    const action = table.find(({ upTo }) => drawn < upTo)?.action ?? '';
    return { index, action, seed: random.next() };
  });
}
