import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startPostgres } from '../../../cloud/local/postgres';
import type { Hunt } from './hunt';
import { inScratchCopy } from './scratch';
import { BUGS, type Bug } from './table';

process.env.TZ = 'Asia/Shanghai';

const SEEDS_MAX = 100;
const STEPS = 300;
/** Hunts beside one another. */
const HUNTS = 2;

/**
 * `npm run simulate:bugs -- NAME…` (none: all): plants one mistake at a time in a copy of the project and counts the seeds
 * until the simulation finds it. The last line is JSON; exit status 1 where one is not found.
 */
async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !BUGS.some((bug) => bug.name === name));
  if (unknown.length > 0) {
    console.error(
      `No bug is called ${unknown.join(', ')}. There are: ${BUGS.map(({ name }) => name).join(', ')}.`,
    );
    return 2;
  }
  const wanted = names.length === 0 ? BUGS : BUGS.filter(({ name }) => names.includes(name));
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tpwallet-bugs-'));
  const postgres = await startPostgres({ dataDir, durable: false });
  const seeds: Record<string, number | null> = {};
  const waiting = [...wanted];
  const hunt = async (): Promise<void> => {
    for (let bug = waiting.shift(); bug !== undefined; bug = waiting.shift()) {
      const found = await inScratchCopy(bug.edits, (folder) => run(folder, postgres.url('postgres'), bug));
      seeds[bug.name] = found.violation === undefined ? null : found.seeds;
      console.error(
        found.violation === undefined
          ? `${bug.name}: not found in ${found.seeds} seeds`
          : `${bug.name}: found by seed ${found.seeds} (${found.violation.kind}: ${found.violation.text})`,
      );
    }
  };
  try {
    await Promise.all(Array.from({ length: HUNTS }, hunt));
  } finally {
    await postgres.close();
    await rm(dataDir, { recursive: true, force: true });
  }
  const found = Object.values(seeds).filter((count) => count !== null).length;
  console.log(JSON.stringify({ bugs: wanted.length, found, seeds }));
  return found === wanted.length ? 0 : 1;
}

function run(folder: string, maintenanceUrl: string, { name }: Bug): Promise<Hunt> {
  const words = [maintenanceUrl, name, String(SEEDS_MAX), String(STEPS)];
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', path.join(folder, 'test/simulation/bugs/hunt.ts'), ...words],
      { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.once('error', reject);
    child.once('close', (status) => {
      if (status === 0) resolve(JSON.parse(text) as Hunt);
      else reject(new Error(`${name}: the hunt ended with ${status}`));
    });
  });
}

main(process.argv.slice(2)).then(
  (status) => process.exit(status),
  (error: unknown) => {
    console.error(error);
    process.exit(2);
  },
);
