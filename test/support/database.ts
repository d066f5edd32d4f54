import { randomUUID } from 'node:crypto';

import { dropDatabase, ensureDatabase } from '../../cloud/local/postgres';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** URL of the maintenance database of the run's PostgreSQL. */
export function maintenanceUrl(): string {
  const url = process.env.TEST_DATABASE_URL;
  if (!url)
    throw new Error('TEST_DATABASE_URL is not set: run tests through jest, whose global setup sets it.');
  return url;
}

/** An empty database of its own for a test file; `drop` it at the end. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const url = await ensureDatabase(maintenanceUrl(), name);
  return { url, drop: () => dropDatabase(maintenanceUrl(), name) };
}
