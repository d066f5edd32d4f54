import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { readSettings, type Settings } from '../functions/settings';
import type { Credentials } from '../sandbox';
import { sandboxEnvironment } from './environment';
import { keptSecrets } from './keep';

/** Where the parts of a running TPWallet are reached by other commands of this machine. */
export interface Running {
  readonly databaseUrl: string;
  readonly url: string;
  readonly sandboxUrl: string;
}

/** Nothing runs on this machine that a command could talk to; the message says what to do. */
export class NotRunning extends Error {
  override readonly name = 'NotRunning';
}

const fileIn = (dataDir: string): string => path.join(dataDir, 'running.json');

/** Leaves word of what runs. The database's address holds its password: only the user may read it. */
export const announce = (dataDir: string, running: Running): Promise<void> =>
  writeFile(fileIn(dataDir), JSON.stringify(running), { mode: 0o600 });

export const withdraw = (dataDir: string): Promise<void> => rm(fileIn(dataDir), { force: true });

/** The settings of the TPWallet that `npm start` runs with its data in `dataDir`. Throws NotRunning. */
export async function localSettings(dataDir: string): Promise<Settings> {
  const text = await readFile(fileIn(dataDir), 'utf8').catch(() => undefined);
  const missing =
    'Nothing runs here: start it with `npm start`, or give DATABASE_URL and the settings of .env.example.';
  if (text === undefined) throw new NotRunning(missing);
  const running = JSON.parse(text) as Running;
  const answer = await fetch(`${running.sandboxUrl}/control/credentials`).catch(() => undefined);
  // A process that was killed leaves its word behind.
  if (!answer?.ok) throw new NotRunning(missing);
  const { sessionSecret, jobSecret, identityKeys, operatorTokens } = await keptSecrets(dataDir);
  return readSettings(
    sandboxEnvironment((await answer.json()) as Credentials, {
      databaseUrl: running.databaseUrl,
      publicBaseUrl: running.url,
      sessionSecret,
      jobSecret,
      identityKeys,
      operatorTokens,
    }),
  );
}
