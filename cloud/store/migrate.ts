import { Migrator, type Migration } from 'kysely';

import type { Database } from './database';
import * as accounts from './migrations/0001-accounts';
import * as merchants from './migrations/0002-merchants';
import * as orders from './migrations/0003-orders';
import * as ledger from './migrations/0004-ledger';
import * as reconcile from './migrations/0007-reconcile';

/** Forward only: what went out is changed by another migration. Names order them and are never changed. */
const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-accounts': accounts,
  '0002-merchants': merchants,
  '0003-orders': orders,
  '0004-ledger': ledger,
  '0007-reconcile': reconcile,
};

const migratorOf = (db: Database): Migrator =>
  new Migrator({ db, provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) } });

/** Applies what is missing, all or nothing; processes that start together wait for one another. Answers the names applied. */
export async function migrate(db: Database): Promise<readonly string[]> {
  const { error, results } = await migratorOf(db).migrateToLatest();
  if (error !== undefined) throw error;
  return (results ?? []).map((result) => result.migrationName);
}

/** Whether the database answers and every migration is applied. Rejects where it does not answer. */
export async function isReady(db: Database): Promise<boolean> {
  const migrations = await migratorOf(db).getMigrations();
  return migrations.every((migration) => migration.executedAt !== undefined);
}
