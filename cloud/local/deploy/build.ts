import { chmod, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { readFileSync } from 'node:fs';

import { build, type BuildOptions } from 'esbuild';

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
  [ -x "$node" ] && exec "$node" --enable-source-maps index.js
done
exec node --enable-source-maps index.js
`;

const shared: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node20',
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

/** Bundles every function into a folder of its own below dist/cloud; answers the bytes of each bundle. */
export async function buildCloud(): Promise<Record<string, number>> {
  await rm(CLOUD_DIST, { recursive: true, force: true });
  const bytes: Record<string, number> = {};
  for (const { name, mounts } of HTTP_FUNCTIONS) {
    const folder = path.join(CLOUD_DIST, name);
    await mkdir(folder, { recursive: true });
    await build({
      ...shared,
      stdin: { contents: entryOf(mounts), resolveDir: FUNCTIONS, loader: 'ts', sourcefile: `${name}.ts` },
      outfile: path.join(folder, 'index.js'),
    });
    const bootstrap = path.join(folder, 'scf_bootstrap');
    await writeFile(bootstrap, BOOTSTRAP);
    await chmod(bootstrap, 0o755);
    bytes[name] = (await stat(path.join(folder, 'index.js'))).size;
  }
  await build({
    ...shared,
    entryPoints: [path.join(FUNCTIONS, TIMER.name, 'index.ts')],
    outfile: path.join(CLOUD_DIST, TIMER.name, 'index.js'),
  });
  bytes[TIMER.name] = (await stat(path.join(CLOUD_DIST, TIMER.name, 'index.js'))).size;
  await writeFile(path.join(CLOUD_DIST, 'cloudbaserc.json'), `${JSON.stringify(cloudbaserc(), null, 2)}\n`);
  return bytes;
}

/** `npm run build:cloud`: fails where a bundle is larger than allowed. */
async function main(): Promise<number> {
  const sizes = await buildCloud();
  let status = 0;
  for (const [name, bytes] of Object.entries(sizes)) {
    const zipped = gzipSync(readFileSync(path.join(CLOUD_DIST, name, 'index.js'))).length;
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
