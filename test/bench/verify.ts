import { sql } from 'kysely';

import { newSigningKey } from '../../cloud/local/keep';
import { isLedgerSignature, ledgerSigner } from '../../cloud/functions/ledger/key';
import {
  migrate,
  openDatabase,
  sealBlock,
  seed,
  verifyBlocks,
  verifyLedger,
  type Database,
} from '../../cloud/store';
import { MERCHANT_ID, NOW } from '../support/store';
import { startBenchPostgres, tidy } from './database';
import { inTurn, rounded, type Context, type Finding } from './figures';

/** Five for each payment. `BENCH_ENTRIES` asks for another number, such as ten million. */
const ENTRIES = Number(process.env.BENCH_ENTRIES ?? 500_000);
const ENTRIES_OF_PAYMENT = 5;
const ACCOUNTS = 10_000;
const LOADED_AT_A_TIME = 100_000;
const MEMORY_MB_MAX = 512;
const ROUNDS = ENTRIES > 2_000_000 ? 1 : 5;

/** Paid orders with all that belongs to them, as `record_payment` leaves them. */
async function load(db: Database, context: Context): Promise<void> {
  await sql`
    insert into accounts (id, created_at)
      select md5('account ' || number)::uuid, ${NOW}
      from generate_series(1, ${ACCOUNTS}::int) as number`.execute(db);
  const payments = ENTRIES / ENTRIES_OF_PAYMENT;
  for (let from = 0; from < payments; from += LOADED_AT_A_TIME) {
    const to = Math.min(payments, from + LOADED_AT_A_TIME);
    await db.transaction().execute(async (transaction) => {
      await sql`set local statement_timeout = 0`.execute(transaction);
      await sql`set local session_replication_role = replica`.execute(transaction);
      await sql`
        create temporary table made on commit drop as
          select uuidv7() as id, 'N' || at as number, md5('account ' || 1 + at % ${ACCOUNTS})::uuid as account_id
          from generate_series(${from}::int, ${to - 1}::int) as at`.execute(transaction);
      await sql`
        insert into orders (id, order_number, host, account_id, merchant_id, remark, state, method, amount_fen, fee_fen,
            total_fen, points, methods, transaction_id, created_at, expires_at, paid_at)
          select id, number, 'weapp', account_id, ${MERCHANT_ID}, '', 'paid', 'wechat', 60000, 10, 60010, 600, '[]',
            'T' || number, ${NOW}, ${NOW}, ${NOW} from made`.execute(transaction);
      await sql`
        insert into attempts (id, order_id, account_id, method, gateway, state, amount_fen, fee_fen, total_fen, points,
            created_at)
          select id, id, account_id, 'wechat', 'wechatpay', 'succeeded', 60000, 10, 60010, 600, ${NOW}
          from made`.execute(transaction);
      await sql`
        insert into history (order_id, subject, subject_id, from_state, to_state, reason, actor, at)
          select id, 'order', id, 'paying', 'paid', 'paid_by_notification', 'gateway', ${NOW} from made`.execute(
        transaction,
      );
      await sql`
        insert into postings (
            id, kind, order_id, attempt_id, created_at, merchant_id, account_id, accounts, units, amounts)
          select id, 'payment', id, id, ${NOW}, ${MERCHANT_ID}, account_id,
              array['gateway_clearing:wechatpay', 'merchant_payable:' || ${MERCHANT_ID}, 'fee_revenue',
                'points_issued', 'user_points:' || account_id],
              '{FEN,FEN,FEN,POINTS,POINTS}', '{60010,-60000,-10,600,-600}' from made`.execute(transaction);
    });
    context.say(`${(to * ENTRIES_OF_PAYMENT) / 1_000_000} million entries`);
  }
  await tidy(db);
}

async function sealAll(db: Database, context: Context): Promise<number> {
  const signer = ledgerSigner(newSigningKey());
  const startedAt = performance.now();
  let sealed = 0;
  for (let leaves = 1; leaves > 0; sealed += leaves) leaves = await sealBlock(db, signer, { now: NOW });
  const perSecond = (sealed * 1_000) / (performance.now() - startedAt);
  context.say(`${sealed} postings sealed, ${Math.round(perSecond)}/s`);
  await tidy(db, ['ledger_leaves', 'account_lines']);
  return perSecond;
}

/**
 * Entries per second of the whole proof: every invariant, every block computed again. Beside it, the entries counted and
 * summed by one statement: as little as looking at all of them can be.
 */
export async function measure(context: Context): Promise<Finding> {
  const postgres = await startBenchPostgres();
  const db = openDatabase({ url: await postgres.ensureDatabase('tpwallet'), poolMax: 2 });
  try {
    await migrate(db);
    await seed(db, { now: NOW });
    await load(db, context);
    const sealedPerSecond = await sealAll(db, context);
    const violations: string[] = [];
    const perSecond = async (work: () => Promise<void>): Promise<number> => {
      const startedAt = performance.now();
      await work();
      return (ENTRIES * 1_000) / (performance.now() - startedAt);
    };
    const found = await inTurn(
      context,
      {
        ours: () =>
          perSecond(async () => {
            const report = await verifyLedger(db);
            const blocks = await verifyBlocks(db, { isSigned: isLedgerSignature });
            if (report.entries !== ENTRIES || blocks.leaves * ENTRIES_OF_PAYMENT !== ENTRIES) {
              throw new Error(`looked at ${report.entries} entries and ${blocks.leaves} leaves`);
            }
            violations.push(...report.violations, ...blocks.violations);
          }),
        peer: () =>
          perSecond(async () => {
            await db.transaction().execute(async (transaction) => {
              await sql`set local statement_timeout = 0`.execute(transaction);
              await sql`select count(*), sum(amount) from entries`.execute(transaction);
            });
          }),
      },
      'entries/s',
      ROUNDS,
    );
    const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
    return {
      figures: {
        ours: Math.round(found.ours),
        peer: Math.round(found.peer),
        ratio: rounded(found.ours / found.peer),
        unit: 'entries/s',
        peer_name: 'select count(*), sum(amount) from entries',
        entries: ENTRIES,
        sealed_per_second: Math.round(sealedPerSecond),
        peak_mb: peakMb,
      },
      broken: [
        ...violations,
        ...(peakMb > MEMORY_MB_MAX ? [`within ${MEMORY_MB_MAX} MB, not ${peakMb}`] : []),
      ],
    };
  } finally {
    await db.destroy();
    await postgres.close();
  }
}
