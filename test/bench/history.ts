import { sql } from 'kysely';

import { getOrder, listOrders, migrate, openDatabase, seed, type Database } from '../../cloud/store';
import { MERCHANT_ID, NOW } from '../support/store';
import { startBenchPostgres, tidy } from './database';
import { inTurn, percentile, rounded, type Context, type Finding } from './figures';

const ORDERS = 5_000_000;
const ACCOUNTS = 50_000;
const LOADED_AT_A_TIME = 250_000;
const PAGE = 20;
/** Questions of one round, each about an account taken at random. */
const QUESTIONS = 300;
const MEDIAN_MS_MAX = 5;

/** Paid orders of accounts in turn, as many for each, so that those of one account lie far apart on disk. */
async function load(db: Database, context: Context): Promise<void> {
  await sql`
    insert into accounts (id, created_at)
      select md5('account ' || number)::uuid, ${NOW}
      from generate_series(1, ${ACCOUNTS}::int) as number`.execute(db);
  // Indexes over rows that are all there are made in a fraction of the time.
  const { rows: indexes } = await sql<{ name: string; definition: string }>`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
      from pg_index where indrelid = 'orders'::regclass and not indisunique`.execute(db);
  for (const { name } of indexes) await sql`drop index ${sql.raw(name)}`.execute(db);
  for (let from = 0; from < ORDERS; from += LOADED_AT_A_TIME) {
    await db.transaction().execute(async (transaction) => {
      await sql`set local statement_timeout = 0`.execute(transaction);
      // The rows are right by their making: the keys of accounts and merchants are not looked up for each.
      await sql`set local session_replication_role = replica`.execute(transaction);
      await sql`
        insert into orders (id, order_number, host, account_id, merchant_id, remark, state, method, amount_fen, fee_fen,
            total_fen, points, methods, transaction_id, created_at, expires_at, paid_at)
          select uuidv7(), 'N' || at, 'weapp', md5('account ' || 1 + at % ${ACCOUNTS})::uuid, ${MERCHANT_ID}, '', 'paid', 'wechat',
            60000, 10, 60010, 600, '[]', 'T' || at, ${NOW}, ${NOW}, ${NOW}
          from generate_series(${from}::int, ${from + LOADED_AT_A_TIME - 1}::int) as at`.execute(transaction);
    });
    context.say(`${(from + LOADED_AT_A_TIME) / 1_000_000} million orders`);
  }
  await db.connection().execute(async (connection) => {
    await sql`set statement_timeout = 0`.execute(connection);
    for (const { definition } of indexes) await sql.raw(definition).execute(connection);
  });
  await tidy(db, ['orders']);
}

/** Median ms of many questions, one after the other. */
async function medianMs(ask: () => Promise<unknown>, latenciesMs: number[]): Promise<number> {
  const measured: number[] = [];
  for (let number = 0; number < QUESTIONS; number += 1) {
    const startedAt = performance.now();
    await ask();
    measured.push(performance.now() - startedAt);
  }
  latenciesMs.push(...measured);
  return percentile(measured, 0.5);
}

/**
 * An account's newest twenty orders out of five million, as the list of orders reads them. Beside it, one order by its
 * primary key: as little as a read can be.
 */
export async function measure(context: Context): Promise<Finding> {
  const postgres = await startBenchPostgres();
  const db = openDatabase({ url: await postgres.ensureDatabase('tpwallet'), poolMax: 1 });
  try {
    await migrate(db);
    await seed(db, { now: NOW });
    await load(db, context);
    const accounts = await db.selectFrom('accounts').select('id').execute();
    const known = await sql<{ id: string }>`select id from orders tablesample system (0.05)`.execute(db);
    const anyOf = <Item>(items: readonly Item[]): Item => {
      const item = items[Math.floor(Math.random() * items.length)];
      if (item === undefined) throw new Error('nothing was loaded');
      return item;
    };
    const latenciesMs: number[] = [];
    const found = await inTurn(
      context,
      {
        ours: () =>
          medianMs(async () => {
            const page = await listOrders(db, { accountId: anyOf(accounts).id, limit: PAGE });
            if (page.items.length !== PAGE) throw new Error(`a page of ${page.items.length} orders`);
          }, latenciesMs),
        peer: () => medianMs(() => getOrder(db, { orderId: anyOf(known.rows).id }), []),
      },
      'ms',
    );
    return {
      figures: {
        ours: rounded(found.ours),
        peer: rounded(found.peer),
        ratio: rounded(found.ours / found.peer),
        unit: 'ms',
        p50: rounded(percentile(latenciesMs, 0.5)),
        p99: rounded(percentile(latenciesMs, 0.99)),
        peer_name: 'one order by its primary key',
        orders: ORDERS,
      },
      broken: found.ours > MEDIAN_MS_MAX ? [`a page within ${MEDIAN_MS_MAX} ms, not ${found.ours}`] : [],
    };
  } finally {
    await db.destroy();
    await postgres.close();
  }
}
