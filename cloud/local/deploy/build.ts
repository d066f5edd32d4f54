import { readFileSync } from 'node:fs';
import { chmod, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import { build, type BuildOptions, type Plugin } from 'esbuild';

import { ROOT } from '../builds';
import { cloudbaserc } from './cloudbaserc';
import { cacheCode } from './code-cache';
import { HTTP_FUNCTIONS, TIMER } from './functions';
import { CODE_FILE, packedFile } from './loader';
import { pureSchemas } from './pure-schemas';

export const CLOUD_DIST = path.join(ROOT, 'dist/cloud');
const FUNCTIONS = path.join(ROOT, 'cloud/functions');
const HERE = path.join(ROOT, 'cloud/local/deploy');
const BUNDLE_BYTES_MAX = 2 * 1024 * 1024;

/** Line ends must be LF. The documented place of node and the one in the platform's own templates differ. */
const BOOTSTRAP = `#!/bin/bash
[[ $0 != */* ]] || cd "\${0%/*}/" || exit 1
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
  legalComments: 'none',
  external: ['pg-native'],
  define: {
    'process.env.NODE_PG_FORCE_NATIVE': 'undefined',
    // What node says of itself from version 21 on. Libraries that ask who runs them would load all of fetch to find out.
    navigator: JSON.stringify({ userAgent: 'Node.js' }),
  },
  logLevel: 'warning',
};

function entryOf(mounts: readonly string[]): string {
  const loads = mounts.map((name) => `() => import('./${name}')`);
  return `import { run } from './main';\nvoid run(${loads.join(', ')});`;
}

/** Imported when a gateway is first called: kept in files of their own, so that a cold start does not read them. */
const LAZY_LIBRARIES = ['alipay-sdk', 'wechatpay-axios-plugin'] as const;

/** Leaves the lazy libraries to the loader. */
const apart: Plugin = {
  name: 'apart',
  setup(building) {
    building.onResolve(
      { filter: new RegExp(`^(${LAZY_LIBRARIES.join('|')})$`) },
      ({ path: library, kind }) =>
        kind === 'dynamic-import' ? { path: library, namespace: 'apart' } : undefined,
    );
    building.onResolve({ filter: /^packed:/ }, ({ path: packed }) => ({ path: packed, external: true }));
    building.onLoad({ filter: /.*/, namespace: 'apart' }, ({ path: library }) => ({
      contents: `module.exports = require('packed:${library}');`,
    }));
  },
};

async function pack(library: string): Promise<Buffer> {
  const { outputFiles } = await build({ ...shared, entryPoints: [require.resolve(library)], write: false });
  return brotliCompressSync(outputFiles[0]?.contents ?? '');
}

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
  const packed = await Promise.all(
    LAZY_LIBRARIES.map(async (library) => [packedFile(library), await pack(library)] as const),
  );
  for (const { name, mounts } of HTTP_FUNCTIONS) {
    const folder = path.join(CLOUD_DIST, name);
    await mkdir(folder, { recursive: true });
    await build({
      ...shared,
      stdin: { contents: entryOf(mounts), resolveDir: FUNCTIONS, loader: 'ts', sourcefile: `${name}.ts` },
      outfile: path.join(folder, CODE_FILE),
      plugins: [apart, pureSchemas],
    });
    await build({
      ...shared,
      entryPoints: [path.join(HERE, 'entry.ts')],
      outfile: path.join(folder, 'index.js'),
    });
    for (const [file, content] of packed) await writeFile(path.join(folder, file), content);
    const bootstrap = path.join(folder, 'scf_bootstrap');
    await writeFile(bootstrap, BOOTSTRAP);
    await chmod(bootstrap, 0o755);
  }
  const warm = path.join(CLOUD_DIST, 'warm.js');
  await build({ ...shared, entryPoints: [path.join(HERE, 'warm.ts')], outfile: warm });
  await cacheCode(
    warm,
    HTTP_FUNCTIONS.map(({ name }) => path.join(CLOUD_DIST, name)),
  );
  await rm(warm);
  await build({
    ...shared,
    entryPoints: [path.join(FUNCTIONS, TIMER.name, 'index.ts')],
    outfile: path.join(CLOUD_DIST, TIMER.name, 'index.js'),
  });
  await writeFile(path.join(CLOUD_DIST, 'cloudbaserc.json'), `${JSON.stringify(cloudbaserc(), null, 2)}\n`);
  const bytes: Record<string, number> = {};
  for (const { name } of [...HTTP_FUNCTIONS, TIMER]) bytes[name] = await bytesIn(path.join(CLOUD_DIST, name));
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
