import { readFileSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { build, type BuildOptions, type Plugin } from 'esbuild';

import { ROOT } from '../builds';
import { cloudbaserc } from './cloudbaserc';
import { HTTP_FUNCTIONS, TIMER } from './functions';

export const CLOUD_DIST = path.join(ROOT, 'dist/cloud');
const FUNCTIONS = path.join(ROOT, 'cloud/functions');
const BUNDLE_BYTES_MAX = 2 * 1024 * 1024;

/** Line ends must be LF. The documented place of node and the one in the platform's own templates differ. */
const BOOTSTRAP = `#!/bin/bash
cd "$(dirname "$0")" || exit 1
export PORT="\${PORT:-9000}" TZ="\${TZ:-Asia/Shanghai}" NODE_ENV="\${NODE_ENV:-production}"
for node in /var/lang/node20/bin/node /var/lang/node20.19/bin/node; do
  [ -x "$node" ] && exec "$node" index.js
done
exec node index.js
`;

const shared: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  // Libraries written for CommonJS rely on its sloppy mode.
  format: 'cjs',
  minify: true,
  // Errors in logs keep their names; messages are never matched by class name otherwise.
  keepNames: true,
  legalComments: 'none',
  external: ['pg-native'],
  define: { 'process.env.NODE_PG_FORCE_NATIVE': 'undefined' },
  logLevel: 'warning',
};

function entryOf(mounts: readonly string[]): string {
  const imports = mounts.map((name) => `import { routes as ${name} } from './${name}';`);
  return [...imports, `import { run } from './main';`, `void run(${mounts.join(', ')});`].join('\n');
}

/** Imported when a gateway is first called: kept in files of their own, so that a cold start does not read them. */
const LAZY_LIBRARIES = ['alipay-sdk', 'wechatpay-axios-plugin'] as const;
const libraryFile = (folder: string, library: string): string => path.join(folder, `${library}.js`);

const apart: Plugin = {
  name: 'apart',
  setup(building) {
    building.onResolve(
      { filter: new RegExp(`^(${LAZY_LIBRARIES.join('|')})$`) },
      ({ path: library, kind }) =>
        kind === 'dynamic-import' ? { path: library, namespace: 'apart' } : undefined,
    );
    building.onResolve({ filter: /^\.\//, namespace: 'apart' }, ({ path: file }) => ({
      path: file,
      external: true,
    }));
    building.onLoad({ filter: /.*/, namespace: 'apart' }, ({ path: library }) => ({
      contents: `module.exports = require('./${library}.js');`,
    }));
  },
};

async function filesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).map((file) => path.join(folder, file));
}

/** Bytes of all files of a function's folder: what is uploaded. */
export async function bytesIn(folder: string): Promise<number> {
  const sizes = await Promise.all((await filesIn(folder)).map(async (file) => (await stat(file)).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Bundles every function into a folder of its own below dist/cloud; answers the bytes of each folder. */
export async function buildCloud(): Promise<Record<string, number>> {
  await rm(CLOUD_DIST, { recursive: true, force: true });
  const bytes: Record<string, number> = {};
  for (const library of LAZY_LIBRARIES) {
    await build({
      ...shared,
      keepNames: false,
      entryPoints: [require.resolve(library)],
      outfile: libraryFile(CLOUD_DIST, library),
    });
  }
  for (const { name, mounts } of HTTP_FUNCTIONS) {
    const folder = path.join(CLOUD_DIST, name);
    await mkdir(folder, { recursive: true });
    await build({
      ...shared,
      stdin: { contents: entryOf(mounts), resolveDir: FUNCTIONS, loader: 'ts', sourcefile: `${name}.ts` },
      outfile: path.join(folder, 'index.js'),
      plugins: [apart],
    });
    for (const library of LAZY_LIBRARIES)
      await cp(libraryFile(CLOUD_DIST, library), libraryFile(folder, library));
    const bootstrap = path.join(folder, 'scf_bootstrap');
    await writeFile(bootstrap, BOOTSTRAP);
    await chmod(bootstrap, 0o755);
    bytes[name] = await bytesIn(folder);
  }
  for (const library of LAZY_LIBRARIES) await rm(libraryFile(CLOUD_DIST, library));
  await build({
    ...shared,
    entryPoints: [path.join(FUNCTIONS, TIMER.name, 'index.ts')],
    outfile: path.join(CLOUD_DIST, TIMER.name, 'index.js'),
  });
  bytes[TIMER.name] = await bytesIn(path.join(CLOUD_DIST, TIMER.name));
  await writeFile(path.join(CLOUD_DIST, 'cloudbaserc.json'), `${JSON.stringify(cloudbaserc(), null, 2)}\n`);
  return bytes;
}

/** `npm run build:cloud`: fails where a bundle is larger than allowed. */
async function main(): Promise<number> {
  const sizes = await buildCloud();
  let status = 0;
  for (const [name, bytes] of Object.entries(sizes)) {
    const files = await filesIn(path.join(CLOUD_DIST, name));
    const zipped = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
    console.error(
      `${name.padEnd(14)} ${Math.round(bytes / 1024)} KB, ${Math.round(zipped / 1024)} KB zipped`,
    );
    if (bytes <= BUNDLE_BYTES_MAX) continue;
    console.error(`${name} is over the limit of ${BUNDLE_BYTES_MAX} bytes`);
    status = 1;
  }
  console.log(JSON.stringify(sizes));
  return status;
}

if (require.main === module) {
  main().then(
    (status) => {
      process.exitCode = status;
    },
    (error: unknown) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
