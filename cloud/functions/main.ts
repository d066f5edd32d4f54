import { setImmediate as nextTurn } from 'node:timers/promises';

import { openDatabase, type Database } from '../store/database';
import { isReady, migrate } from '../store/migrate';
import { errorFields, jsonLog, type Log } from './http/log';
import type { Routes } from './mount';
import { readSettings, SettingsError, type Settings } from './settings';

/** Where the platform expects an HTTP function to listen. */
const PORT = 9000;

/** Loads a function's folder. */
export type LoadFunction = () => Promise<{ readonly routes: Routes }>;

function settingsOrExit(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
}

/**
 * Runs functions as a process of their own, configured by the environment. Requests wait until the database is up to date,
 * which the first instance after a release sees to. The database is asked before anything else is loaded: its answers
 * travel while code is read.
 */
export async function run(...functions: readonly LoadFunction[]): Promise<void> {
  const settings = settingsOrExit();
  const now = (): Date => new Date();
  const log = jsonLog((line) => process.stdout.write(`${line}\n`), now);
  const db = openDatabase({ url: settings.databaseUrl, poolMax: settings.databasePoolMax });
  let upToDate: Promise<void> | undefined;
  const broughtUpToDate = (): Promise<void> =>
    (upToDate ??= bringUpToDate(db, log).catch(() => {
      // Answered as the next request finds it, which tries again.
      upToDate = undefined;
    }));
  void broughtUpToDate();

  const { createDependencies } = await inItsTurn(() => import('./dependencies'));
  const { mount } = await inItsTurn(() => import('./mount'));
  const routes: Routes[] = [];
  for (const load of functions) routes.push((await inItsTurn(load)).routes);
  const { onTermination, serve } = await inItsTurn(() => import('./server'));
  const deps = createDependencies(settings, { db, log, now });
  const app = mount(deps, ...routes);
  const server = await serve(
    {
      async fetch(request, bindings) {
        if (!new URL(request.url).pathname.endsWith('/healthz')) await broughtUpToDate();
        return app.fetch(request, bindings);
      },
    },
    Number(process.env.PORT ?? PORT),
  );
  log('info', 'listening', { port: server.port });
  onTermination(async () => {
    await server.close();
    await deps.payments.drain();
    await db.destroy();
  });
}

/** Loads after what has come in meanwhile from the database was answered. */
async function inItsTurn<Module>(load: () => Promise<Module>): Promise<Module> {
  await nextTurn();
  return load();
}

async function bringUpToDate(db: Database, log: Log): Promise<void> {
  try {
    if (await isReady(db)) return;
    const applied = await migrate(db);
    log('info', 'migrated', { applied: applied.join(' ') });
  } catch (error) {
    log('error', 'migration_failed', errorFields(error));
    throw error;
  }
}
