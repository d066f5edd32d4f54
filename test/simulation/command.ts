import { parseArgs } from 'node:util';

/** What `npm run simulate` was asked for. */
export interface Command {
  readonly seeds: readonly number[];
  readonly steps: number;
  /** Places of the steps to take; undefined: all. */
  readonly only: ReadonlySet<number> | undefined;
  /** Whether every line of what happened is shown. */
  readonly trace: boolean;
}

/** A command line that says nothing one could run; the message says what to write. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

const SEEDS = 20;
const STEPS = 100;
const SEEDS_MAX = 1_000_000;
const STEPS_MAX = 100_000;

function integer(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw new CommandError(`--${name} takes a number from ${least} to ${most}, not ${text}.`);
  }
  return value;
}

/** Reads `--seeds N --steps M [--seed S] [--only 1,2,3] [--trace]`. With `--seed` alone, that one seed. Throws CommandError. */
export function readCommand(words: readonly string[]): Command {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...words],
      options: {
        seeds: { type: 'string' },
        steps: { type: 'string' },
        seed: { type: 'string' },
        only: { type: 'string' },
        trace: { type: 'boolean' },
      },
    }));
  } catch (error) {
    throw new CommandError(error instanceof Error ? error.message : String(error));
  }
  const first = values.seed === undefined ? 1 : integer('seed', values.seed, 0, 0xffff_ffff);
  const standard = values.seed === undefined ? SEEDS : 1;
  const count = values.seeds === undefined ? standard : integer('seeds', values.seeds, 1, SEEDS_MAX);
  const steps = values.steps === undefined ? STEPS : integer('steps', values.steps, 1, STEPS_MAX);
  const only = values.only?.split(',').map((index) => integer('only', index, 0, steps - 1));
  return {
    seeds: Array.from({ length: count }, (_, index) => first + index),
    steps,
    only: only && new Set(only),
    trace: values.trace === true,
  };
}
