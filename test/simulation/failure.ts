import type { Violation } from './auditor/auditor';
import type { Step } from './plan';
import { runPlan } from './run';
import { shrink } from './shrink';
import type { Worlds } from './worlds';

/** A seed that broke a promise, with the fewest steps that break it. */
export interface Failure {
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly steps: readonly Step[];
  readonly trace: readonly string[];
  /** Runs exactly these steps again. */
  readonly command: string;
}

const TRIES_MAX = 150;

/** Finds the smallest history of a failing run: the same kind of promise broken by as few steps as possible. */
export async function explain(
  worlds: Worlds,
  seed: number,
  plan: readonly Step[],
  violations: readonly Violation[],
  planned: number = plan.length,
): Promise<Failure> {
  const kind = violations[0]?.kind;
  const fails = async (steps: readonly Step[]): Promise<boolean> =>
    (await runPlan(worlds, seed, steps)).violations.some((violation) => violation.kind === kind);
  const steps = await shrink(plan, fails, TRIES_MAX);
  const outcome = await runPlan(worlds, seed, steps, { keepTrace: true });
  const only = steps.map(({ index }) => index).join(',');
  return {
    seed,
    violations: outcome.violations,
    steps,
    trace: outcome.trace,
    command: `npm run simulate -- --seed ${seed} --steps ${planned} --only ${only}`,
  };
}
