import { fork } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { build } from 'esbuild';
import { sql } from 'kysely';

import { ROOT } from '../../cloud/local/builds';
import { sandboxEnvironment } from '../../cloud/local/environment';
import { freePort } from '../../cloud/local/ports';
import type { Credentials } from '../../cloud/sandbox';
import { migrate, openDatabase, SEED_LINKS, seed, verifyLedger } from '../../cloud/store';
import { TestUser } from '../support/client';
import { startBenchPostgres } from './database';
import { inTurn, percentile, rounded, saturate, type Context, type Finding } from './figures';

const CLIENTS = 12;
/** Whom the clients pay for in turn: nobody pays seven times a second, and risk control looks at what one has paid. */
const USERS = 600;
const SIGN_IN_MS_MAX = 60_000;
/** Connections that each of both servers may hold: twice the cores and one, more only wait for one another. */
const POOL_MAX = '5';
const ROUND_MS = 6_000;
const STEADY_MS = 12_000;
/** Until what an order runs through is compiled: it is run far less often than the peer's one statement. */
const WARM_UP_MS = 20_000;
const RATIO_MIN = 0.06;
const P99_MS_MAX = 100;
const AMOUNT_FEN = 62_850;
/** What a payment costs in signatures: the request, its answer, the window's parameters, the notification. */
const SIGNATURES_PER_ORDER = 4;
/** Before each look for the result. The app's own pauses are longer; longer ones here would be told as the time it took. */
const LOOK_AFTER_MS = 20;

interface Child<Ready> {
  readonly ready: Ready;
  stop(): void;
}

const SERVERS = path.join(ROOT, 'node_modules/.cache/tpwallet-bench/servers.js');

/** Compiles the servers as deployed ones are, without what a loader of TypeScript adds to every function. */
const compileServers = () =>
  build({
    entryPoints: [path.join(__dirname, 'order-process.ts')],
    outfile: SERVERS,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'warning',
  });

/** Starts one of the bench's servers in a process of its own, as they run apart in production. */
export async function start<Ready>(
  role: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Child<Ready>> {
  await compileServers();
  const child = fork(SERVERS, [role], {
    execArgv: [],
    env: { ...process.env, ...env, TZ: 'Asia/Shanghai' },
  });
  const ready = await new Promise<Ready>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Ready));
    child.once('exit', (status) => reject(new Error(`the server '${role}' ended with ${status}`)));
  });
  return { ready, stop: () => child.disconnect() };
}

/** One order from its creation to its receipt, as the phone and the gateway do it; ms it took. */
async function payOnce(user: TestUser, quote: string): Promise<number> {
  const startedAt = performance.now();
  const ordered = await user.send<{ id: string }>('/v1/orders', { body: { quote, method: 'wechat' } });
  if (ordered.status !== 201) throw new Error(`not ordered: ${JSON.stringify(ordered.body)}`);
  const attempt = await user.attempt(ordered.body.id);
  await user.decide(attempt);
  for (;;) {
    await sleep(LOOK_AFTER_MS);
    if ((await user.read(ordered.body.id)).state === 'paid') break;
  }
  return performance.now() - startedAt;
}

/** Orders that begin at a steady rate, whether those before have ended or not; ms of each. */
export async function atRate(perSecond: number, forMs: number, pay: (client: number) => Promise<number>) {
  const running: Promise<number>[] = [];
  const startedAt = performance.now();
  for (let count = 0; (count * 1000) / perSecond < forMs; count += 1) {
    const dueAt = startedAt + (count * 1000) / perSecond;
    if (dueAt > performance.now()) await sleep(dueAt - performance.now());
    running.push(pay(count));
  }
  return Promise.all(running);
}

/** ms of one RSA-2048 signature on this machine, by a key that is read once. */
function signatureMs(): number {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const startedAt = performance.now();
  for (let count = 0; count < 300; count += 1) sign('RSA-SHA256', Buffer.from(`${count}`), privateKey);
  return (performance.now() - startedAt) / 300;
}

/**
 * Orders per second over HTTP: order, attempt, payment window, notification, receipt, through WeChat Pay's protocol in
 * the sandbox, with PostgreSQL, both servers and the load on one machine. Beside it an endpoint that inserts one row.
 */
