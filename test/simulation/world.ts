import { createHash } from 'node:crypto';

import { Client } from 'pg';

import type { Host } from '../../cloud/contract/types';
import { runJob } from '../../cloud/functions/job/jobs';
import type { JobName } from '../../cloud/contract/types';
import type { GatewayName } from '../../cloud/gateways/port';
import { Auditor } from './auditor/auditor';
import { Connections, type Connection, type QueryFault, type RealConnection } from './connections';
import { noFaults, type FaultName } from './faults';
import { Book } from './gateways/book';
import { REFUSALS, type GatewayCall } from './gateways/model';
import { startProcess, type Process } from './process';
import { Random } from './random';
import { ConnectionLost, Scheduler, type Life } from './scheduler';
import { weather, type Weather } from './weather';

export const START_MS = Date.parse('2026-11-23T04:00:00.000Z');
const SERVERS = 2;
const WORKERS = 2;
const USERS = 4;

/** An answer as a client gets it; status 0: none came. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A person with a phone. */
export interface Person {
  readonly openId: string;
  readonly host: Host;
  token: string | undefined;
  accountId: string | undefined;
  readonly orders: { readonly id: string; readonly attempts: string[] }[];
}

export interface WorldOptions {
  readonly seed: number;
  /** Of a database that is this world's alone. */
  readonly databaseUrl: string;
  /** Keeps every line of what happened. */
  readonly keepTrace?: boolean;
}

const NO_ANSWER: Answer = { status: 0, text: '', body: {} };

/** Everything there is in one run: processes, gateways, people, a clock, chance, and the auditor who watches. */
export class World {
  readonly counts = noFaults();
  readonly scheduler = new Scheduler((line) => this.note(`  ${line}`));
  readonly books: Readonly<Record<GatewayName, Book>>;
  readonly people: readonly Person[];
  readonly servers: Process[] = [];
  readonly workers: Process[] = [];
  /** Where the weather is calm nothing goes wrong by itself. */
  weather: Weather;
  readonly auditor: Auditor;
  readonly trace: string[] = [];
  /** Chance of the step under way. */
  random = new Random(0);
  nowMs = START_MS;
  /** How far each process's clock is off, in ms. */
  readonly skewMs = new Map<string, number>();
  /** Codes of payment links that merchants shared. */
  readonly links: string[] = [];
  /** Queries that were sent. */
  queries = 0;
  /** Numbers of keys, remarks and the like. */
  serial = 0;

  private readonly hash = createHash('sha256');
  private readonly ids: Random;
  private readonly open = new Set<Connection>();
  private readonly spare: RealConnection[] = [];
  private readonly monitor: Client;
  private readonly phones: Life = { name: 'phone', dead: false };
  private delayed: { readonly atMs: number; readonly work: () => void }[] = [];
  private broken: unknown;
  private queriesSeen = 0;

  private constructor(private readonly options: WorldOptions) {
    this.ids = new Random(options.seed, 1);
    this.weather = weather(new Random(options.seed, 2));
    this.monitor = new Client({ connectionString: options.databaseUrl });
    const now = () => this.nowMs;
    this.books = {
      wechatpay: new Book('wechatpay', now, { takesTime: true, returnsFees: true }),
      alipay: new Book('alipay', now, { takesTime: false, returnsFees: false }),
    };
    this.people = Array.from({ length: USERS }, (_, index) => ({
      openId: `open-id-${index}`,
      host: index % 2 === 0 ? 'weapp' : 'alipay',
      token: undefined,
      accountId: undefined,
      orders: [],
    }));
    this.auditor = new Auditor(this.monitor, this.books);
  }

  static async create(options: WorldOptions): Promise<World> {
    const world = new World(options);
    await world.monitor.connect();
    for (let index = 0; index < SERVERS; index += 1) world.servers.push(world.startLife(`server-${index}`));
    for (let index = 0; index < WORKERS; index += 1) world.workers.push(world.startLife(`worker-${index}`));
    await world.auditor.begin();
    return world;
  }

  /** What happened, as one number: two runs with the same digest were the same run. */
  digest(): string {
    return this.hash.copy().digest('hex');
  }

  note(line: string): void {
    this.hash.update(`${line}\n`);
    if (this.options.keepTrace === true) this.trace.push(line);
  }

  count(fault: FaultName): void {
    this.counts[fault] += 1;
    this.note(`  fault: ${fault}`);
  }

  advance(ms: number): void {
    this.nowMs += ms;
    for (const due of this.delayed.filter((work) => work.atMs <= this.nowMs)) due.work();
    this.delayed = this.delayed.filter((work) => work.atMs > this.nowMs);
  }

  /** Lets so many gates through, or all of them. Time passes with each. */
  async run(ticks = Number.POSITIVE_INFINITY): Promise<void> {
    await this.scheduler.settle();
    for (let tick = 0; tick < ticks; tick += 1) {
      this.advance(this.random.between(1, 20));
      if (!(await this.scheduler.tick(this.random))) break;
    }
    if (this.broken !== undefined) throw this.broken;
  }

  /** Something that people or gateways do over a while; other things go on beside it. */
  play(label: string, work: () => Promise<void>): void {
    this.scheduler.start(this.phones, label, work).catch((error: unknown) => (this.broken ??= error));
  }

