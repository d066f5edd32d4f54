import { get } from 'node:http';

import { runFunction, writeCache } from './loader';

const LOOK_EVERY_MS = 5;
const GIVE_UP_AFTER_MS = 30_000;

/** Until the function in this process has answered once; rejects where it does not. */
async function firstAnswer(port: number): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_AFTER_MS;
  while (performance.now() < giveUpAt) {
    const status = await new Promise<number | undefined>((resolve) => {
      get({ host: '127.0.0.1', port, path: '/readyz', agent: false }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode));
      }).once('error', () => resolve(undefined));
    });
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  throw new Error('the bundled function did not become ready');
}

/**
 * A process of its own that the build starts with a function's folder: runs the function up to its first answer and
 * writes what V8 has compiled by then beside it. The next start compiles none of that again.
 */
async function main(folder: string): Promise<void> {
  const script = runFunction(folder);
  await firstAnswer(Number(process.env.PORT));
  writeCache(folder, script.createCachedData());
}

main(process.argv[2] ?? '').then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
