import type { LockedPackage } from './lock';

/** Licences under which what we ship may be used without giving our own away; SPDX identifiers. */
const PERMISSIVE = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'CC-BY-3.0',
  'CC-BY-4.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'OFL-1.1',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
  'Zlib',
]);

/** Packages that name no licence in their package.json, which a person has read. */
const READ_BY_HAND: Readonly<Record<string, string>> = {
  'codesandbox-import-utils@2.3.0':
    'LGPL-3.0, as its LICENSE file says; documentation of NutUI, in none of our bundles',
  'codesandbox-import-util-types@2.3.0': 'types of the same project; in none of our bundles',
};

/** Whether an SPDX expression lets us choose permissive terms: `OR` is a choice, `AND` is not. */
export function isPermissive(expression: string): boolean {
  const plain = expression.replace(/^\((.*)\)$/, '$1');
  if (/ OR /.test(plain)) return plain.split(' OR ').some((choice) => isPermissive(choice));
  return plain.split(' AND ').every((part) => PERMISSIVE.has(part.replace(/[()]/g, '')));
}

export interface Licences {
  readonly packages: number;
  /** Those that are not for development alone. */
  readonly production: number;
  /** Packages of each licence, the most frequent first. */
  readonly licences: Readonly<Record<string, number>>;
  /** Packages besides those for development whose licence is not permissive or not named, with it. */
  readonly doubtful: readonly string[];
}

/** What the packages are licensed under. */
export function licencesOf(packages: readonly LockedPackage[]): Licences {
  const counts = new Map<string, number>();
  for (const { licence = 'none named' } of packages) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  const production = packages.filter(({ dev }) => !dev);
  return {
    packages: packages.length,
    production: production.length,
    licences: Object.fromEntries([...counts].sort(([, a], [, b]) => b - a)),
    doubtful: [
      ...new Set(
        production
          .filter(({ name, version, licence }) =>
            licence === undefined ? !(`${name}@${version}` in READ_BY_HAND) : !isPermissive(licence),
          )
          .map(({ name, version, licence }) => `${name}@${version}: ${licence ?? 'none named'}`),
      ),
    ],
  };
}
