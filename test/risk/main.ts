import { judgeWorld, Tally } from './judge';
import { JUDGING, TUNING, type SeededWorld } from './worlds';

const say = (line: string): void => console.error(line);

/** Each seed of a world by itself, and all of them together by story: a single one has too few thefts to tell a percent. */
function judge(name: string, seeds: readonly SeededWorld[]): Tally {
  const together = new Tally();
  for (const { seed, make } of seeds) {
    const alone = new Tally();
    judgeWorld(make(seed), alone, together);
    const { recall, fp_per_1000: held } = alone.figures;
    say(`${name} ${seed}  recall ${recall}  fp_per_1000 ${held}`);
  }
  const { recall, fp_per_1000: held } = together.figures;
  const parts = [...together.stories].map(([story, { held, all }]) => `${story} ${held}/${all}`);
  say(`${name} together  recall ${recall}  fp_per_1000 ${held}\n    ${parts.sort().join(', ')}`);
  return together;
}

/**
 * `npm run risk:judge -- [--tuning] NAME…`: judging worlds, or those that points were fitted on; all if none is named. Ends
 * with one line of JSON: the figures of each world over all its seeds, and the worst of each.
 */
function main(args: readonly string[]): void {
  const wanted = args.filter((word) => !word.startsWith('--'));
  const worlds = args.includes('--tuning') ? TUNING : JUDGING;
  const names = [...new Set(worlds.map(({ name }) => name))].filter(
    (name) => wanted.length === 0 || wanted.includes(name),
  );
  const found = names.map((name) => {
    const { recall, fp_per_1000 } = judge(
      name,
      worlds.filter((world) => world.name === name),
    ).figures;
    return { name, recall, fp_per_1000 };
  });
  console.log(
    JSON.stringify({
      worlds: Object.fromEntries(found.map(({ name, ...figures }) => [name, figures])),
      worst_recall: Math.min(...found.map(({ recall }) => recall)),
      worst_fp_per_1000: Math.max(...found.map((figures) => figures.fp_per_1000)),
    }),
  );
}

main(process.argv.slice(2));
