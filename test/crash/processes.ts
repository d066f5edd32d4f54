import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

import { build } from 'esbuild';

import { ROOT } from '../../cloud/local/builds';
import { freePort } from '../../cloud/local/ports';
import { startPostgres, type RunningPostgres } from '../../cloud/local/postgres';

const START_TIMEOUT_MS = 60_000;

/** Until `ask` succeeds. Rejects with what it last said after a while. */
export async function until<Result>(ask: () => Promise<Result>, what: string): Promise<Result> {
  const giveUpAt = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > giveUpAt) throw new Error(`${what} does not come up`, { cause: error });
      await sleep(50);
    }
  }
}

/** A server process that is killed and started again under one address. */
export class Server {
  private child: ChildProcess | undefined;

  constructor(
    readonly port: number,
    private readonly file: string,
    private readonly environment: Readonly<Record<string, string>>,
    /** Lines of its log. */
    private readonly onLine: (line: string) => void,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Bundles the server once, so that it starts as fast as a deployed one. */
  static async bundle(file: string): Promise<void> {
    await build({
      entryPoints: [path.join(__dirname, 'server.ts')],
      outfile: file,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'cjs',
      external: ['pg-native'],
      logLevel: 'warning',
    });
  }

  /** Starts it and waits until it answers. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [this.file], {
      env: { ...process.env, ...this.environment, PORT: String(this.port) },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.child = child;
    createInterface({ input: child.stdout }).on('line', this.onLine);
    await until(async () => {
      const response = await fetch(`${this.url}/healthz`);
      if (!response.ok) throw new Error(`healthz: ${response.status}`);
    }, 'the server');
  }

  /** Ends it between two instructions, or in order with SIGTERM. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    this.child = undefined;
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the server had ended by itself: ${child.exitCode ?? child.signalCode}`);
    }
    const ended = once(child, 'close');
    child.kill(signal);
    await ended;
  }
}

/** A PostgreSQL that is killed and started again on the same data and port. */
export class KillablePostgres {
  private constructor(
    private readonly dataDir: string,
    private running: RunningPostgres,
  ) {}

  static async start(dataDir: string): Promise<KillablePostgres> {
    return new KillablePostgres(dataDir, await startPostgres({ dataDir, durable: true }));
  }

  /** URL of the database, made where it is missing. */
  ensureDatabase(name: string): Promise<string> {
    return this.running.ensureDatabase(name);
  }

  /** Kills the postmaster and starts another on what is on the disk. */
  async crash(): Promise<void> {
    const lock = await readFile(path.join(this.dataDir, 'cluster/postmaster.pid'), 'utf8');
    process.kill(Number(lock.split('\n')[0]), 'SIGKILL');
    await this.running.failed;
    await this.running.close();
    this.running = await startPostgres({ dataDir: this.dataDir, durable: true, port: this.running.port });
  }

  close(): Promise<void> {
    return this.running.close();
  }
}

/** The sandbox in a process of its own, so that it outlives the servers; ends with `stop`. */
export async function startSandboxProcess(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(ROOT, 'cloud/sandbox/main.ts')], {
    cwd: ROOT,
    env: { ...process.env, PORT: String(await freePort()) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let url = '';
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{"url"')) continue;
    ({ url } = JSON.parse(line) as { url: string });
    break;
  }
  if (url === '') throw new Error('the sandbox did not start');
  return {
    url,
    async stop() {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
    },
  };
}
