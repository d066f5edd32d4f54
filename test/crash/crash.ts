import { randomBytes, randomInt } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { Client } from 'pg';

import { createDependencies } from '../../cloud/functions/dependencies';
import { createGateways } from '../../cloud/functions/gateways';
import { JOB_NAMES, runJob } from '../../cloud/functions/job/jobs';
import type { Log } from '../../cloud/functions/http/log';
import { readSettings } from '../../cloud/functions/settings';
import { ROOT } from '../../cloud/local/builds';
import { sandboxEnvironment } from '../../cloud/local/environment';
import { freePort } from '../../cloud/local/ports';
import type { Credentials } from '../../cloud/sandbox';
import { migrate, openDatabase, seed, verifyLedger } from '../../cloud/store';
import { Auditor } from '../simulation/auditor/auditor';
import { control, type Addresses } from '../support/client';
import { KillablePostgres, Server, startSandboxProcess } from './processes';
import { shop, type Acknowledged } from './shoppers';
import { readBooks } from './truth';

export interface CrashOptions {
  /** How often the server is killed, and how often PostgreSQL. */
  readonly kills: number;
  readonly databaseKills: number;
  readonly say: (line: string) => void;
}

export interface CrashReport {
  readonly kills: number;
  readonly databaseKills: number;
  /** Orders that somebody was told exist, and those that somebody was told are paid. */
  readonly acknowledged: number;
  readonly toldPaid: number;
  /** Payments that the gateways received, and refunds that they made. */
  readonly payments: number;
  readonly refunds: number;
  readonly entries: number;
  /** In words; empty where nothing was lost and nothing doubled. */
  readonly violations: readonly string[];
}

const SHOPPERS = 8;
const ORDERS_BETWEEN_KILLS = 4;
const CALM_MS_MAX = 10_000;
const JOBS_EVERY_MS = 400;
/** Notifications and refunds come this much sooner than the real ones. */
const TIME_SCALE = 0.02;
/** How far the clock of the last jobs is put forward, step by step, until nothing is open, in minutes. */
const LATER_MINUTES = [0, 1, 2, 4, 8, 16, 18, 20, 25, 30, 40, 50, 60, 90, 120, 180, 240];

/**
 * Kills a server under load, and its PostgreSQL, again and again; then lets the jobs finish and compares the database with
 * what the gateways received.
 */
export async function crashTest(options: CrashOptions): Promise<CrashReport> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tpwallet-crash-'));
  const closers: (() => Promise<unknown>)[] = [() => rm(dataDir, { recursive: true, force: true })];
  try {
    const postgres = await KillablePostgres.start(dataDir);
    closers.push(() => postgres.close());
    const sandbox = await startSandboxProcess();
    closers.push(() => sandbox.stop());
    const databaseUrl = await postgres.ensureDatabase('crash');
    const db = openDatabase({ url: databaseUrl, poolMax: 4 });
    closers.push(() => db.destroy());
    await migrate(db);
    await seed(db, { now: new Date() });

    const port = await freePort();
    const addresses: Addresses = { apiUrl: `http://127.0.0.1:${port}`, sandboxUrl: sandbox.url };
    const environment: Record<string, string> = {
      ...sandboxEnvironment((await control(addresses, 'credentials')) as unknown as Credentials, {
        databaseUrl,
        publicBaseUrl: addresses.apiUrl,
        sessionSecret: randomBytes(32).toString('base64'),
        jobSecret: randomBytes(32).toString('base64'),
      }),
      NODE_ENV: 'test',
      // Shoppers press harder than people.
      RATE_LIMIT_FACTOR: '1000000',
    };
    const told = new Set<string>();
    const file = path.join(ROOT, '.cache/crash', `${path.basename(dataDir)}.cjs`);
    await mkdir(path.dirname(file), { recursive: true });
    await Server.bundle(file);
    closers.push(() => rm(file, { force: true }));
    const server = new Server(port, file, environment, (line) => told.add(line));
    await server.start();
    closers.push(() => server.kill());
    await disturb(addresses);

    const orders = await underFire({
      ...options,
      addresses,
      server,
      postgres,
      jobSecret: environment.JOB_SECRET ?? '',
    });
    options.say(`${orders.length} orders acknowledged; the jobs finish`);
    await control(addresses, 'faults', undefined, 'DELETE');

    const heard: [string, Readonly<Record<string, unknown>>][] = [];
    for (const line of told) {
      const { event, ...fields } = readLine(line);
      heard.push([event, fields]);
    }
    const log: Log = (_level, event, fields = {}) => void heard.push([event, fields]);
    const settings = readSettings(environment);
    let aheadMs = 0;
    const now = () => new Date(Date.now() + aheadMs);
    // Requests to gateways are signed at the true time; what is due is decided at the later one.
    const real = createGateways(settings, { now: () => new Date(), log, randomBytes });
    const deps = createDependencies(settings, { db, now, log, gateways: real.gateways });
    for (const minutes of LATER_MINUTES) {
      aheadMs = minutes * 60_000;
      for (const name of JOB_NAMES) await runJob(deps, name);
      // Refunds at WeChat Pay take a while even here.
      await sleep(60_000 * TIME_SCALE);
    }
    return await verify({
      databaseUrl,
      addresses,
      orders,
      heard,
      options,
      now,
      entries: () => verifyLedger(db),
    });
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

function readLine(line: string): { readonly event: string } & Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line) as { event: string };
  } catch {
    // The last line of a process that was killed may be cut.
    return { event: '' };
  }
}

