import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { sql } from 'kysely';

import { sandboxEnvironment } from '../../cloud/local/environment';
import { startSandbox } from '../../cloud/sandbox';
import { migrate, openDatabase, seed, type Database } from '../../cloud/store';
import { control } from '../support/client';
import { MERCHANT_ID } from '../support/store';
import { startBenchPostgres } from './database';
import { inTurn, median, rounded, type Context, type Finding } from './figures';
import { writeBill, type BilledPayment } from './reconcile-bill';

const ROWS = 1_000_000;
/** A round of ours takes half a minute: three of them keep the whole within four minutes. */
const ROUNDS = 3;
const RSS_MB_MAX = 512;
const PREPARED = 100_000;
const DATE = '2026-11-23';
const AT = new Date(`${DATE}T12:00:00+08:00`);
const FEE_FEN = 360;
const TOTAL_FEN = 60_000;

/** A day of paid orders with attempts and postings, made in bulk under ids of that day. */
async function prepareBooks(db: Database, say: Context['say']): Promise<void> {
  const ago = `${Math.round((AT.getTime() - Date.now()) / 1000)} seconds`;
  for (let made = 0; made < ROWS; made += PREPARED) {
    await sql`
      with made as materialized (
        select uuidv7(${ago}::interval) as order_id, uuidv7(${ago}::interval) as attempt_id
          from generate_series(1, ${PREPARED}::int)
      ), payer as (
        select id from accounts limit 1
      ), ordered as (
        insert into orders (id, order_number, host, account_id, merchant_id, remark, state, method, amount_fen, fee_fen,
            total_fen, points, methods, created_at, expires_at, paid_at)
          select order_id, order_id::text, 'weapp', payer.id, ${MERCHANT_ID}, '', 'paid', 'wechat', ${TOTAL_FEN}, 0,
            ${TOTAL_FEN}, 600, '[]', ${AT}, ${AT}, ${AT} from made, payer
      ), posted as (
        insert into postings (id, kind, order_id, attempt_id, created_at, merchant_id, accounts, units, amounts)
          select attempt_id, 'payment', order_id, attempt_id, ${AT}, ${MERCHANT_ID},
              array['gateway_clearing:wechatpay', ${`merchant_payable:${MERCHANT_ID}`}], '{FEN,FEN}',
              array[${TOTAL_FEN}::bigint, -${TOTAL_FEN}::bigint] from made
      )
      insert into attempts (id, order_id, account_id, method, gateway, state, amount_fen, fee_fen, total_fen, points,
          transaction_id, created_at)
        select attempt_id, order_id, payer.id, 'wechat', 'wechatpay', 'succeeded', ${TOTAL_FEN}, 0, ${TOTAL_FEN}, 600,
          '4200', ${AT} from made, payer`.execute(db);
    say(`made ${made + PREPARED} payments`);
  }
}

/** The payments of the books in pages. */
async function* billed(db: Database): AsyncGenerator<readonly BilledPayment[]> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const { rows } = await sql<{ id: string }>`
      select id from attempts where id > ${after} order by id limit ${PREPARED}`.execute(db);
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
    yield rows.map(({ id }) => ({
      number: id.replaceAll('-', ''),
      totalFen: TOTAL_FEN,
      feeFen: FEE_FEN,
    }));
  }
}

interface Measured {
  readonly rows: number;
  readonly matched: number;
  readonly feesBooked: number;
  readonly differences: number;
  readonly seconds: number;
  readonly rssMb: number;
}

/** One run in a process of its own. */
async function reconcileInChild(
  environment: Readonly<Record<string, string>>,
  mode: 'show' | 'execute',
): Promise<Measured> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', path.join(__dirname, 'reconcile-child.ts'), DATE, mode],
    { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  if (status !== 0) throw new Error(`the reconciliation ended with ${status}`);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Measured;
}

