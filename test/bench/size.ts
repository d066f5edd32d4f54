import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Bytes of the uploaded main package, and of each subpackage, that we allow ourselves. */
const MAIN_BYTES_MAX = 600 * 1024;
const SUBPACKAGE_BYTES_MAX = 300 * 1024;
const PACKAGE_ROOT = /^packages\/[^/]+/;

interface Sizes {
  main: number;
  total: number;
  packages: Record<string, number>;
}

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield path;
  }
}

/** Sizes of a built mini-program in bytes, as uploaded: every file of its folder. */
export function measure(dist: string): Sizes {
  const sizes: Sizes = { main: 0, total: 0, packages: {} };
  for (const file of filesBelow(dist)) {
    const { size } = statSync(file);
    sizes.total += size;
    const root = PACKAGE_ROOT.exec(relative(dist, file).split(sep).join('/'))?.[0];
    if (root) sizes.packages[root] = (sizes.packages[root] ?? 0) + size;
    else sizes.main += size;
  }
  return sizes;
}

/** What of these sizes is over its limit, in words. */
export function overLimit(name: string, sizes: Sizes): string[] {
  const problems = [];
  if (sizes.main > MAIN_BYTES_MAX)
    problems.push(`${name} main package: ${sizes.main} bytes, limit ${MAIN_BYTES_MAX}`);
  for (const [root, bytes] of Object.entries(sizes.packages)) {
    if (bytes > SUBPACKAGE_BYTES_MAX)
      problems.push(`${name} ${root}: ${bytes} bytes, limit ${SUBPACKAGE_BYTES_MAX}`);
  }
  return problems;
}

function main(): number {
  const root = join(__dirname, '../../dist');
  const report: Record<string, Sizes> = {};
  const problems: string[] = [];
  for (const name of ['weapp', 'alipay']) {
    const dist = join(root, name);
    if (!existsSync(join(dist, 'app.json'))) {
      console.error(`dist/${name} is missing: run \`npm run build:${name}\` first.`);
      return 2;
    }
    const sizes = measure(dist);
    report[name] = sizes;
    problems.push(...overLimit(name, sizes));
  }
  for (const problem of problems) console.error(`over the limit: ${problem}`);
  console.log(JSON.stringify(report));
  return problems.length === 0 ? 0 : 1;
}

if (require.main === module) process.exitCode = main();
