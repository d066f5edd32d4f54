import type { Context, Figures, Finding } from './figures';

process.env.TZ = 'Asia/Shanghai';

/** Every bench by its name, loaded when it is asked for. */
const BENCHES: Readonly<Record<string, () => Promise<{ measure(context: Context): Promise<Finding> }>>> = {
  history: () => import('./history'),
  posting: () => import('./posting'),
  order: () => import('./order'),
  coldstart: () => import('./coldstart'),
  reconcile: () => import('./reconcile'),
  verify: () => import('./verify'),
  quote: () => import('./quote'),
  rehearse: () => import('./rehearse'),
  vault: () => import('./vault'),
};

/** `npm run bench -- NAME…` (none: all). The last line is JSON; exit status 1 where a promise does not hold. */
async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !(name in BENCHES));
  if (unknown.length > 0) {
    console.error(`No bench is called ${unknown.join(', ')}. There are: ${Object.keys(BENCHES).join(', ')}.`);
    return 2;
  }
  const report: Record<string, Figures> = {};
  let status = 0;
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) {
    console.error(`${name}:`);
    const bench = await BENCHES[name]?.();
    if (bench === undefined) continue;
    const { figures, broken } = await bench.measure({ say: (line) => console.error(`  ${line}`) });
    report[name] = figures;
    for (const promise of broken) console.error(`  does not hold: ${promise}`);
    if (broken.length > 0) status = 1;
  }
  console.log(JSON.stringify(report));
  return status;
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);