/** Notifications that do not come, come twice or out of order, and answers that get lost. */
async function disturb(addresses: Addresses): Promise<void> {
  await control(addresses, 'time-scale', { scale: TIME_SCALE });
  const fault = (gateway: string, operation: string, kind: string, times: number) =>
    control(addresses, 'faults', { gateway, operation, fault: { kind, times, delayMs: 300 } });
  for (const gateway of ['wechatpay', 'alipay']) {
    for (const kind of ['drop', 'duplicate', 'delay', 'reorder']) await fault(gateway, 'notify', kind, 10);
  }
  await fault('wechatpay', 'jsapi', 'error_after_commit', 3);
  await fault('alipay', 'alipay.trade.create', 'error_after_commit', 3);
}

/** Until some orders more were acknowledged, and a moment longer, so that every kill hits people who are paying. */
async function inTheMidstOf(orders: readonly Acknowledged[]): Promise<void> {
  const enough = orders.length + ORDERS_BETWEEN_KILLS;
  const giveUpAt = performance.now() + CALM_MS_MAX;
  while (orders.length < enough && performance.now() < giveUpAt) await sleep(20);
  await sleep(randomInt(0, 400));
}

/** Load, and kills in the midst of it; the orders that were acknowledged. */
async function underFire(parts: {
  readonly kills: number;
  readonly databaseKills: number;
  readonly say: (line: string) => void;
  readonly addresses: Addresses;
  readonly server: Server;
  readonly postgres: KillablePostgres;
  readonly jobSecret: string;
}): Promise<readonly Acknowledged[]> {
  const { kills, databaseKills, say, addresses, server, postgres, jobSecret } = parts;
  const orders: Acknowledged[] = [];
  let over = false;
  const isOver = () => over;
  const load = Promise.all(
    Array.from({ length: SHOPPERS }, (_, number) => shop(addresses, number, orders, isOver)),
  );
  load.catch(() => undefined);
  const timer = (async () => {
    while (!over) {
      await fetch(`${addresses.apiUrl}/v1/jobs/run`, {
        method: 'POST',
        headers: { authorization: `Bearer ${jobSecret}`, 'content-type': 'application/json' },
        body: '{}',
      }).then(
        (response) => response.arrayBuffer(),
        () => undefined,
      );
      await sleep(JOBS_EVERY_MS);
    }
  })();
  try {
    const every =
      databaseKills === 0 ? Number.POSITIVE_INFINITY : Math.max(1, Math.floor(kills / databaseKills));
    let databases = 0;
    for (let kill = 1; kill <= kills || databases < databaseKills; kill += 1) {
      await inTheMidstOf(orders);
      if (databases < databaseKills && (kill % every === 0 || kill > kills)) {
        databases += 1;
        await postgres.crash();
        say(`PostgreSQL killed ${databases}/${databaseKills}, ${orders.length} orders`);
        await inTheMidstOf(orders);
      }
      if (kill > kills) continue;
      await server.kill();
      await server.start();
      if (kill % 5 === 0) say(`server killed ${kill}/${kills}, ${orders.length} orders`);
    }
    await sleep(1_000);
  } finally {
    over = true;
    await timer;
    await load;
  }
  return orders;
}

async function verify(parts: {
  readonly databaseUrl: string;
  readonly addresses: Addresses;
  readonly orders: readonly Acknowledged[];
  readonly heard: readonly [string, Readonly<Record<string, unknown>>][];
  readonly options: CrashOptions;
  readonly now: () => Date;
  readonly entries: () => Promise<{ readonly entries: number; readonly violations: readonly string[] }>;
}): Promise<CrashReport> {
  const { databaseUrl, addresses, orders, heard, options, now } = parts;
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const books = await readBooks(addresses);
    const auditor = new Auditor(client, books);
    for (const [event, fields] of heard) auditor.heard(event, fields);
    await auditor.observeQuiet(now().getTime());
    for (const order of orders) {
      const kept = auditor.mirror.all('orders').get(order.id);
      if (kept === undefined) auditor.report('lost', `order ${order.id} was acknowledged and is gone`);
      else if (kept.amount_fen !== order.amountFen)
        auditor.report('changed', `order ${order.id} is another one`);
      if (order.paid && kept?.state === 'closed') {
        const surplus = auditor.mirror.postingsOf(order.id).some(({ kind }) => kind === 'surplus');
        if (!surplus) auditor.report('lost', `order ${order.id} was told to be paid and is closed`);
      }
    }
    const { entries, violations } = await parts.entries();
    const payments = Object.values(books).flatMap((book) =>
      [...book.payments.values()].filter(({ state }) => state === 'paid'),
    );
    return {
      kills: options.kills,
      databaseKills: options.databaseKills,
      acknowledged: orders.length,
      toldPaid: orders.filter(({ paid }) => paid).length,
      payments: payments.length,
      refunds: payments.reduce((sum, payment) => sum + payment.refunds.length, 0),
      entries,
      violations: [...auditor.violations.map(({ kind, text }) => `${kind}: ${text}`), ...violations],
    };
  } finally {
    await client.end();
  }
}
