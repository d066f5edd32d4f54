import { parseArgs } from 'node:util';

import { crashTest } from './crash';

process.env.TZ = 'Asia/Shanghai';

const KILLS = '50';
const DATABASE_KILLS = '10';

/** `npm run crash -- --kills N --database-kills M`. The last line is JSON; exit status 1 where something was lost or doubled. */
async function main(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      kills: { type: 'string', default: KILLS },
      'database-kills': { type: 'string', default: DATABASE_KILLS },
    },
  });
  const [kills, databaseKills] = [values.kills, values['database-kills']].map(Number);
  const isCount = (value: number | undefined): value is number =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 10_000;
  if (!isCount(kills) || !isCount(databaseKills)) {
    console.error('--kills and --database-kills take a number from 0 to 10000.');
    return 2;
  }
  const { violations, ...figures } = await crashTest({
    kills,
    databaseKills,
    say: (line) => console.error(line),
  });
  for (const violation of violations) console.error(violation);
  console.log(JSON.stringify({ ...figures, violations: violations.length }));
  return violations.length === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error instanceof Error && error.name === 'TypeError' ? error.message : error);
    process.exit(2);
  },
);
