import { Client } from 'pg';

import { dropDatabase, ensureDatabase } from '../../cloud/local/postgres';
import { migrate, openDatabase, seed, seedSettlementTerms } from '../../cloud/store';
import { merchantId, MERCHANTS } from './actors/merchants';
import { START_MS, World, type WorldOptions } from './world';

/**
 * Statements run a few times in each of a world's many connections: planned for their parameters, as PostgreSQL does with
 * the first five, or compiled, they would cost more than they do.
 */
const PLAN_ONCE = '-c plan_cache_mode=force_generic_plan -c jit=off';

/**
 * Makes worlds, each on a database of its own that is copied from one that was migrated and seeded once: every run then
 * begins with the same bytes, whatever ran before.
 */
export class Worlds {
  private constructor(
    private readonly maintenanceUrl: string,
    private readonly admin: Client,
    private readonly template: string,
  ) {}

  /** `name` tells makers apart that share a server. */
  static async open(maintenanceUrl: string, name: string): Promise<Worlds> {
    const template = `simulation_${name}`;
    await dropDatabase(maintenanceUrl, template);
    const db = openDatabase({ url: await ensureDatabase(maintenanceUrl, template), poolMax: 1 });
    await migrate(db);
    const now = new Date(START_MS);
    await seed(db, { now });
    const payeeOf = (name: string) => ({ name, wechatpay: `wechat-${name}`, alipay: `alipay-${name}` });
    await seedSettlementTerms(db, { payeeOf, now });
    // Nobody buys of the others here, and a batch of each would be looked for every day.
    const merchants = Array.from({ length: MERCHANTS }, (_, index) => merchantId(index + 1));
    await db.deleteFrom('merchantSettlementTerms').where('merchantId', 'not in', merchants).execute();
    await db.destroy();
    const url = new URL(maintenanceUrl);
    url.pathname = `/${template}`;
    await freeze(url.href);
    const admin = new Client({ connectionString: maintenanceUrl });
    await admin.connect();
    return new Worlds(maintenanceUrl, admin, template);
  }

  /** Lends a world for as long as `work` takes. */
  async use<Result>(
    options: Omit<WorldOptions, 'databaseUrl'>,
    work: (world: World) => Promise<Result>,
  ): Promise<Result> {
    const name = `${this.template}_world`;
    await this.admin.query(`drop database if exists ${name} with (force)`);
    await this.admin.query(`create database ${name} template ${this.template} strategy file_copy`);
    const url = new URL(this.maintenanceUrl);
    url.pathname = `/${name}`;
    url.searchParams.set('options', PLAN_ONCE);
    const world = await World.create({ ...options, databaseUrl: url.href });
    try {
      return await work(world);
    } finally {
      await world.close();
    }
  }

  async close(): Promise<void> {
    await this.admin.query(`drop database if exists ${this.template}_world with (force)`);
    await this.admin.end();
    await dropDatabase(this.maintenanceUrl, this.template);
  }
}

/** Keeps PostgreSQL from tidying up by itself: how rows lie must not depend on the time of day. */
async function freeze(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    "select quote_ident(tablename) as name from pg_tables where schemaname = 'public'",
  );
  for (const { name } of rows) await client.query(`alter table ${name} set (autovacuum_enabled = off)`);
  await client.query('analyze');
  await client.end();
}
