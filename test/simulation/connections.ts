import { setTimeout as sleep } from 'node:timers/promises';

import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { Client, type QueryConfig } from 'pg';

import { parsers } from '../../cloud/store';
import { WaitsForLock, type Blocked, type Scheduler } from './scheduler';

/** What the saboteur does to one query. */
export type QueryFault = 'lost_before_query' | 'lost_after_commit' | undefined;

export interface ConnectionsOptions {
  readonly url: string;
  readonly scheduler: Scheduler;
  /** A connection that no process uses: looks at locks, ends others. */
  readonly monitor: Client;
  /** Asked once for each query. */
  readonly fault: (query: { readonly commits: boolean }) => QueryFault;
  /** Open transactions in the whole world. */
  readonly open: Set<Connection>;
  /** Real connections that their processes have lost: undone and used again, as opening one takes long. */
  readonly spare: RealConnection[];
}

interface RealConnection {
  readonly client: Client;
  readonly pid: number;
}

const LOOK_EVERY_MS = 2;

/** As the driver says it where the server has gone. */
const terminated = (): Error => new Error('Connection terminated unexpectedly');

async function openReal(url: string): Promise<RealConnection> {
  const client = new Client({ connectionString: url, types: parsers });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return { client, pid: rows[0]?.pid ?? 0 };
}

/** As the store's own connections do it: what takes parameters is prepared once, since planning costs more than running. */
const names = new Map<string, string>();
function prepared(text: string, values: readonly unknown[]): QueryConfig {
  if (values.length === 0) return { text };
  const name = names.get(text) ?? `statement_${names.size + 1}`;
  names.set(text, name);
  return { name, text, values: [...values] };
}

/**
 * Whether a statement can meet somebody else's lock: one that only reads, or speaks of its own transaction, does not. What
 * calls a function of the store as its first word writes inside it.
 */
const mayWait = (text: string): boolean => {
  const [, verb = ''] = /^\s*(\w+)/.exec(text.toLowerCase()) ?? [];
  if (['begin', 'start', 'commit', 'rollback', 'savepoint', 'release', 'set'].includes(verb)) return false;
  return verb !== 'select' || /for update|_lock\(|^\s*select \w+\(/.test(text.toLowerCase());
};

/** One connection of a process, every query of which waits for its turn. */
class Connection implements PostgresPoolClient {
  alive = true;

  private blocked = false;

  constructor(
    private readonly real: RealConnection,
    private readonly options: ConnectionsOptions,
    private readonly giveBack: (connection: Connection) => void,
  ) {}

  // Kysely's own cursors are not used by the store.
  query(sql: unknown, parameters?: readonly unknown[]): never {
    const text = String(sql);
    const word = /^\s*(\w+)(?:\s+(?:into\s+|from\s+)?"?(\w+))?/.exec(text);
    const label = `sql ${word?.[1] ?? ''} ${word?.[1] === 'select' ? (/from "(\w+)"/.exec(text)?.[1] ?? '') : (word?.[2] ?? '')}`;
    return this.options.scheduler.gate(label.trim(), () => this.perform(text, parameters)) as never;
  }

  release(): void {
    this.giveBack(this);
  }

  /** Ends the connection as a broken network or a restarted server would; what was not committed is undone. */
  async cut(): Promise<void> {
    if (!this.alive) return;
    this.alive = false;
    const wasOpen = this.options.open.delete(this);
    const { client, pid } = this.real;
    if (!this.blocked) {
      if (wasOpen) await client.query('rollback');
      this.options.spare.push(this.real);
      return;
    }
    // It waits inside PostgreSQL and would go on to wait.
    const { monitor } = this.options;
    await monitor.query('select pg_terminate_backend($1)', [pid]);
    await client.end().catch(() => undefined);
    for (let gone = false; !gone;) {
      const { rowCount } = await monitor.query('select from pg_stat_activity where pid = $1', [pid]);
      gone = rowCount === 0;
    }
  }

  private async perform(text: string, parameters: readonly unknown[] = []): Promise<unknown> {
    const { open } = this.options;
    if (!this.alive) throw terminated();
    const verb = text.trimStart().slice(0, 8).toLowerCase();
    const commits = verb.startsWith('commit');
    const fault = this.options.fault({ commits });
    if (fault === 'lost_before_query') {
      await this.cut();
      throw terminated();
    }
    const running = this.real.client.query(prepared(text, parameters));
    if (verb.startsWith('begin') || verb.startsWith('start tr')) open.add(this);
    const others = open.size > (open.has(this) ? 1 : 0);
    if (others && mayWait(text)) {
      const waiting = this.waiting(running);
      if (await waiting.stillWaits()) {
        this.blocked = true;
        return new WaitsForLock(waiting);
      }
    }
    const result = await running;
    if (commits || verb.startsWith('rollback')) open.delete(this);
    if (fault === 'lost_after_commit') {
      await this.cut();
      throw terminated();
    }
    return result;
  }

  private waiting(running: Promise<unknown>): Blocked {
    let done = false;
    const ended = running.finally(() => {
      done = true;
      this.blocked = false;
    });
    ended.catch(() => undefined);
    return {
      ended,
      stillWaits: async () => {
        // The statement ends or is seen to wait, whichever comes first; both are facts of the database, not of a timer.
        while (!done) {
          // Most are done before one could look; how long it takes decides nothing but how often one looks.
          await Promise.race([ended.catch(() => undefined), sleep(LOOK_EVERY_MS)]);
          if (done) break;
          const { rows } = await this.options.monitor.query<{ waits: boolean }>(
            'select exists (select from pg_locks where pid = $1 and not granted) as waits',
            [this.real.pid],
          );
          if (!done && rows[0]?.waits === true) return true;
        }
        return false;
      },
    };
  }
}

export type { Connection, RealConnection };

/** The connections of one life of a process. */
export class Connections implements PostgresPool {
  private readonly idle: Connection[] = [];
  private readonly all = new Set<Connection>();

  constructor(private readonly options: ConnectionsOptions) {}

  async connect(): Promise<PostgresPoolClient> {
    const known = this.idle.pop();
    if (known !== undefined) return known;
    return this.options.scheduler.gate('connects', async () => {
      const real = this.options.spare.pop() ?? (await openReal(this.options.url));
      const connection = new Connection(real, this.options, (given) => {
        if (given.alive) this.idle.push(given);
        else this.all.delete(given);
      });
      this.all.add(connection);
      return connection;
    });
  }

  /** Ends every connection, those in use too. */
  async cut(): Promise<void> {
    for (const connection of this.all) await connection.cut();
    this.all.clear();
    this.idle.length = 0;
  }

  end(): Promise<void> {
    return this.cut();
  }
}
