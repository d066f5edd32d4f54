import { rm } from 'node:fs/promises';

import './global-setup';

/** Ends the PostgreSQL of this run and removes its data. */
export default async function globalTeardown(): Promise<void> {
  const started = globalThis.startedForTests;
  if (started === undefined) return;
  await started.postgres.close();
  await rm(started.dataDir, { recursive: true, force: true });
}
