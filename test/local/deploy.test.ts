import { spawn, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import { wrap } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Script } from 'node:vm';

import { sandboxEnvironment } from '../../cloud/local/environment';
import { CLOUD_DIST } from '../../cloud/local/deploy/build';
import { variableNames } from '../../cloud/local/deploy/cloudbaserc';
import { HTTP_FUNCTIONS } from '../../cloud/local/deploy/functions';
import { CACHE_FILE, CODE_FILE, readCache } from '../../cloud/local/deploy/loader';
import { freePort } from '../../cloud/local/ports';
import { generateKeys, startSandbox, type Sandbox } from '../../cloud/sandbox';
import { openDatabase, seed, verifyLedger, type Database } from '../../cloud/store';
import { control, TestUser } from '../support/client';
import { createTestDatabase, type TestDatabase } from '../support/database';

const JOB_SECRET = 'another secret that only this run of the tests knows';
let database: TestDatabase;
let db: Database;
let sandbox: Sandbox;
let front: Server;
let apiUrl: string;
let environment: Record<string, string>;
const processes: ChildProcess[] = [];
const ports = new Map<string, number>();

/** Starts a bundle as the platform does; nothing of this process's environment but PATH is there. */
function start(name: string, env: Record<string, string>, below = CLOUD_DIST): ChildProcess {
  const child = spawn(path.join(below, name, 'scf_bootstrap'), [], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  processes.push(child);
  return child;
}

/** Routes by prefix, like the platform's access service. */
function startFront(): Promise<Server> {
  const routes = HTTP_FUNCTIONS.flatMap(({ name, paths }) => paths.map((prefix) => ({ name, prefix })));
  const server = createServer((incoming, outgoing) => {
    const route = routes.find(({ prefix }) => incoming.url?.startsWith(prefix));
    if (route === undefined) return void outgoing.writeHead(404).end();
    const forwarded = httpRequest(
      {
        port: ports.get(route.name),
        path: incoming.url,
        method: incoming.method,
        headers: incoming.headers,
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    forwarded.once('error', () => outgoing.writeHead(502).end());
    incoming.pipe(forwarded);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

beforeAll(async () => {
  if (!existsSync(CLOUD_DIST)) throw new Error('dist/cloud is missing: run `npm run build:cloud` first.');
  database = await createTestDatabase();
  db = openDatabase({ url: database.url, poolMax: 2 });
  sandbox = await startSandbox({ port: 0, host: '127.0.0.1', keys: await generateKeys(new Date()) });
  front = await startFront();
  apiUrl = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  environment = sandboxEnvironment(sandbox.credentials, {
    databaseUrl: database.url,
    publicBaseUrl: apiUrl,
    sessionSecret: 'a secret that only this run of the tests knows',
    jobSecret: JOB_SECRET,
    wechatpayMode: 'certificate',
    alipayMode: 'certificate',
  });
  for (const { name } of HTTP_FUNCTIONS) {
    const port = await freePort();
    ports.set(name, port);
    start(name, { ...environment, NODE_ENV: 'test', PORT: String(port) });
  }
  // All at once on an empty database: each waits for whichever brings it up to date.
  await Promise.all([...ports.values()].map(untilReady));
  await seed(db, { now: new Date() });
}, 60_000);
afterAll(async () => {
  for (const child of processes) child.kill('SIGTERM');
  await new Promise((resolve) => front?.close(resolve));
  await sandbox?.close();
  await db?.destroy();
  await database?.drop();
});

async function untilReady(port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    const ready = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (ready?.ok) return;
    await sleep(100);
  }
  throw new Error('a function did not become ready');
}

test.each(['weapp', 'alipay'] as const)('an order is paid through the bundles inside %s', async (host) => {
  const user = await TestUser.signIn({ apiUrl, sandboxUrl: sandbox.url }, host);
  const paid = await user.pay(66_600);
  expect(paid).toMatchObject({ state: 'paid', amountFen: 66_600, feeFen: 17, points: 666 });
  expect((await verifyLedger(db)).violations).toEqual([]);
});

test('the timer function runs the jobs, and nobody else does', async () => {
  const timer = `require(${JSON.stringify(path.join(CLOUD_DIST, 'timer/index.js'))}).main()
    .then((report) => console.log(JSON.stringify(report)))`;
  const child = spawn(process.execPath, ['-e', timer], {
    env: { PATH: process.env.PATH, PUBLIC_BASE_URL: apiUrl, JOB_SECRET },
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  await new Promise((resolve) => child.once('close', resolve));
  expect(JSON.parse(printed)).toMatchObject({ jobs: { 'check-ledger': { violations: 0 } } });
});

test('a function that is ended answers what is under way, takes nothing new, and leaves', async () => {
  const user = await TestUser.signIn({ apiUrl, sandboxUrl: sandbox.url }, 'alipay');
  const order = await user.order(1_000);
  const port = await freePort();
  const child = start('order', { ...environment, NODE_ENV: 'test', PORT: String(port) });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await untilReady(port);
  const fault = { kind: 'delay', delayMs: 1_500 };
  const operation = 'alipay.trade.create';
  await control({ sandboxUrl: sandbox.url }, 'faults', { gateway: 'alipay', operation, fault });
  const underWay = fetch(`http://127.0.0.1:${port}/v1/orders/${order.id}/attempts`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${user.session.accessToken}`,
      'content-type': 'application/json',
      'idempotency-key': 'under-way',
    },
    body: JSON.stringify({ method: 'alipay' }),
  });
  // The attempt is recorded before the gateway is asked, which now takes its time.
  for (let tries = 0; tries < 300 && (await user.read(order.id)).state !== 'paying'; tries += 1)
    await sleep(10);
  child.kill('SIGTERM');
  await expect(
    (async () => {
      for (;;) await fetch(`http://127.0.0.1:${port}/healthz`, { headers: { connection: 'close' } });
    })(),
  ).rejects.toThrow('fetch failed');
  expect((await underWay).status).toBe(201);
  expect(await ended).toBe(0);
});

test('a function that is not configured says everything that is missing and ends', async () => {
  const child = start('order', { DATABASE_URL: 'mysql://x' });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const status = await new Promise((resolve) => child.once('close', resolve));
  expect(status).toBe(2);
  for (const name of ['DATABASE_URL', 'SESSION_SECRET', 'WECHATPAY_MCH_ID', 'ALIPAY_APP_ID']) {
    expect(said).toContain(name);
  }
});

test('V8 takes what it compiled when the function was built', () => {
  const folder = path.join(CLOUD_DIST, 'order');
  const source = wrap(readFileSync(path.join(folder, CODE_FILE), 'latin1'));
  const script = new Script(source, { cachedData: readCache(folder) });
  expect(script.cachedDataRejected).toBe(false);
});

test.each([
  ['is missing', (file: string) => rmSync(file)],
  ['is cut short', (file: string) => truncateSync(file, 1_000)],
])('a function starts as ever where the cache of its code %s', async (_, spoil) => {
  const below = mkdtempSync(path.join(tmpdir(), 'tpwallet-bundle-'));
  try {
    cpSync(path.join(CLOUD_DIST, 'ledger'), path.join(below, 'ledger'), { recursive: true });
    spoil(path.join(below, 'ledger', CACHE_FILE));
    const port = await freePort();
    start('ledger', { ...environment, NODE_ENV: 'test', PORT: String(port) }, below);
    await untilReady(port);
  } finally {
    rmSync(below, { recursive: true });
  }
});

test('a bundle builds the schemas that its routes use, and no others', () => {
  const codeOf = (name: string): string => readFileSync(path.join(CLOUD_DIST, name, CODE_FILE), 'utf8');
  const ofProofs = 'Shows that a payment is in the ledger';
  expect(codeOf('merchant')).toContain(ofProofs);
  expect(codeOf('order')).not.toContain(ofProofs);
});

test('every variable that the functions take is in .env.example', () => {
  const documented = new Set(variableNames());
  for (const name of Object.keys(environment)) expect(documented).toContain(name);
});

test('what is deployed keeps to the platform: bootstrap, size, description', () => {
  const description = JSON.parse(readFileSync(path.join(CLOUD_DIST, 'cloudbaserc.json'), 'utf8')) as {
    functions: { dir: string; triggers?: object[] }[];
  };
  expect(description.functions.map(({ dir }) => dir).sort()).toEqual(
    [...HTTP_FUNCTIONS.map(({ name }) => name), 'timer'].sort(),
  );
  expect(description.functions.filter(({ triggers }) => triggers)).toHaveLength(1);
  for (const { name } of HTTP_FUNCTIONS) {
    const bootstrap = path.join(CLOUD_DIST, name, 'scf_bootstrap');
    expect(readFileSync(bootstrap, 'utf8')).toMatch(/^#!\/bin\/bash\n[^\r]*$/);
    expect(statSync(bootstrap).mode & 0o111).toBe(0o111);
    const files = readdirSync(path.join(CLOUD_DIST, name)).map((file) => path.join(CLOUD_DIST, name, file));
    const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
    expect(bytes).toBeLessThan(2 * 1024 * 1024);
  }
});
