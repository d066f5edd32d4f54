import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { sql } from 'kysely';

import type { Database } from '../../cloud/store';
import { startPostgres, type RunningPostgres } from '../../cloud/local/postgres';

/** A PostgreSQL that flushes to disk as a production one does, with its data in a folder of this run. */
export async function startBenchPostgres(): Promise<RunningPostgres> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tpwallet-bench-'));
  const postgres = await startPostgres({ dataDir, durable: true, connectionsMax: 400 });
  return {
    ...postgres,
    async close() {
      await postgres.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * Vacuums and analyses some tables, or all, and writes everything to disk: what loading them left to be done is not of what
 * is measured.
 */
export async function tidy(db: Database, tables: readonly string[] = []): Promise<void> {
  await db.connection().execute(async (connection) => {
    await sql`set statement_timeout = 0`.execute(connection);
    await sql`vacuum analyze ${sql.join(tables.map((table) => sql.table(table)))}`.execute(connection);
    await sql`checkpoint`.execute(connection);
    await sql`reset statement_timeout`.execute(connection);
  });
}

const DEBIAN_FOLDER = '/usr/lib/postgresql';

function findPgbench(): string | undefined {
  const inPath = spawnSync('pgbench', ['--version']).status === 0 ? ['pgbench'] : [];
  const installed = existsSync(DEBIAN_FOLDER)
    ? readdirSync(DEBIAN_FOLDER).map((version) => path.join(DEBIAN_FOLDER, version, 'bin/pgbench'))
    : [];
  return [...inPath, ...installed.filter((file) => existsSync(file))].at(0);
}

/** PostgreSQL's own bench; installed from Debian's packages where that is possible. Throws with what to do otherwise. */
export function pgbenchPath(say: (line: string) => void): string {
  const found = findPgbench();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    say('pgbench is missing: installing the package postgresql');
    spawnSync('apt-get', ['update'], { stdio: 'ignore' });
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'postgresql'], {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  }
  const installed = findPgbench();
  if (installed === undefined) {
    throw new Error("pgbench is missing. It comes with PostgreSQL (Debian's package postgresql).");
  }
  return installed;
}

/** A database with pgbench's tables, one branch per client so that TPC-B waits for none of its own rows. */
export async function preparePgbench(
  postgres: RunningPostgres,
  options: { readonly clients: number; readonly say: (line: string) => void },
): Promise<(seconds: number) => number> {
  const pgbench = pgbenchPath(options.say);
  const url = await postgres.ensureDatabase('pgbench');
  run(pgbench, ['-i', '-q', '-s', String(options.clients), url]);
  return (seconds) => {
    const clients = String(options.clients);
    const printed = run(pgbench, [
      '-n',
      '-c',
      clients,
      '-j',
      '2',
      '-T',
      String(seconds),
      '-b',
      'tpcb-like',
      url,
    ]);
    const tps = /tps = ([\d.]+)/.exec(printed)?.[1];
    if (tps === undefined) throw new Error(`pgbench said nothing of its speed: ${printed}`);
    return Number(tps);
  };
}

function run(command: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
  return stdout;
}
