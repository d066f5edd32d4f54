import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type Compilable,
  type CompiledQuery,
} from 'kysely';

import { PLUGINS, type Database } from './database';
import type { Tables } from './schema';

/** Stands for a parameter while its query is built. */
class Mark {
  constructor(readonly name: string) {}
}

/** Builds queries and runs none. */
const builder = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  plugins: PLUGINS,
});

/** A query whose text is made once. */
export interface Prepared<Parameters, Row> {
  (db: Database, parameters: Parameters): Promise<readonly Row[]>;
  /** The query with its parameters, for a statement that it is a part of. */
  query(parameters: Parameters): CompiledQuery<Row>;
}

/**
 * A query whose text is made once and run many times: for those of the paying path, where building and compiling one costs
 * as much as sending it. `build` gets stand-ins for the parameters and may only hand them on, never look at them.
 */
export function prepared<Parameters extends object, Row>(
  build: (db: Database, parameters: Parameters) => Compilable<Row>,
): Prepared<Parameters, Row> {
  const marks = new Proxy({}, { get: (_target, name) => new Mark(String(name)) }) as Parameters;
  let compiled: CompiledQuery<Row> | undefined;
  const query = (given: Parameters): CompiledQuery<Row> => {
    compiled ??= build(builder, marks).compile();
    const parameters = compiled.parameters.map((parameter) =>
      parameter instanceof Mark ? given[parameter.name as keyof Parameters] : parameter,
    );
    return { ...compiled, parameters };
  };
  return Object.assign(
    async (db: Database, given: Parameters) => (await db.executeQuery<Row>(query(given))).rows,
    { query },
  );
}
