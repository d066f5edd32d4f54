import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import path from 'node:path';

import { CLOUD_DIST, bytesIn } from '../../cloud/local/deploy/build';
import { idleSettings } from '../../cloud/local/deploy/code-cache';
import { HTTP_FUNCTIONS } from '../../cloud/local/deploy/functions';
import { freePort } from '../../cloud/local/ports';
import { migrate, openDatabase } from '../../cloud/store';
import { startBenchPostgres } from './database';
import { inTurn, rounded, type Context, type Finding } from './figures';

const ROUNDS = 21;
const RATIO_MAX = 3;
const BUNDLE_BYTES_MAX = 2 * 1024 * 1024;
const LOOK_EVERY_MS = 4;
const GIVE_UP_MS = 20_000;
/** The function with the most in it. */
const FUNCTION = 'order';

const BARE_SERVER = `require('node:http').createServer((_, answer) => answer.end('{}'))
  .listen(Number(process.env.PORT), '127.0.0.1')`;

function ask(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ port, host: '127.0.0.1', path: '/readyz', agent: false }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode === 200));
    });
    asked.once('error', () => resolve(false));
    asked.end();
  });
}

/** ms from the start of a process to its first good answer. */
async function firstAnswerMs(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, ...env, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    while (!(await ask(port))) {
      if (performance.now() - startedAt > GIVE_UP_MS) throw new Error(`${command} does not answer`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
    return performance.now() - startedAt;
  } finally {
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
  }
}

/**
 * ms from the start of a bundled function, through its `scf_bootstrap`, to its first answer that says that its database
 * is there and up to date. Beside it a bare `node:http` server.
 */
export async function measure(context: Context): Promise<Finding> {
  const bootstrap = path.join(CLOUD_DIST, FUNCTION, 'scf_bootstrap');
  if (!existsSync(bootstrap)) throw new Error('dist/cloud is missing: run `npm run build:cloud` first.');
  const bytes = Math.max(
    ...(await Promise.all(HTTP_FUNCTIONS.map(({ name }) => bytesIn(path.join(CLOUD_DIST, name))))),
  );
  const postgres = await startBenchPostgres();
  try {
    const databaseUrl = await postgres.ensureDatabase('tpwallet');
    const db = openDatabase({ url: databaseUrl, poolMax: 1 });
    await migrate(db);
    await db.destroy();
    const env = idleSettings(databaseUrl);
    const found = await inTurn(
      context,
      {
        ours: () => firstAnswerMs(bootstrap, [], env),
        peer: () => firstAnswerMs(process.execPath, ['-e', BARE_SERVER], {}),
      },
      'ms',
      ROUNDS,
    );
    const ratio = rounded(found.ours / found.peer);
    return {
      figures: {
        ours: rounded(found.ours),
        peer: rounded(found.peer),
        ratio,
        unit: 'ms',
        peer_name: 'bare node:http server',
        bundle_bytes: bytes,
      },
      broken: [
        ...(ratio > RATIO_MAX ? [`at most ${RATIO_MAX} times a bare server, not ${ratio}`] : []),
        ...(bytes > BUNDLE_BYTES_MAX ? [`bundles of at most ${BUNDLE_BYTES_MAX} bytes, not ${bytes}`] : []),
      ],
    };
  } finally {
    await postgres.close();
  }
}
