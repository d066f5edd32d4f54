import { sql } from 'kysely';

import {
  batchPayments,
  migrate,
  openDatabase,
  seed,
  unbatchedPayments,
  verifyLedger,
  type Database,
  type PaymentRecorder,
} from '../../cloud/store';
import { MERCHANT_ID, NOW } from '../support/store';
import { preparePgbench, startBenchPostgres, tidy } from './database';
import { inTurn, median, percentile, rounded, ROUNDS, saturate, type Context, type Finding } from './figures';

const CLIENTS = 16;
const USERS = 256;
const ROUND_S = 3;
/** Batches use up prepared payments ten times as fast. */
const BATCHED_ROUND_S = 1.5;
const STEADY_S = 2;
const ACCOUNTS = 1_000;
const MERCHANTS = 1_000;
/** Payments made at a time; a round that uses them up is over. */
const PREPARED = 25_000;
const PREPARED_FOR_BATCHES = 45_000;

const RATIO_MIN = 1.2;
const BATCHED_RATIO_MIN = 4;
const BATCHED_P99_MS_MAX = 20;
/** Two measurements of the same thing differ by this much. */
const HOT_RATIO_MIN = 0.9;

/** To one merchant and one user's points, or to as many of both as there are. */
type Payee = 'spread' | 'hot';

/** Payments waiting for their gateway's word, made in bulk: making them is not what is measured. */
async function prepareAttempts(db: Database, count: number, payee: Payee): Promise<readonly string[]> {
  const accounts = payee === 'hot' ? 1 : ACCOUNTS;
  const merchants = payee === 'hot' ? 1 : MERCHANTS;
  const rows = await db.transaction().execute(async (transaction) => {
    await sql`set local statement_timeout = 0`.execute(transaction);
    const made = await sql<{ id: string }>`
    with payer as (
      select id, row_number() over (order by id) as number from accounts
    ), payee as (
      select id, row_number() over (order by id) as number from merchants
    ), made as (
      select uuidv7() as order_id, uuidv7() as attempt_id, gen_random_uuid()::text as order_number,
          payer.id as account_id, payee.id as merchant_id
        from generate_series(1, ${count}::int) as series (at)
        join payer on payer.number = 1 + at % ${accounts} join payee on payee.number = 1 + at % ${merchants}
    ), ordered as (
      insert into orders (id, order_number, host, account_id, merchant_id, remark, state, method, amount_fen, fee_fen,
          total_fen, points, methods, created_at, expires_at)
        select order_id, order_number, 'weapp', account_id, merchant_id, '', 'paying', 'wechat', 60000, 10, 60010, 600,
          '[]', ${NOW}, ${NOW}::timestamptz + interval '15 minutes' from made
    ), waiting as (
      insert into open_orders select order_id, ${NOW}::timestamptz + interval '15 minutes' from made
    ), asked as (
      insert into open_attempts select attempt_id, ${NOW}, ${NOW} from made
    )
    insert into attempts (id, order_id, account_id, method, gateway, state, amount_fen, fee_fen, total_fen, points,
        created_at)
      select attempt_id, order_id, account_id, 'wechat', 'wechatpay', 'submitted', 60000, 10, 60010, 600, ${NOW}
      from made
      returning id`.execute(transaction);
    return made.rows;
  });
  await tidy(db, ['orders', 'attempts', 'open_orders', 'open_attempts']);
  return rows.map((row) => row.id);
}

async function openBenchStore(url: string): Promise<Database> {
  const db = openDatabase({ url, poolMax: CLIENTS });
  await migrate(db);
  await seed(db, { now: NOW });
  await sql`
    insert into accounts (id, created_at)
      select uuidv7(), ${NOW}
      from generate_series(1, ${ACCOUNTS}::int) as number`.execute(db);
  await sql`
    insert into merchants
      select (jsonb_populate_record(merchants, jsonb_build_object('id', uuidv7()))).*
      from merchants, generate_series(1, ${MERCHANTS}::int) where id = ${MERCHANT_ID}`.execute(db);
  return db;
}

interface Round {
  readonly perSecond: number;
  readonly latenciesMs: readonly number[];
}

