import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../../cloud/local/builds';

/** Where `npm run sbom` writes it. */
export const SBOM_FILE = path.join(ROOT, 'dist/sbom.json');

/** Writes a CycloneDX bill of materials of the lock file, what only development needs left out. Throws where that fails. */
export function writeSbom(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const tool = path.join(ROOT, 'node_modules/@cyclonedx/cyclonedx-npm/bin/cyclonedx-npm-cli.js');
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      tool,
      '--package-lock-only',
      '--omit',
      'dev',
      '--ignore-npm-errors',
      '--output-reproducible',
      '--output-format',
      'JSON',
      '--output-file',
      file,
    ],
    { cwd: ROOT, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`the bill of materials could not be made: ${stderr}`);
}

if (require.main === module) {
  writeSbom(SBOM_FILE);
  console.error(`Written to ${path.relative(ROOT, SBOM_FILE)}`);
}
