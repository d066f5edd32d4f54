import { CamelCasePlugin, Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import { Pool, types, type CustomTypesConfig } from 'pg';

import type { Tables } from './schema';

/** A database or a transaction on it: every function of the store takes either. */
export type Database = Kysely<Tables>;

const INT8 = 20;
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 10_000;

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`a bigint beyond what a number holds: ${text}`);
  return value;
}

/** How connections read what PostgreSQL answers: a bigint is a number, refused beyond what a number holds. */
export const parsers: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: unknown) =>
    oid === INT8 && format !== 'binary' ? safeInteger : types.getTypeParser(oid, format as 'text'),
};

/** Opens a pool of at most `poolMax` connections; each is made when first needed. `destroy()` closes it. */
export function openDatabase(options: { readonly url: string; readonly poolMax: number }): Database {
  const pool = new Pool({
    connectionString: options.url,
    max: options.poolMax,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'tpwallet',
    types: parsers,
  });
  // A connection that the server ends is replaced by the next query; without a listener it would end the process. The pool
  // listens for those that are idle; one that a transaction holds between two queries speaks for itself.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return databaseOn(pool);
}

/** The database behind a pool of connections that was made with `parsers`. `destroy()` closes the pool. */
export const databaseOn = (pool: PostgresPool): Database =>
  new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });

/** Runs `work` in one transaction; inside one already, in that. */
export function inTransaction<Result>(
  db: Database,
  work: (transaction: Database) => Promise<Result>,
): Promise<Result> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}
