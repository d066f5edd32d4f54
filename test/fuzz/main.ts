import { parseArgs } from 'node:util';

import { startBenchPostgres } from '../bench/database';
import { fuzz } from './fuzz';
import { startTarget } from './target';

process.env.TZ = 'Asia/Shanghai';

const REQUESTS = '100000';
const SEED = '1';

/** `npm run fuzz -- --requests N --seed S`. The last line is JSON; exit status 1 where an answer may not be. */
async function main(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      requests: { type: 'string', default: REQUESTS },
      seed: { type: 'string', default: SEED },
    },
  });
  const [requests = 0, seed = 0] = [values.requests, values.seed].map(Number);
  if (!Number.isInteger(requests) || requests < 1 || !Number.isInteger(seed)) {
    console.error('--requests takes a number from 1, --seed a whole number.');
    return 2;
  }
  const postgres = await startBenchPostgres();
  try {
    process.env.TEST_DATABASE_URL = postgres.url('postgres');
    const target = await startTarget();
    try {
      const figures = await fuzz({ target, requests, seed, say: (line) => console.error(line) });
      console.log(JSON.stringify(figures));
      return figures.server_errors + figures.hangs + figures.malformed === 0 ? 0 : 1;
    } finally {
      for (const line of target.logs.filter(({ event }) => event === 'unexpected_error').slice(0, 20))
        console.error(JSON.stringify(line));
      await target.close();
    }
  } finally {
    await postgres.close();
  }
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error instanceof Error && error.name === 'TypeError' ? error.message : error);
    process.exit(2);
  },
);
