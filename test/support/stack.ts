import { createHash, randomBytes } from 'node:crypto';

import { newSigningKey } from '../../cloud/local/keep';
import { sandboxEnvironment, type VerificationMode } from '../../cloud/local/environment';
import { createApp } from '../../cloud/functions/app';
import { createDependencies, type Dependencies } from '../../cloud/functions/dependencies';
import { serve, type FetchApp } from '../../cloud/functions/server';
import { readSettings } from '../../cloud/functions/settings';
import {
  generateKeys,
  startSandbox,
  type Credentials,
  type Sandbox,
  type SandboxKeys,
} from '../../cloud/sandbox';
import { migrate, openDatabase, seed, type Database } from '../../cloud/store';
import { runJob } from '../../cloud/functions/job/jobs';
import { createTestDatabase } from './database';

export interface StackOptions {
  readonly wechatpayMode?: VerificationMode;
  readonly alipayMode?: VerificationMode;
  /** Gateways that merchants are paid out through; none by default. */
  readonly payoutGateways?: readonly ('wechatpay' | 'alipay')[];
  /** The real schedule by default: retries of notifications come too late to be seen. */
  readonly notifyTimeScale?: number;
  /** More or other environment variables of the functions. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Replaces parts of the functions' dependencies, such as the clock. */
  readonly parts?: Partial<Dependencies>;
}

export interface Stack {
  readonly apiUrl: string;
  readonly sandboxUrl: string;
  readonly credentials: Credentials;
  /** A named user of the sandbox. */
  readonly sandboxUser: Sandbox['user'];
  readonly deps: Dependencies;
  readonly db: Database;
  readonly databaseUrl: string;
  /** The environment that the functions were configured by. */
  readonly environment: Readonly<Record<string, string>>;
  /** Lines of the functions' log. */
  readonly logs: { readonly level: string; readonly event: string; readonly fields: object }[];
  close(): Promise<void>;
}

/** Bearers of the operator's API in every stack. */
export const OPERATOR_TOKENS = {
  alice: 'token-of-alice-that-only-this-run-knows',
  bob: 'token-of-bob-that-only-this-run-knows',
} as const;

/** Carol is in support alone: no rules are hers to touch. */
export const SUPPORT_TOKEN = 'token-of-carol-who-may-not-touch-any-rules';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The setting by which alice writes and reviews rules, bob may do everything, and carol is in support. */
export const OPERATORS_BY_ROLE = [
  `alice:${sha256(OPERATOR_TOKENS.alice)}:author+reviewer`,
  `bob:${sha256(OPERATOR_TOKENS.bob)}`,
  `carol:${sha256(SUPPORT_TOKEN)}:support`,
].join(',');

/** Keys of the vault in every stack. */
export const VAULT_KEYS = {
  master: Buffer.alloc(32, 'a master key of tests').toString('base64'),
  index: Buffer.alloc(32, 'a key of the index of tests').toString('base64'),
} as const;

let keys: Promise<SandboxKeys> | undefined;
/** One set of keys for a test file: making them takes longer than most tests. */
const sharedKeys = (): Promise<SandboxKeys> => (keys ??= generateKeys(new Date()));

/** A whole cloud on free ports: fresh database, sandbox, every function. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const database = await createTestDatabase();
  const sandbox = await startSandbox({
    port: 0,
    host: '127.0.0.1',
    notifyTimeScale: options.notifyTimeScale ?? 1,
    keys: await sharedKeys(),
  });
  const db = openDatabase({ url: database.url, poolMax: 20 });
  await migrate(db);
  await seed(db, { now: new Date() });
  const logs: Stack['logs'] = [];

  // The address is needed before the app that answers there is made.
  let answer: FetchApp['fetch'] = () => new Response(null, { status: 503 });
  const server = await serve({ fetch: (request, bindings) => answer(request, bindings) }, 0, '127.0.0.1');
  const environment = {
    ...sandboxEnvironment(sandbox.credentials, {
      databaseUrl: database.url,
      sessionSecret: 'a secret that only this run of the tests knows',
      jobSecret: 'another secret that only this run of the tests knows',
      operatorTokens: OPERATOR_TOKENS,
      vaultKeys: VAULT_KEYS,
      ledgerSigningKey: newSigningKey(),
      publicBaseUrl: server.url,
      wechatpayMode: options.wechatpayMode,
      alipayMode: options.alipayMode,
      payoutGateways: options.payoutGateways,
    }),
    // Tests press harder than people; one that is about limits sets its own.
    RATE_LIMIT_FACTOR: '1000000',
    ...options.environment,
  };
  const deps = createDependencies(readSettings(environment), {
    db,
    log: (level, event, fields = {}) => void logs.push({ level, event, fields }),
    randomBytes,
    ...options.parts,
  });
  const app = createApp(deps);
  answer = (request, bindings) => app.fetch(request, bindings);

  return {
    apiUrl: server.url,
    sandboxUrl: sandbox.url,
    credentials: sandbox.credentials,
    sandboxUser: (name) => sandbox.user(name),
    deps,
    db,
    databaseUrl: database.url,
    environment,
    logs,
    async close() {
      await server.close();
      await sandbox.close();
      await db.destroy();
      await database.drop();
    },
  };
}

/** Delivers all that waits. */
export async function publishAll({ deps }: Pick<Stack, 'deps'>): Promise<void> {
  while ((await runJob(deps, 'publish-events')).claimed !== 0);
}
