import { setTimeout as sleep } from 'node:timers/promises';

import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';

import {
  decide,
  featuresOf,
  NO_LISTS,
  Population,
  RULE_BOOK,
  traceOf,
  type RiskEvent,
} from '../../cloud/domain/risk';
import { migrate, openDatabase, type Database } from '../../cloud/store';
import { readKnown, recordEvent } from '../../cloud/store/risk';
import { startBenchPostgres, tidy } from './database';
import { inTurn, percentile, rounded, saturate, type Context, type Finding } from './figures';

const PAYMENTS = 1_000_000;
const ACCOUNTS = 20_000;
const MERCHANTS = 2_000;
const LOADED_AT_A_TIME = 100_000;
const DAYS = 60;
const CLIENTS = 8;
const ROUND_MS = 5_000;
const PER_SECOND = 200;
const STEADY_MS = 15_000;
const P99_MS_MAX = 10;
const CUTOFFS = { challenge: 138, block: 220 };

/** Payments of accounts in turn over sixty days, most of them at few merchants, from each account's own device. */
async function load(db: Database, endMs: number, context: Context): Promise<void> {
  for (let from = 0; from < PAYMENTS; from += LOADED_AT_A_TIME) {
    await db.transaction().execute(async (transaction) => {
      await sql`set local statement_timeout = 0`.execute(transaction);
      await sql`
        insert into risk_events (account, at, id, action, device, city, payee, payee_kind, amount_fen, hour, day,
            held, new_payee, tiny, odd, amount_score, log_ratio, verdict, score, reasons, shadow, book,
            challenge_from, block_from)
          select 'account-' || 1 + n % ${ACCOUNTS}, at, uuidv7(), 'pay', 'device-' || 1 + n % ${ACCOUNTS}, '',
              'merchant-' || 1 + floor(${MERCHANTS} * random() ^ 3), 'merchant', (4000 * exp(random() * 2 - 1))::bigint,
              seconds / 3600 % 24, seconds / 86400, random() < 0.001, random() < 0.3, false, random() < 0.02,
              0.1, 0.1, 'allow', -700, '{trust.popular_payee@1}', '{}', '2026-11', 138, 220
            from generate_series(${from}::int, ${from + LOADED_AT_A_TIME - 1}::int) as n,
              lateral (select ${new Date(endMs)}::timestamptz
                - ${DAYS}::int * interval '1 day' * (1 - n::float8 / ${PAYMENTS}) as at) as times,
              lateral (select floor(extract(epoch from at))::bigint + 28800 as seconds) as clocks`.execute(
        transaction,
      );
    });
    context.say(`${(from + LOADED_AT_A_TIME) / 1_000} thousand payments`);
  }
  await tidy(db, ['risk_events']);
}

/** A payment by somebody, now. */
function somePayment(): RiskEvent {
  const account = 1 + Math.floor(Math.random() * ACCOUNTS);
  return {
    atMs: Date.now(),
    user: `account-${account}`,
    device: `device-${account}`,
    city: '',
    action: 'pay',
    payee: `merchant-${1 + Math.floor(MERCHANTS * Math.random() ** 3)}`,
    payeeKind: 'merchant',
    amountFen: Math.round(4_000 * Math.exp(Math.random() * 2 - 1)),
  };
}

/**
 * Decisions over a million payments of history: read what is known, judge, keep the event. Beside it, keeping the event
 * alone: what any record of a payment costs.
 */
export async function measure(context: Context): Promise<Finding> {
  const postgres = await startBenchPostgres();
  const db = openDatabase({ url: await postgres.ensureDatabase('tpwallet'), poolMax: CLIENTS });
  try {
    await migrate(db);
    await load(db, Date.now(), context);
    const population = new Population();
    const judgeBy = (event: RiskEvent, known: Parameters<typeof featuresOf>[0]) => {
      const features = featuresOf(known, population, event);
      const decision = decide(event, features, { book: RULE_BOOK, lists: NO_LISTS, cutoffs: CUTOFFS });
      const trace = traceOf(event, features, population);
      return { id: uuidv7(), event, orderId: null, decision, held: decision.verdict !== 'allow', trace };
    };
    const judgeOne = async (): Promise<void> => {
      const event = somePayment();
      const { known } = await readKnown(db, event);
      await recordEvent(db, judgeBy(event, known));
    };
    const { known: something } = await readKnown(db, somePayment());
    const keepOne = (): Promise<void> => recordEvent(db, judgeBy(somePayment(), something));
    const round = async (work: () => Promise<void>): Promise<number> =>
      (await saturate({ clients: CLIENTS, forMs: ROUND_MS, work })).perSecond;
    await saturate({ clients: CLIENTS, forMs: 2_000, work: judgeOne });
    const found = await inTurn(
      context,
      { ours: () => round(judgeOne), peer: () => round(keepOne) },
      'decisions/s',
    );
    // In line with a payment stands the decision; the event is kept with the payment's own record.
    const latenciesMs = await decideAtRate(db, judgeBy);
    const p99 = rounded(percentile(latenciesMs, 0.99));
    return {
      figures: {
        ours: rounded(found.ours),
        peer: rounded(found.peer),
        ratio: rounded(found.ours / found.peer),
        unit: 'decisions/s',
        p50: rounded(percentile(latenciesMs, 0.5)),
        p99,
        peer_name: 'keeping an event without judging it',
        payments: PAYMENTS,
        rate: PER_SECOND,
      },
      broken: p99 > P99_MS_MAX ? [`p99 under ${P99_MS_MAX} ms at ${PER_SECOND} decisions/s, not ${p99}`] : [],
    };
  } finally {
    await db.destroy();
    await postgres.close();
  }
}

/** ms of decisions that begin at a steady rate, whether those before have ended or not. */
async function decideAtRate(
  db: Database,
  judgeBy: (event: RiskEvent, known: Parameters<typeof featuresOf>[0]) => object,
): Promise<readonly number[]> {
  const running: Promise<number>[] = [];
  const startedAt = performance.now();
  const decideOne = async (): Promise<number> => {
    const at = performance.now();
    const event = somePayment();
    const { known } = await readKnown(db, event);
    judgeBy(event, known);
    return performance.now() - at;
  };
  for (let count = 0; (count * 1_000) / PER_SECOND < STEADY_MS; count += 1) {
    const dueAt = startedAt + (count * 1_000) / PER_SECOND;
    if (dueAt > performance.now()) await sleep(dueAt - performance.now());
    running.push(decideOne());
  }
  return Promise.all(running);
}