  /** Lets others act before whoever calls goes on. */
  pause(): Promise<void> {
    return this.scheduler.gate('pauses', () => Promise.resolve(undefined));
  }

  /** A request to a process over a network that its death breaks. */
  async send(process: Process, request: Request, label: string): Promise<Answer> {
    try {
      return await this.scheduler.start(process, label, async () => {
        const response = await process.app.fetch(request);
        const text = await response.text();
        if (response.status === 500 && this.scheduler.current()?.sawDatabaseFault !== true) {
          this.auditor.report('unexpected_error', `${label} was answered with 500: ${text}`);
        }
        const json = response.headers.get('content-type')?.includes('json') === true;
        return {
          status: response.status,
          text,
          body: json ? (JSON.parse(text) as Record<string, unknown>) : {},
        };
      });
    } catch (error) {
      if (error instanceof ConnectionLost) return NO_ANSWER;
      throw error;
    }
  }

  /** A worker takes its turn at a job. */
  work(worker: Process, name: JobName): void {
    this.inside(worker, `job ${name}`, async () => {
      const { failed = 0, violations = 0 } = await runJob(worker.deps, name);
      // Days whose bill is not to be had are tried again.
      if (failed > 0 && name !== 'reconcile-yesterday') throw new Error(`${failed} items failed`);
      if (name === 'check-ledger' && violations > 0) {
        this.auditor.report('ledger_verify', `the product's own check names ${violations}`);
      }
    });
  }

  /** Does something inside a process. It may fail where a connection was lost under it, and not otherwise. */
  inside(process: Process, label: string, work: () => Promise<void>): void {
    const watched = async (): Promise<void> => {
      try {
        await work();
      } catch (error) {
        if (this.scheduler.current()?.sawDatabaseFault === true) return;
        this.auditor.report('unexpected_error', `${label}: ${String(error)}`);
      }
    };
    this.scheduler.start(process, label, watched).catch((error: unknown) => {
      if (!(error instanceof ConnectionLost)) this.broken ??= error;
    });
  }

  server(): Process {
    return this.random.pick(this.servers) as Process;
  }

  worker(): Process {
    return this.random.pick(this.workers) as Process;
  }

  /** Throws a process away, in the middle of what it does where one does something, and starts it anew. */
  async crash(processes: Process[]): Promise<void> {
    await this.scheduler.settle();
    const atWork = processes.filter((process) => this.scheduler.isAtWork(process));
    const process = this.random.pick(atWork.length > 0 ? atWork : processes) as Process;
    await this.scheduler.kill(process, this.random, () => process.connections.cut());
    processes[processes.indexOf(process)] = this.startLife(process.name);
  }

  /** Every connection is lost at once, as when PostgreSQL restarts. */
  async cutAll(): Promise<void> {
    await this.scheduler.settle();
    this.scheduler.disturb();
    for (const process of [...this.servers, ...this.workers]) await process.connections.cut();
  }

  /** Lets the auditor look at what changed, or at everything. */
  async audit(everything: boolean): Promise<void> {
    if (everything) await this.auditor.observeAll();
    else await this.auditor.observe({ databaseTouched: this.queries !== this.queriesSeen });
    this.queriesSeen = this.queries;
  }

  async close(): Promise<void> {
    for (const process of [...this.servers, ...this.workers]) await process.connections.cut();
    for (const { client } of this.spare) await client.end();
    await this.monitor.end();
  }

  private startLife(name: string): Process {
    const { scheduler, monitor, open, spare } = this;
    const nowMs = () => this.nowMs + (this.skewMs.get(name) ?? 0);
    return startProcess({
      name,
      scheduler,
      nowMs,
      books: this.books,
      ids: this.ids,
      fault: (book, call, known) => this.gatewayFault(book, call, known),
      timeOut: () => this.advance(this.random.between(5_000, 10_000)),
      later: (work) => this.delayed.push({ atMs: this.nowMs + this.random.between(1_000, 120_000), work }),
      onEvent: (event, fields) => this.auditor.heard(event, fields),
      onRefusedPayout: () => this.count('payout_refused'),
      onBreakerOpen: () => this.count('breaker_open'),
      connections: new Connections({
        url: this.options.databaseUrl,
        scheduler,
        monitor,
        open,
        spare,
        fault: ({ commits }) => this.queryFault(commits),
      }),
    });
  }

  private gatewayFault(book: Book, kind: GatewayCall, known: boolean): FaultName | undefined {
    const call = { gateway: book.name, kind, nowMs: this.nowMs };
    const fault = this.weather.gatewayFault(call, this.random);
    if (fault === undefined || (known && REFUSALS[fault] !== undefined)) return undefined;
    this.count(fault);
    return fault;
  }

  private queryFault(commits: boolean): QueryFault {
    this.queries += 1;
    const fault = this.weather.queryFault(commits, this.random);
    const strand = this.scheduler.current();
    if (fault === undefined) return undefined;
    this.count(`database_${fault}`);
    if (strand !== undefined) strand.sawDatabaseFault = true;
    return fault;
  }
}
