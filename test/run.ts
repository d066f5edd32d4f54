import { spawn } from 'node:child_process';
import path from 'node:path';

import { BuildError, ensureBuilt, ROOT } from '../cloud/local/builds';

/** Shown by jest's own reporter; the rest of the command line goes to jest, so that one file can be run alone. */
function runJest(extra: readonly string[]): Promise<number> {
  const jest = path.join(ROOT, 'node_modules/jest/bin/jest.js');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [jest, ...extra], {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, TZ: 'Asia/Shanghai', FORCE_COLOR: process.env.FORCE_COLOR ?? '0' },
    });
    child.once('close', (status) => resolve(status ?? 1));
  });
}

/** `npm test`: builds what the tests look at, then runs them all. */
async function main(): Promise<number> {
  const startedAt = performance.now();
  console.error('1/2  Building both mini-programs, the preview and the functions');
  try {
    await ensureBuilt(['weapp', 'alipay', 'h5', 'cloud'], (line) => console.error(`     ${line}`));
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    console.error(error.message);
    return 1;
  }
  console.error('2/2  Running the tests (an embedded PostgreSQL is started for them)');
  const status = await runJest(process.argv.slice(2));
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
  console.error(status === 0 ? `All green in ${minutes} min.` : `Failed after ${minutes} min.`);
  console.error('Screenshots: .artifacts/screenshots/');
  return status;
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 2;
  },
);
