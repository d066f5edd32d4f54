import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startPostgres, type RunningPostgres } from '../../cloud/local/postgres';

/** What the teardown of the same run must clean up. */
export interface StartedForTests {
  readonly postgres: RunningPostgres;
  readonly dataDir: string;
}

declare global {
  var startedForTests: StartedForTests | undefined;
}

/** Starts one PostgreSQL for the whole run and names it in TEST_DATABASE_URL, unless that is set by hand. */
export default async function globalSetup(): Promise<void> {
  process.env.TZ = 'Asia/Shanghai';
  if (process.env.TEST_DATABASE_URL) return;
  const dataDir = await mkdtemp(path.join(tmpdir(), 'tpwallet-test-'));
  const postgres = await startPostgres({ dataDir, durable: false, connectionsMax: 300 });
  process.env.TEST_DATABASE_URL = postgres.url('postgres');
  globalThis.startedForTests = { postgres, dataDir };
}
