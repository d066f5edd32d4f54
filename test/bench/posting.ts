import { sql } from 'kysely';

import { migrate, openDatabase, recordPayment, seed, verifyLedger, type Database } from '../../cloud/store';
import { MERCHANT_ID, NOW } from '../support/store';
import { preparePgbench, startBenchPostgres } from './database';
import { inTurn, percentile, rounded, saturate, type Context, type Finding } from './figures';

const CLIENTS = 16;
const ROUND_S = 5;
const RATIO_MIN = 1;
const ACCOUNTS = 1_000;
/** Attempts made at a time; a round that uses them up takes more. */
const PREPARED = 50_000;

/** Payments waiting for their gateway's word, made in bulk: making them is not what is measured. */
async function prepareAttempts(db: Database, count: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with payer as (
      select id, row_number() over () as number from accounts
    ), made as (
      select uuidv7() as order_id, uuidv7() as attempt_id,
          gen_random_uuid()::text as order_number, payer.id as account_id
        from generate_series(1, ${count}::int) as series (at)
        join payer on payer.number = 1 + at % ${ACCOUNTS}
    ), ordered as (
      insert into orders (id, order_number, account_id, merchant_id, remark, state, method, amount_fen, fee_fen,
          total_fen, points, methods, created_at, expires_at)
        select order_id, order_number, account_id, ${MERCHANT_ID}, '', 'paying', 'wechat', 60000, 10, 60010, 600,
          '[]', ${NOW}, ${NOW}::timestamptz + interval '15 minutes' from made
    )
    insert into attempts (id, order_id, account_id, method, gateway, state, amount_fen, fee_fen, total_fen, points,
        created_at, next_query_at)
      select attempt_id, order_id, account_id, 'wechat', 'wechatpay', 'submitted', 60000, 10, 60010, 600,
        ${NOW}, ${NOW} from made
      returning id`.execute(db);
  return rows.map((row) => row.id);
}

async function openBenchStore(url: string): Promise<Database> {
  const db = openDatabase({ url, poolMax: CLIENTS });
  await migrate(db);
  await seed(db, { now: NOW });
  await sql`
    insert into accounts (id, host, app_id, open_id, created_at)
      select uuidv7(), 'weapp', 'wx1', 'payer-' || number, ${NOW}
      from generate_series(1, ${ACCOUNTS}::int) as number`.execute(db);
  return db;
}

/**
 * Payments recorded per second, each with its states, history, posting and event in one transaction that is flushed to
 * disk, over 16 connections; every one touches the gateway's clearing account and the fee account. Beside it pgbench's
 * TPC-B-like transaction on the same server, at 16 clients.
 */
export async function measure(context: Context): Promise<Finding> {
  const postgres = await startBenchPostgres();
  const db = await openBenchStore(await postgres.ensureDatabase('tpwallet'));
  try {
    const tpcb = await preparePgbench(postgres, { clients: CLIENTS, say: context.say });
    const latenciesMs: number[] = [];
    let attempts: readonly string[] = [];
    let taken = 0;
    const next = (): string => {
      const attemptId = attempts[taken++];
      if (attemptId === undefined) throw new Error(`a round used up ${PREPARED} prepared payments`);
      return attemptId;
    };
    const ours = async (): Promise<number> => {
      attempts = await prepareAttempts(db, PREPARED);
      taken = 0;
      await sql`vacuum analyze orders, attempts`.execute(db);
      await sql`checkpoint`.execute(db);
      const { perSecond, latenciesMs: measured } = await saturate({
        clients: CLIENTS,
        forMs: ROUND_S * 1_000,
        work: async () => {
          const attemptId = next();
          const { outcome } = await recordPayment(db, {
            attemptId,
            transactionId: `4200000000${attemptId}`,
            totalFen: 60_010,
            succeededAt: NOW,
            source: 'notification',
            now: NOW,
          });
          if (outcome !== 'applied') throw new Error(`a payment was not applied: ${outcome}`);
        },
      });
      latenciesMs.push(...measured);
      return perSecond;
    };
    // What one side left to be written must not be written in the other's time.
    const peer = async (): Promise<number> => {
      await sql`checkpoint`.execute(db);
      return tpcb(ROUND_S);
    };
    const found = await inTurn(context, { ours, peer }, 'postings/s');
    const { entries, violations } = await verifyLedger(db);
    const ratio = rounded(found.ours / found.peer);
    return {
      figures: {
        ours: Math.round(found.ours),
        peer: Math.round(found.peer),
        ratio,
        unit: 'postings/s',
        p50: rounded(percentile(latenciesMs, 0.5)),
        p99: rounded(percentile(latenciesMs, 0.99)),
        peer_name: 'pgbench tpcb-like, 16 clients, scale 16',
        entries,
      },
      broken: [
        ...(ratio < RATIO_MIN ? [`at least ${RATIO_MIN} times TPC-B, not ${ratio}`] : []),
        ...violations,
      ],
    };
  } finally {
    await db.destroy();
    await postgres.close();
  }
}