/** Rows per second of PostgreSQL's own COPY of the same bill's columns into an empty table, as it stands on its disk. */
async function copyPeer(db: Database): Promise<() => Promise<number>> {
  const { rows } = await sql<{ folder: string }>`select current_setting('data_directory') as folder`.execute(
    db,
  );
  const file = path.join(rows[0]?.folder ?? '', 'bench_bill.csv');
  await sql`set statement_timeout = 0`.execute(db);
  await sql`
    copy (select 'payment', replace(id::text, '-', ''), '4200', 'succeeded', total_fen, ${sql.lit(FEE_FEN)} from attempts)
      to ${sql.lit(file)} (format csv)`.execute(db);
  return async () => {
    await sql`drop table if exists copied`.execute(db);
    await sql`create table copied (subject text, number text, transaction_id text, state text, amount_fen bigint,
      fee_fen bigint)`.execute(db);
    const startedAt = performance.now();
    await sql`copy copied from ${sql.lit(file)} (format csv)`.execute(db);
    return (ROWS * 1000) / (performance.now() - startedAt);
  };
}

/**
 * Rows per second of reconciling a day of a million payments that all agree, from the downloads of both bills to the last
 * row compared, in a process whose peak memory is measured. Beside it PostgreSQL's COPY of the bare columns of the same
 * bill into an empty table: the least that loading a million rows takes, without fetching, checking, parsing or comparing.
 */
export async function measure(context: Context): Promise<Finding> {
  const folder = await mkdtemp(path.join(tmpdir(), 'tpwallet-bench-bill-'));
  const postgres = await startBenchPostgres();
  const url = await postgres.ensureDatabase('tpwallet');
  // One connection: what is set for the preparation stays set.
  const db = openDatabase({ url, poolMax: 1 });
  const sandbox = await startSandbox({ port: 0, host: '127.0.0.1' });
  try {
    await migrate(db);
    await seed(db, { now: AT });
    await sql`set statement_timeout = 0`.execute(db);
    await sql`insert into accounts (id, created_at) values (uuidv7(), ${AT})`.execute(db);
    await prepareBooks(db, context.say);
    await sql`vacuum analyze orders, attempts, postings, entries`.execute(db);
    context.say('writing the bills');
    for (const kind of ['trade', 'fund'] as const) {
      const bill = await writeBill(kind, path.join(folder, `${kind}.gz`), billed(db));
      const ready = { gateway: 'wechatpay', kind, date: DATE, ...bill };
      await control({ sandboxUrl: sandbox.url }, 'bills/ready', ready);
    }
    // The bill is fetched days after, whatever the date is when this runs.
    const aheadMs = Math.max(0, AT.getTime() + 3 * 86_400_000 - Date.now());
    await control({ sandboxUrl: sandbox.url }, 'bills/clock', { aheadMs });
    const environment = sandboxEnvironment(sandbox.credentials, {
      databaseUrl: url,
      publicBaseUrl: 'http://localhost:1',
      sessionSecret: 'a secret of the bench, long enough for it',
      jobSecret: 'another secret of the bench, long enough',
    });
    const runs: Measured[] = [];
    const ours = async (): Promise<number> => {
      const run = await reconcileInChild(environment, 'show');
      runs.push(run);
      context.say(`${rounded(run.seconds)} s, peak ${Math.round(run.rssMb)} MB`);
      return run.rows / run.seconds;
    };
    const found = await inTurn(context, { ours, peer: await copyPeer(db) }, 'rows/s', ROUNDS);
    context.say('once more, booking every fee');
    const executed = await reconcileInChild(environment, 'execute');
    const rssMb = Math.max(...runs.map((run) => run.rssMb), executed.rssMb);
    return {
      figures: {
        ours: Math.round(found.ours),
        peer: Math.round(found.peer),
        ratio: rounded(found.ours / found.peer),
        unit: 'rows/s',
        peer_name: 'COPY of the same columns into an empty table',
        rows: ROWS,
        rounds: ROUNDS,
        seconds: rounded(median(runs.map((run) => run.seconds))),
        peak_rss_mb: Math.round(rssMb),
        fees_booked: executed.feesBooked,
        execute_seconds: rounded(executed.seconds),
      },
      broken: [
        ...(rssMb >= RSS_MB_MAX ? [`under ${RSS_MB_MAX} MB, not ${Math.round(rssMb)}`] : []),
        ...runs
          .filter((run) => run.matched !== ROWS || run.differences !== 0)
          .map((run) => `every row agrees, not ${run.matched} with ${run.differences} differences`),
        ...(executed.feesBooked === ROWS ? [] : [`every fee is booked, not ${executed.feesBooked}`]),
      ],
    };
  } finally {
    await sandbox.close();
    await db.destroy();
    await postgres.close();
    await rm(folder, { recursive: true, force: true });
  }
}
