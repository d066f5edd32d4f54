import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ROOT } from '../../cloud/local/builds';
import { isPermissive, licencesOf } from './licences';
import { lockFaults, ourLock, readLock } from './lock';
import { writeSbom } from './sbom';

test('everything in the lock file has a checksum and comes from no address of its own', () => {
  expect(lockFaults(ourLock())).toEqual([]);
});

test('a lock file that leads elsewhere, or to what nobody can check, is found', () => {
  const entry = { version: '1.0.0', integrity: 'sha512-abc' };
  const locked = readLock(
    JSON.stringify({
      packages: {
        '': { name: 'ours' },
        'node_modules/good': entry,
        'node_modules/mirror': { ...entry, resolved: 'https://npm.example.com/mirror-1.0.0.tgz' },
        'node_modules/@a/git': { ...entry, resolved: 'git+ssh://git@github.com/a/git.git' },
        'node_modules/good/node_modules/unchecked': { version: '1.0.0' },
        'node_modules/inside': { version: '1.0.0', inBundle: true },
      },
    }),
  );
  expect(lockFaults(locked)).toEqual([
    'mirror comes from https://npm.example.com/mirror-1.0.0.tgz',
    '@a/git comes from git+ssh://git@github.com/a/git.git',
    'unchecked has no checksum',
  ]);
});

test('what we name ourselves has an exact version', () => {
  const { dependencies, devDependencies } = JSON.parse(
    readFileSync(path.join(ROOT, 'package.json'), 'utf8'),
  ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
  for (const version of Object.values({ ...dependencies, ...devDependencies }))
    expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
});

test('what we ship is under licences that allow it', () => {
  expect(licencesOf(ourLock()).doubtful).toEqual([]);
  expect(['MIT', '(MIT OR GPL-3.0)', 'Apache-2.0 AND MIT'].every(isPermissive)).toBe(true);
  expect(['GPL-3.0', 'MIT AND GPL-3.0', 'SEE LICENSE IN x'].some(isPermissive)).toBe(false);
});

test('the bill of materials names what we ship', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tpwallet-sbom-'));
  try {
    const file = path.join(folder, 'sbom.json');
    writeSbom(file);
    const sbom = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly bomFormat: string;
      readonly components: readonly { readonly name: string; readonly version: string }[];
    };
    expect(sbom.bomFormat).toBe('CycloneDX');
    const named = new Set(sbom.components.map(({ name, version }) => `${name}@${version}`));
    const { dependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      readonly dependencies: Readonly<Record<string, string>>;
    };
    for (const [name, version] of Object.entries(dependencies).filter(([full]) => !full.startsWith('@')))
      expect(named).toContain(`${name}@${version}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
