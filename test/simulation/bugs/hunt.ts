import { planOf } from '../plan';
import { runPlan } from '../run';
import { Worlds } from '../worlds';

process.env.TZ = 'Asia/Shanghai';

/** What one hunt came to. */
export interface Hunt {
  /** Seeds run, the one that found it included. */
  readonly seeds: number;
  /** What gave the bug away; undefined where nothing did. */
  readonly violation: { readonly kind: string; readonly text: string } | undefined;
}

/** Runs seed after seed until a promise is broken: `hunt.ts MAINTENANCE_URL NAME SEEDS_MAX STEPS`. Prints a Hunt. */
async function main([
  maintenanceUrl = '',
  name = '',
  seedsMax = '1',
  steps = '1',
]: readonly string[]): Promise<void> {
  const worlds = await Worlds.open(maintenanceUrl, name);
  let hunt: Hunt = { seeds: Number(seedsMax), violation: undefined };
  for (let seed = 1; seed <= Number(seedsMax); seed += 1) {
    const { violations } = await runPlan(worlds, seed, planOf(seed, Number(steps)));
    const [violation] = violations;
    if (violation === undefined) continue;
    hunt = { seeds: seed, violation };
    break;
  }
  await worlds.close();
  console.log(JSON.stringify(hunt));
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);
