import { ACTIONS } from './actors';
import type { Violation } from './auditor/auditor';
import type { FaultCounts } from './faults';
import type { Step } from './plan';
import { Random } from './random';
import { comeToRest } from './rest';
import type { Worlds } from './worlds';
import type { World } from './world';

export interface Business {
  readonly orders: number;
  readonly payments: number;
  readonly refunds: number;
  readonly payouts: number;
}

/** What came of one run. */
export interface Outcome {
  readonly steps: number;
  readonly violations: readonly Violation[];
  readonly faults: FaultCounts;
  /** What the world came to: how much of each there was. */
  readonly business: Business;
  /** The same for the same run. */
  readonly digest: string;
  /** Every line of what happened, where it was asked for. */
  readonly trace: readonly string[];
}

/** Strands under way beyond which others must end first. */
const UNDER_WAY_MAX = 8;
/** Everything is looked at anew every so many steps. */
const FULL_CHECK_EVERY = 50;

/** Takes the steps of a plan in a world of their own, then lets it come to rest; stops at the first violation. */
export async function runPlan(
  worlds: Worlds,
  seed: number,
  plan: readonly Step[],
  options: { readonly keepTrace?: boolean } = {},
): Promise<Outcome> {
  return worlds.use({ seed, ...options }, async (world) => {
    let steps = 0;
    for (const step of plan) {
      await takeStep(world, step);
      steps += 1;
      await world.audit(steps % FULL_CHECK_EVERY === 0);
      if (world.auditor.violations.length > 0) break;
    }
    if (world.auditor.violations.length === 0) await comeToRest(world, seed);
    return {
      steps,
      violations: world.auditor.violations,
      faults: world.counts,
      business: {
        orders: world.auditor.mirror.all('orders').size,
        payments: [...world.auditor.mirror.all('postings').values()].filter(({ kind }) => kind === 'payment')
          .length,
        refunds: world.auditor.mirror.all('refunds').size,
        payouts: world.auditor.mirror.all('payouts').size,
      },
      digest: world.digest(),
      trace: world.trace,
    };
  });
}

async function takeStep(world: World, step: Step): Promise<void> {
  world.random = new Random(step.seed, 4);
  world.note(`${step.index} ${step.action}`);
  world.advance(world.random.between(50, 2_000));
  await ACTIONS.get(step.action)?.run(world);
  // Now and then everything ends before the next; mostly what was begun is still under way.
  const calm = world.random.chance(200) || world.scheduler.running > UNDER_WAY_MAX;
  await world.run(calm ? Number.POSITIVE_INFINITY : world.random.between(1, 40));
}
