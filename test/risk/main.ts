import { judgeWorld } from './judge';
import { JUDGING, TUNING, type SeededWorld } from './worlds';

function tell({ name, seed, make }: SeededWorld): void {
  const { figures, stories } = judgeWorld(make(seed));
  console.log(`${name} ${seed}  recall ${figures.recall}  fp_per_1000 ${figures.fp_per_1000}`);
  const parts = [...stories].map(([story, { held, all }]) => `${story} ${held}/${all}`);
  console.log(`    ${parts.sort().join(', ')}`);
}

/** `npm run risk:judge`: every judging world, or with `--tuning` those that points were fitted on, by story. */
function main(args: readonly string[]): void {
  for (const world of args.includes('--tuning') ? TUNING : JUDGING) tell(world);
}

main(process.argv.slice(2));