/** One round of so many users who each pay again as soon as their payment is recorded. */
async function recordRound(
  db: Database,
  payments: PaymentRecorder,
  load: {
    readonly users: number;
    readonly seconds: number;
    readonly prepared: number;
    readonly payee: Payee;
    /** Payments fall due at this rate, each for the user who is free next; its time counts from then. As fast as can be otherwise. */
    readonly perSecond?: number;
  },
): Promise<Round> {
  const attempts = await prepareAttempts(db, load.prepared, load.payee);
  const { perSecond } = load;
  let taken = 0;
  const startedAt = performance.now();
  return saturate({
    clients: load.users,
    forMs: load.seconds * 1_000,
    ...(perSecond !== undefined && {
      due: (count) => startedAt + (count * 1_000) / perSecond,
    }),
    isSpent: () => taken >= attempts.length,
    work: async () => {
      const attemptId = attempts[taken++];
      // With a rate to keep, one that waited for its turn finds the last of them taken.
      if (attemptId === undefined) return;
      const { outcome } = await payments.record({
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
}

/**
 * Payments recorded per second, each with its states, history, posting and event. `ours`: each in a transaction of its
 * own that is flushed to disk, over 16 connections; every one touches the gateway's clearing account and the fee account.
 * `batched`: through the recorder of the functions, with 256 users as fast as they can (`batched_top_p99`) and at the rate
 * that is promised (`batched_p99`, the median of the rounds as all figures here, and `batched_worst_p99`); `hot`: the same
 * with one merchant and one user's points for all. Beside them pgbench's TPC-B-like transaction on the same server, at 16
 * clients.
 */
export async function measure(context: Context): Promise<Finding> {
  const postgres = await startBenchPostgres();
  const db = await openBenchStore(await postgres.ensureDatabase('tpwallet'));
  try {
    const tpcb = await preparePgbench(postgres, { clients: CLIENTS, say: context.say });
    const single = unbatchedPayments(db);
    const batched = batchPayments(db);
    const rounds = { single: [] as Round[], batched: [] as Round[], hot: [] as Round[] };
    const keep = async (kept: Round[], measured: Promise<Round>): Promise<number> => {
      const round = await measured;
      kept.push(round);
      return round.perSecond;
    };
    const found = await inTurn(
      context,
      {
        ours: () =>
          keep(
            rounds.single,
            recordRound(db, single, {
              users: CLIENTS,
              seconds: ROUND_S,
              prepared: PREPARED,
              payee: 'spread',
            }),
          ),
        peer: async () => {
          await sql`checkpoint`.execute(db);
          const perSecond = tpcb(ROUND_S);
          const load = { users: USERS, seconds: BATCHED_ROUND_S, prepared: PREPARED_FOR_BATCHES };
          const spread = await keep(rounds.batched, recordRound(db, batched, { ...load, payee: 'spread' }));
          const hot = await keep(rounds.hot, recordRound(db, batched, { ...load, payee: 'hot' }));
          context.say(`batched: ${rounded(spread)}, to one payee ${rounded(hot)} postings/s`);
          return perSecond;
        },
      },
      'postings/s',
    );
    const p = (kept: readonly Round[], share: number): number =>
      rounded(
        percentile(
          kept.flatMap((round) => round.latenciesMs),
          share,
        ),
      );
    // As fast as 256 users can, each waits for all the others; how long one waits is asked at the rate that is promised.
    const steady: Round[] = [];
    // What the flood before left to autovacuum is done first: it is not of this rate.
    await tidy(db);
    const perSecond = BATCHED_RATIO_MIN * found.peer;
    for (let round = 1; round <= ROUNDS; round += 1) {
      const load = { users: USERS, seconds: STEADY_S, prepared: PREPARED, payee: 'spread' } as const;
      await keep(steady, recordRound(db, batched, { ...load, perSecond }));
      context.say(`batched at ${rounded(perSecond)} postings/s: p99 ${p(steady.slice(-1), 0.99)} ms`);
    }
    const speed = (kept: readonly Round[]): number => median(kept.map((round) => round.perSecond));
    const ratio = rounded(found.ours / found.peer);
    const batchedRatio = rounded(speed(rounds.batched) / found.peer);
    const hotRatio = rounded(speed(rounds.hot) / speed(rounds.batched));
    const steadyP99s = steady.map((round) => percentile(round.latenciesMs, 0.99));
    const batchedP99 = rounded(median(steadyP99s));
    const { entries, violations } = await verifyLedger(db);
    return {
      figures: {
        ours: Math.round(found.ours),
        peer: Math.round(found.peer),
        ratio,
        unit: 'postings/s',
        p50: p(rounds.single, 0.5),
        p99: p(rounds.single, 0.99),
        peer_name: 'pgbench tpcb-like, 16 clients, scale 16',
        batched: Math.round(speed(rounds.batched)),
        batched_ratio: batchedRatio,
        batched_top_p50: p(rounds.batched, 0.5),
        batched_top_p99: p(rounds.batched, 0.99),
        batched_p50: p(steady, 0.5),
        batched_p99: batchedP99,
        batched_worst_p99: rounded(Math.max(...steadyP99s)),
        hot: Math.round(speed(rounds.hot)),
        hot_ratio: hotRatio,
        entries,
      },
      broken: [
        ...(ratio < RATIO_MIN ? [`at least ${RATIO_MIN} times TPC-B, not ${ratio}`] : []),
        ...(batchedRatio < BATCHED_RATIO_MIN
          ? [`batched at least ${BATCHED_RATIO_MIN} times TPC-B, not ${batchedRatio}`]
          : []),
        ...(batchedP99 > BATCHED_P99_MS_MAX
          ? [
              `batched within ${BATCHED_P99_MS_MAX} ms for ${USERS} users at that rate (p99), not ${batchedP99}`,
            ]
          : []),
        ...(hotRatio < HOT_RATIO_MIN ? [`a hot payee no slower, not ${hotRatio}`] : []),
        ...violations,
      ],
    };
  } finally {
    await db.destroy();
    await postgres.close();
  }
}
