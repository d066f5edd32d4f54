import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../../cloud/local/builds';

/** A package as the lock file has it. */
export interface LockedPackage {
  readonly name: string;
  readonly version: string;
  readonly resolved: string | undefined;
  readonly integrity: string | undefined;
  /** SPDX expression; undefined where the package names none. */
  readonly licence: string | undefined;
  /** Whether only development needs it. */
  readonly dev: boolean;
  /** Whether it comes inside another package. */
  readonly bundled: boolean;
}

interface LockEntry {
  readonly name?: string;
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  /** An old form is a list to choose from. */
  readonly license?: string | readonly string[];
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly inBundle?: boolean;
}

const FOLDER = 'node_modules/';

/** Everything in a lock file (version 3) but ourselves. */
export function readLock(text: string): readonly LockedPackage[] {
  const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, LockEntry>> };
  return Object.entries(packages)
    .filter(([place]) => place !== '')
    .map(([place, entry]) => ({
      name: entry.name ?? place.slice(place.lastIndexOf(FOLDER) + FOLDER.length),
      version: entry.version ?? '',
      resolved: entry.resolved,
      integrity: entry.integrity,
      licence: typeof entry.license === 'string' ? entry.license : entry.license?.join(' OR '),
      dev: entry.dev === true || entry.devOptional === true,
      bundled: entry.inBundle === true,
    }));
}

/** The packages of our own lock file. */
export const ourLock = (): readonly LockedPackage[] =>
  readLock(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'));

/**
 * What of a lock file leads elsewhere than to the registry of whoever installs, or to something that nobody can check. It
 * names no address at all (`omit-lockfile-registry-resolved` of `.npmrc`), so that each that it names is one.
 */
export function lockFaults(packages: readonly LockedPackage[]): readonly string[] {
  return packages.flatMap(({ name, version, resolved, integrity, bundled }) => [
    ...(resolved === undefined ? [] : [`${name} comes from ${resolved}`]),
    ...(!bundled && !/^sha512-|^sha1-/.test(integrity ?? '') ? [`${name} has no checksum`] : []),
    ...(/^\d+\.\d+\.\d+/.test(version) ? [] : [`${name} has no version`]),
  ]);
}
