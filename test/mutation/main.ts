import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';

import { ROOT } from '../../cloud/local/builds';
import { scoresOf, type MutationReport } from './scores';

const STRYKER = path.join(ROOT, 'node_modules/@stryker-mutator/core/bin/stryker.js');
const CONFIG = path.join(ROOT, 'test/mutation/stryker.config.json');
const REPORT = path.join(ROOT, '.artifacts/mutation/report.json');

/** No file of rules may score less, in percent. */
const SCORE_MIN = 85;

const DOMAIN = 'cloud/domain';

/** Where the tests of a file of rules are: in the folder of the same name. */
const testsOf = (file: string): string =>
  path.posix.join('test/domain', path.posix.relative(DOMAIN, path.posix.dirname(file)), '*.test.ts');

/** Runs Stryker with its output on stderr. Gives its exit status. */
function mutate(files: readonly string[]): Promise<number> {
  const only = files.length === 0 ? [] : ['--mutate', files.join(',')];
  const tests = files.length === 0 ? {} : { MUTATION_TESTS: [...new Set(files.map(testsOf))].join(',') };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [STRYKER, 'run', CONFIG, ...only], {
      cwd: ROOT,
      stdio: ['ignore', process.stderr, 'inherit'],
      env: { ...process.env, ...tests, TZ: 'Asia/Shanghai' },
    });
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 2));
  });
}

/**
 * `npm run mutation -- FILE…` (none: every rule): changes the rules one place at a time and looks whether a test of theirs
 * fails. The last line is JSON; exit status 1 where a file scores less than it must.
 */
async function main(files: readonly string[]): Promise<number> {
  await rm(REPORT, { force: true });
  const status = await mutate(
    files.map((file) => (file.startsWith(`${DOMAIN}/`) ? file : path.posix.join(DOMAIN, file))),
  );
  if (status !== 0) {
    console.error(`Stryker ended with ${status}.`);
    return 2;
  }
  const scores = scoresOf(JSON.parse(await readFile(REPORT, 'utf8')) as MutationReport, DOMAIN);
  if (Object.keys(scores.files).length === 0) {
    console.error('Nothing to change: no such file of rules.');
    return 2;
  }
  console.log(JSON.stringify(scores));
  return Object.values(scores.files).every(({ score }) => score >= SCORE_MIN) ? 0 : 1;
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 2;
  },
);
