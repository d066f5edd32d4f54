import { serve, type FetchApp } from '../functions/server';
import { createApp } from '../functions/app';
import { createDependencies } from '../functions/dependencies';
import { JOB_NAMES, runJob } from '../functions/job/jobs';
import type { Log } from '../functions/http/log';
import { errorFields } from '../functions/http/log';
import { readSettings } from '../functions/settings';
import { startSandbox, type Sandbox, type SandboxKeys } from '../sandbox';
import { migrate, openDatabase, seed, seedPromotions, seedSettlementTerms, type SeedPayee } from '../store';
import { sandboxEnvironment } from './environment';
import { previewRoutes } from './preview/routes';

export interface LocalCloudOptions {
  readonly databaseUrl: string;
  /** Of the preview and the API; 0 takes a free one. */
  readonly port: number;
  readonly sandboxPort: number;
  readonly keys: SandboxKeys;
  readonly sessionSecret: string;
  readonly jobSecret: string;
  readonly identityKeys?: string;
  readonly ledgerSigningKey?: string;
  readonly vaultKeys?: { readonly master: string; readonly index: string };
  readonly operatorTokens?: { readonly alice: string; readonly bob: string };
  readonly log: Log;
  readonly sandboxLog?: (line: string) => void;
  /** Pause between two rounds of the jobs, in ms. */
  readonly jobsEveryMs?: number;
  readonly notifyTimeScale?: number;
}

export interface LocalCloud {
  readonly url: string;
  readonly sandboxUrl: string;
  close(): Promise<void>;
}

const JOBS_EVERY_MS = 5_000;
const POOL_MAX = 10;
/** Retries of notifications and refunds come sooner than the real ones, so that one can watch them. */
const NOTIFY_TIME_SCALE = 0.1;
/** What a payee of the sandbox takes to confirm a WeChat Pay transfer, in ms. */
const PAYEES_CONFIRM_AFTER_MS = 3_000;

/** Whom the first phone of the preview belongs to, and the merchant who is paid out to that person. */
const PREVIEW_PAYEE = { user: 'xiaoming', merchant: 'merchant-1' } as const;

/** Every function, the sandbox, the jobs and the preview in this process, on a database that is brought up to date first. */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const db = openDatabase({ url: options.databaseUrl, poolMax: POOL_MAX });
  const closers: (() => Promise<void>)[] = [() => db.destroy()];
  const close = async (): Promise<void> => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    await migrate(db);
    await seed(db, { now: new Date() });
    await seedPromotions(db, { now: new Date() });
    const sandbox = await startSandbox({
      port: options.sandboxPort,
      host: '127.0.0.1',
      keys: options.keys,
      notifyTimeScale: options.notifyTimeScale ?? NOTIFY_TIME_SCALE,
      payeesConfirmAfterMs: PAYEES_CONFIRM_AFTER_MS,
      payeesWhoDecide: [PREVIEW_PAYEE.user],
      ...(options.sandboxLog && { log: options.sandboxLog }),
    });
    closers.push(() => sandbox.close());
    await seedSettlementTerms(db, {
      payeeOf: (name) => payeeOf(sandbox.user(name === PREVIEW_PAYEE.merchant ? PREVIEW_PAYEE.user : name)),
      now: new Date(),
    });

    // The address is needed before the app that answers there is made.
    let answer: FetchApp['fetch'] = () => new Response(null, { status: 503 });
    const server = await serve({ fetch: (request, bindings) => answer(request, bindings) }, options.port);
    closers.push(() => server.close());
    const url = `http://localhost:${server.port}`;
    const settings = readSettings({
      ...sandboxEnvironment(sandbox.credentials, {
        ...options,
        publicBaseUrl: url,
        payoutGateways: ['wechatpay', 'alipay'],
      }),
      DATABASE_POOL_MAX: String(POOL_MAX),
    });
    const deps = createDependencies(settings, { db, log: options.log });
    const api = createApp(deps);
    const preview = previewRoutes({ db, sandboxUrl: sandbox.url });
    answer = (request, bindings) => {
      const { pathname } = new URL(request.url);
      const isApi = pathname.startsWith('/v1/') || pathname === '/healthz' || pathname === '/readyz';
      return isApi ? api.fetch(request, bindings) : preview.fetch(request);
    };

    let working = Promise.resolve();
    const work = async (): Promise<void> => {
      for (const name of JOB_NAMES) {
        await runJob(deps, name).catch((error: unknown) =>
          options.log('error', 'job_failed', { job: name, ...errorFields(error) }),
        );
      }
    };
    const timer = setInterval(() => {
      working = working.then(work);
    }, options.jobsEveryMs ?? JOBS_EVERY_MS);
    closers.push(async () => {
      clearInterval(timer);
      await working;
    });
    return { url, sandboxUrl: sandbox.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Who is behind a made-up merchant, in both gateways. */
const payeeOf = ({ realName, weapp, alipay }: ReturnType<Sandbox['user']>): SeedPayee => ({
  name: realName,
  wechatpay: weapp.openId,
  alipay: alipay.openId,
});
