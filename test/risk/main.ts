import { judgeWorld } from './judge';
import { JUDGING, TUNING, type SeededWorld } from './worlds';

function tell({ name, seed, make }: SeededWorld): void {
  const { figures, stories } = judgeWorld(make(seed));
  console.log(`${name} ${seed}  recall ${figures.recall}  fp_per_1000 ${figures.fp_per_1000}`);
  const parts = [...stories].map(([story, { held, all }]) => `${story} ${held}/${all}`);
  console.log(`    ${parts.sort().join(', ')}`);
}

/** `npm run risk:judge -- [--tuning] NAME…`: judging worlds, or those that points were fitted on, by story; all if none is named. */
function main(args: readonly string[]): void {
  const names = args.filter((word) => !word.startsWith('--'));
  const worlds = args.includes('--tuning') ? TUNING : JUDGING;
  for (const world of worlds) if (names.length === 0 || names.includes(world.name)) tell(world);
}

main(process.argv.slice(2));
