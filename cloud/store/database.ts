import { CamelCasePlugin, CompiledQuery, Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import { Client, Pool, types, type CustomTypesConfig, type QueryConfig } from 'pg';

import type { Tables } from './schema';

/** A database or a transaction on it: every function of the store takes either. */
export type Database = Kysely<Tables>;

const INT8 = 20;
const CONNECT_TIMEOUT_MS = 5_000;
/** A new connection plans every statement anew: the first payment on it takes ten times as long. */
const IDLE_TIMEOUT_MS = 300_000;
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

/** Names of statements by their text: each connection prepares them once, since planning costs more than running. */
const statementNames = new Map<string, string>();

/** Runs a statement with its parameters as it stands; the names of columns are not made camel case. */
export async function run<Row>(
  db: Database,
  text: string,
  parameters: readonly unknown[],
): Promise<readonly Row[]> {
  const { rows } = await db.executeQuery<Row>(CompiledQuery.raw(text, [...parameters]));
  return rows;
}

type Query = (statement: unknown, ...rest: unknown[]) => unknown;

/** Different statements that get a name; lists of varying length make ever new ones, which are planned each time. */
const STATEMENTS_NAMED_MAX = 300;

function nameOf(statement: unknown, parameters: unknown): string | undefined {
  if (typeof statement !== 'string' || !Array.isArray(parameters) || parameters.length === 0)
    return undefined;
  const known = statementNames.get(statement);
  if (known !== undefined || statementNames.size >= STATEMENTS_NAMED_MAX) return known;
  const name = `statement_${statementNames.size + 1}`;
  statementNames.set(statement, name);
  return name;
}

/** A connection that prepares each statement once, inside transactions and outside. */
class PreparingClient extends Client {
  constructor(config?: ConstructorParameters<typeof Client>[0]) {
    super(config);
    const send = super.query.bind(this) as Query;
    const query: Query = (statement, ...rest) => {
      const name = nameOf(statement, rest[0]);
      if (name === undefined) return send(statement, ...rest);
      return send({ name, text: statement } as QueryConfig, ...rest);
    };
    this.query = query as typeof this.query;
  }
}

/** Opens a pool of at most `poolMax` connections; each is made when first needed. `destroy()` closes it. */
export function openDatabase(options: { readonly url: string; readonly poolMax: number }): Database {
  const pool = new Pool({
    Client: PreparingClient,
    connectionString: options.url,
    max: options.poolMax,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
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

/** Names are camel case here and snake case in PostgreSQL; keys inside JSON stay as they are. */
export const PLUGINS = [new CamelCasePlugin({ maintainNestedObjectKeys: true })];

/** The database behind a pool of connections that was made with `parsers`. `destroy()` closes the pool. */
export const databaseOn = (pool: PostgresPool): Database =>
  new Kysely<Tables>({
    dialect: new PostgresDialect({ pool }),
    plugins: PLUGINS,
  });

/** Runs `work` in one transaction; inside one already, in that. */
export function inTransaction<Result>(
  db: Database,
  work: (transaction: Database) => Promise<Result>,
): Promise<Result> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}

/**
 * An expression that makes the commit of its statement not wait for the disk. Commits keep their order, so whatever is
 * committed afterwards in the usual way is never on the disk without it. For what may be forgotten in a crash of the
 * database as if the process had died a moment earlier.
 */
export const FLUSH_LATER = `set_config('synchronous_commit', 'off', true)`;
