import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';

import { fen } from '../../cloud/domain';
import { rehearse, rehearsePromotion } from '../../cloud/functions/rehearsal/run';
import { migrate, openDatabase, seed, type Database } from '../../cloud/store';
import { readPastOrders } from '../../cloud/store/rehearsals';
import { merchantId } from '../../cloud/store/seed';
import { firstPrices } from '../support/pricing';
import { livePromotion, promotion } from '../support/promotions';
import { NOW } from '../support/store';
import { startBenchPostgres, tidy } from './database';
import { thousandRules } from './fee-rules';
import { inTurn, rounded, type Context, type Finding } from './figures';

const ORDERS = 1_000_000;
const ACCOUNTS = 50_000;
const LOADED_AT_A_TIME = 100_000;
const DAYS = 30;
const SECONDS_MAX = 60;
/** How much more memory a rehearsal may take than the process had before, in MB. */
const MEMORY_MB_MAX = 256;
const MB = 1024 * 1024;

const FROM = new Date(NOW.getTime() - DAYS * 86_400_000);

/** Paid orders of a month, of many accounts and merchants in turn, with quotes as orders keep them. */
async function load(db: Database, context: Context): Promise<void> {
  await sql`
    insert into accounts (id, created_at)
      select md5('account ' || number)::uuid, ${NOW}
      from generate_series(1, ${ACCOUNTS}::int) as number`.execute(db);
  const merchants = Array.from({ length: 20 }, (_, index) => merchantId(index + 1));
  const quote = JSON.stringify(firstPrices(fen(60_000)));
  for (let from = 0; from < ORDERS; from += LOADED_AT_A_TIME) {
    await db.transaction().execute(async (transaction) => {
      await sql`set local statement_timeout = 0`.execute(transaction);
      // The rows are right by their making: the keys of accounts and merchants are not looked up for each.
      await sql`set local session_replication_role = replica`.execute(transaction);
      await sql`
        insert into orders (id, order_number, host, account_id, merchant_id, remark, state, method, amount_fen, fee_fen,
            total_fen, points, methods, transaction_id, created_at, expires_at, paid_at)
          select uuidv7(), 'N' || at, case (1 + at * 7 % ${ACCOUNTS}) % 2 when 0 then 'weapp' else 'alipay' end,
              md5('account ' || 1 + at * 7 % ${ACCOUNTS})::uuid,
              (${merchants}::uuid[])[1 + at % 20], '', 'paid', case at % 3 when 0 then 'alipay' else 'wechat' end,
              1 + at * 7919::bigint % 200000, 10, 11 + at * 7919::bigint % 200000, 600, ${quote}::jsonb, 'T' || at,
              made, made, made
          from generate_series(${from}::int, ${from + LOADED_AT_A_TIME - 1}::int) as at,
            lateral (select ${FROM}::timestamptz + at * interval '2.5 seconds' as made) as time`.execute(
        transaction,
      );
    });
    context.say(`${(from + LOADED_AT_A_TIME) / 1_000} thousand orders`);
  }
  await tidy(db, ['orders']);
}

/** A promotion that asks all it can of payers and of its budget, over the same orders, beside one that was live. */
async function promotionOver(
  db: Database,
  context: Context,
  period: { readonly from: Date; readonly to: Date },
): Promise<{ readonly seconds: number; readonly memoryMb: number }> {
  await livePromotion(db, FROM);
  const limits = { timesPerUser: 100, timesPerUserDay: 5, budgetFen: 1_000_000_000, budgetTimes: null };
  const draft = promotion(uuidv7(), { limits, when: { firstPayment: 'with_merchant' } });
  const before = process.memoryUsage().rss;
  const startedAt = performance.now();
  let memoryMb = 0;
  const report = await rehearsePromotion(db, { ...period, draft, cashbackHosts: [] }, (done, total) => {
    memoryMb = Math.max(memoryMb, (process.memoryUsage().rss - before) / MB);
    if (done % (ORDERS / 4) === 0) context.say(`promotion: ${done} of ${total}`);
    return Promise.resolve();
  });
  if (report.total.orders !== ORDERS) throw new Error(`${report.total.orders} orders were run`);
  return { seconds: (performance.now() - startedAt) / 1_000, memoryMb };
}

/**
 * A thousand draft rules over a million past orders. Beside it the same orders read in the same way with no rules run, so
 * that the ratio tells what the rules take.
 */
export async function measure(context: Context): Promise<Finding> {
  const postgres = await startBenchPostgres();
  const db = openDatabase({ url: await postgres.ensureDatabase('tpwallet'), poolMax: 2 });
  try {
    await migrate(db);
    await seed(db, { now: NOW });
    await load(db, context);
    const set = { version: 2, rules: thousandRules() };
    const period = { from: FROM, to: new Date(NOW.getTime() + 1) };
    let slowestSeconds = 0;
    let memoryMbMax = 0;
    const perSecond = async (work: () => Promise<number>): Promise<number> => {
      const startedAt = performance.now();
      const orders = await work();
      if (orders !== ORDERS) throw new Error(`${orders} orders were read, not ${ORDERS}`);
      return (orders * 1_000) / (performance.now() - startedAt);
    };
    const found = await inTurn(
      context,
      {
        ours: async () => {
          const before = process.memoryUsage().rss;
          let told = 0;
          const speed = await perSecond(async () => {
            const report = await rehearse(db, { set, ...period, asOf: null }, (done, total) => {
              memoryMbMax = Math.max(memoryMbMax, (process.memoryUsage().rss - before) / MB);
              if (done - told >= ORDERS / 4) context.say(`${(told = done)} of ${total}`);
              return Promise.resolve();
            });
            return report.total.orders;
          });
          slowestSeconds = Math.max(slowestSeconds, ORDERS / speed);
          return speed;
        },
        peer: () =>
          perSecond(async () => {
            let read = 0;
            await readPastOrders(db, period, (orders) => {
              read += orders.length;
              return Promise.resolve();
            });
            return read;
          }),
      },
      'orders/s',
    );
    const promotion = await promotionOver(db, context, period);
    return {
      figures: {
        ours: rounded(found.ours),
        peer: rounded(found.peer),
        ratio: rounded(found.ours / found.peer),
        unit: 'orders/s',
        peer_name: 'reading the same orders and running no rules',
        orders: ORDERS,
        seconds: rounded(ORDERS / found.ours),
        seconds_max: rounded(slowestSeconds),
        memory_mb: Math.round(memoryMbMax),
        promotion_seconds: rounded(promotion.seconds),
        promotion_memory_mb: Math.round(promotion.memoryMb),
      },
      broken: [
        ...(promotion.seconds > SECONDS_MAX || promotion.memoryMb > MEMORY_MB_MAX
          ? [
              `a promotion over a million orders within ${SECONDS_MAX} s and ${MEMORY_MB_MAX} MB, not ${rounded(promotion.seconds)} s and ${Math.round(promotion.memoryMb)} MB`,
            ]
          : []),
        ...(ORDERS / found.ours > SECONDS_MAX
          ? [`a million orders within ${SECONDS_MAX} s, not ${rounded(ORDERS / found.ours)}`]
          : []),
        ...(memoryMbMax > MEMORY_MB_MAX
          ? [`at most ${MEMORY_MB_MAX} MB more than before, not ${Math.round(memoryMbMax)}`]
          : []),
      ],
    };
  } finally {
    await db.destroy();
    await postgres.close();
  }
}
