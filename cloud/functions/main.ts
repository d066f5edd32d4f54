import { isReady, migrate } from '../store';
import { createDependencies, type Dependencies } from './dependencies';
import { errorFields } from './http/log';
import { mount, type Routes } from './mount';
import { onTermination, serve } from './server';
import { readSettings, SettingsError, type Settings } from './settings';

/** Where the platform expects an HTTP function to listen. */
const PORT = 9000;

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
 * Runs functions as a process of their own, configured by the environment. It listens at once; requests wait until the
 * database is up to date, which the first instance after a release sees to.
 */
export async function run(...functions: readonly Routes[]): Promise<void> {
  const deps = createDependencies(settingsOrExit());
  const app = mount(deps, ...functions);
  let upToDate: Promise<void> | undefined;
  const server = await serve(
    {
      async fetch(request) {
        if (!new URL(request.url).pathname.endsWith('/healthz')) {
          upToDate ??= bringUpToDate(deps).catch(() => {
            // Answered as the request finds it, and tried again with the next.
            upToDate = undefined;
          });
          await upToDate;
        }
        return app.fetch(request);
      },
    },
    Number(process.env.PORT ?? PORT),
  );
  deps.log('info', 'listening', { port: server.port });
  onTermination(async () => {
    await server.close();
    await deps.payments.drain();
    await deps.db.destroy();
  });
}

async function bringUpToDate({ db, log }: Dependencies): Promise<void> {
  try {
    if (await isReady(db)) return;
    const applied = await migrate(db);
    log('info', 'migrated', { applied: applied.join(' ') });
  } catch (error) {
    log('error', 'migration_failed', errorFields(error));
    throw error;
  }
}
