import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

export const ROOT = path.resolve(__dirname, '../..');
const DIST = path.join(ROOT, 'dist');
const LOG_LINES_SHOWN = 30;

export type BuildName = 'weapp' | 'alipay' | 'h5' | 'cloud';

const APP_INPUTS = [
  'src',
  'config',
  'cloud/contract',
  'babel.config.js',
  'project.config.json',
  'package-lock.json',
];
const INPUTS: Readonly<Record<BuildName, readonly string[]>> = {
  weapp: APP_INPUTS,
  alipay: APP_INPUTS,
  h5: APP_INPUTS,
  cloud: ['cloud', 'package-lock.json'],
};

/** A build did not succeed; the message ends with its last lines. */
export class BuildError extends Error {
  override readonly name = 'BuildError';
}

/** Builds what is missing or older than its sources, one after the other. `log` gets a line for each. */
export async function ensureBuilt(names: readonly BuildName[], log: (line: string) => void): Promise<void> {
  for (const name of names) {
    const stamp = path.join(DIST, `.built-${name}`);
    const inputs = await hashOf(INPUTS[name]);
    if ((await readFile(stamp, 'utf8').catch(() => '')) === inputs) {
      log(`${name}: up to date`);
      continue;
    }
    const startedAt = performance.now();
    log(`${name}: building…`);
    await rm(stamp, { force: true });
    await run(name);
    await mkdir(DIST, { recursive: true });
    await writeFile(stamp, inputs);
    log(`${name}: built in ${Math.round((performance.now() - startedAt) / 1000)} s`);
  }
}

async function hashOf(inputs: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  // What an address is compiled into is an input like any file.
  hash.update(process.env.TPW_API_BASE_URL ?? '');
  for (const input of inputs) {
    for (const file of await filesBelow(path.join(ROOT, input))) {
      hash.update(`${path.relative(ROOT, file)}\n`).update(await readFile(file));
    }
  }
  return hash.digest('hex');
}

async function filesBelow(target: string): Promise<readonly string[]> {
  const entries = await readdir(target, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [target];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

function run(name: BuildName): Promise<void> {
  const bin = path.join(ROOT, 'node_modules/.bin');
  const [command, args] =
    name === 'cloud'
      ? [path.join(bin, 'tsx'), ['cloud/local/deploy/build.ts']]
      : [path.join(bin, 'taro'), ['build', '--type', name]];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32',
      env: { ...process.env, NODE_ENV: 'production' },
    });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        lines.push(...text.split('\n'));
        lines.splice(0, lines.length - LOG_LINES_SHOWN);
      });
    }
    child.once('error', reject);
    child.once('close', (status) => {
      if (status === 0) resolve();
      else reject(new BuildError(`The ${name} build failed:\n${lines.join('\n')}`));
    });
  });
}