export async function measure(context: Context): Promise<Finding> {
  const postgres = await startBenchPostgres();
  const databaseUrl = await postgres.ensureDatabase('tpwallet');
  const db = openDatabase({ url: databaseUrl, poolMax: 2 });
  const children: { stop(): void }[] = [];
  const child = async <Ready>(role: string, env?: Record<string, string>): Promise<Ready> => {
    const started = await start<Ready>(role, env);
    children.push(started);
    return started.ready;
  };
  try {
    await migrate(db);
    await seed(db, { now: new Date() });
    await sql`create table bench_rows (
      id bigint generated always as identity primary key, amount_fen bigint, remark text)`.execute(db);
    const sandbox = await child<{ url: string; credentials: Credentials }>('sandbox');
    const environment = sandboxEnvironment(sandbox.credentials, {
      databaseUrl,
      publicBaseUrl: `http://127.0.0.1:${await freePort()}`,
      sessionSecret: 'a secret that only this run of the bench knows',
      jobSecret: 'another secret that only this run of the bench knows',
    });
    const api = await child<{ url: string }>('api', {
      ...environment,
      DATABASE_POOL_MAX: POOL_MAX,
      RATE_LIMIT_FACTOR: '1000000',
    });
    const insert = await child<{ url: string }>('insert', {
      DATABASE_URL: databaseUrl,
      DATABASE_POOL_MAX: POOL_MAX,
    });

    const addresses = { apiUrl: api.url, sandboxUrl: sandbox.url };
    const users: { readonly user: TestUser; readonly quote: string }[] = [];
    await saturate({
      clients: CLIENTS,
      forMs: SIGN_IN_MS_MAX,
      due: (count) => (count < USERS ? 0 : Number.POSITIVE_INFINITY),
      work: async () => {
        const user = await TestUser.signIn(addresses, 'weapp');
        users.push({
          user,
          quote: (await user.quote(AMOUNT_FEN, { linkCode: SEED_LINKS.openAmount })).quote,
        });
      },
    });
    let orders = 0;
    const pay = (): Promise<number> => {
      const payer = users[orders++ % users.length];
      if (payer === undefined) throw new Error('nobody pays');
      return payOnce(payer.user, payer.quote);
    };
    const insertOne = async (): Promise<void> => {
      const response = await fetch(`${insert.url}/rows`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ amountFen: AMOUNT_FEN, remark: 'one row' }),
      });
      if (response.status !== 201) throw new Error(`not inserted: ${response.status}`);
      await response.arrayBuffer();
    };

    const round = async (work: (client: number) => Promise<unknown>): Promise<number> =>
      (await saturate({ clients: CLIENTS, forMs: ROUND_MS, work })).perSecond;
    context.say('warming up');
    for (const work of [pay, insertOne]) await saturate({ clients: CLIENTS, forMs: WARM_UP_MS, work });
    const found = await inTurn(context, { ours: () => round(pay), peer: () => round(insertOne) }, 'orders/s');
    const latenciesMs = await atRate(found.ours / 2, STEADY_MS, pay);
    const { violations } = await verifyLedger(db);
    const ratio = rounded(found.ours / found.peer);
    const p99 = rounded(percentile(latenciesMs, 0.99));
    const signingMs = signatureMs();
    return {
      figures: {
        ours: rounded(found.ours),
        peer: rounded(found.peer),
        ratio,
        unit: 'orders/s',
        p50: rounded(percentile(latenciesMs, 0.5)),
        p99,
        peer_name: 'POST that inserts one row',
        signature_ms: rounded(signingMs),
        /** Of the two cores' time that one order takes at the top rate. */
        signature_share: rounded((SIGNATURES_PER_ORDER * signingMs * found.ours) / 2_000),
      },
      broken: [
        ...(ratio < RATIO_MIN ? [`at least ${RATIO_MIN} times the insert, not ${ratio}`] : []),
        ...(p99 > P99_MS_MAX ? [`p99 under ${P99_MS_MAX} ms at half the top rate, not ${p99}`] : []),
        ...violations,
      ],
    };
  } finally {
    for (const started of children) started.stop();
    await db.destroy();
    await postgres.close();
  }
}
