import { Engine } from 'json-rules-engine';

import { sandboxEnvironment } from '../../cloud/local/environment';
import { freePort } from '../../cloud/local/ports';
import type { Credentials } from '../../cloud/sandbox';
import {
  chargeBy,
  compileFees,
  FEE_CATEGORIES,
  fen,
  USER_TIERS,
  type FeeQuestion,
  type FeeRule,
} from '../../cloud/domain';
import { migrate, openDatabase, SEED_LINKS, seed } from '../../cloud/store';
import { TestUser } from '../support/client';
import { startBenchPostgres } from './database';
import { putLive, thousandRules } from './fee-rules';
import { inTurn, percentile, rounded, type Context, type Finding } from './figures';
import { atRate, start } from './order';

const OURS_ROUND_MS = 1_000;
const PEER_ROUND_MS = 2_000;
const RATIO_MIN = 50;
const CLIENTS = 24;
const REQUESTS_PER_SECOND = 300;
const WARM_UP_MS = 12_000;
const STEADY_MS = 15_000;
const P99_MS_MAX = 30;

/** Payments of all kinds in turn: through the hosts' own methods and by cards of every bank. */
function questions(): readonly FeeQuestion[] {
  return Array.from({ length: 997 }, (_, index): FeeQuestion => {
    const shared = {
      scene: 'merchant_payment',
      host: index % 2 === 0 ? 'weapp' : 'alipay',
      category: FEE_CATEGORIES[index % FEE_CATEGORIES.length] ?? 'food',
      userTier: USER_TIERS[index % USER_TIERS.length] ?? 'standard',
      amountFen: fen(1 + ((index * 7_919) % 5_000_000)),
      atMs: 0,
      allowanceUsedFen: {},
    } as const;
    if (index % 3 === 0)
      return { ...shared, method: 'bankcard', cardType: 'debit', bank: `BANK${index % 16}` };
    return { ...shared, method: index % 3 === 1 ? 'wechat' : 'alipay' };
  });
}

/** The same rules in the peer's form, the first that holds in the order of priority deciding. */
function peerOf(rules: readonly FeeRule[]): (question: FeeQuestion) => Promise<number> {
  const facts = {
    scenes: 'scene',
    methods: 'method',
    cardTypes: 'cardType',
    banks: 'bank',
    hosts: 'host',
    categories: 'category',
    userTiers: 'userTier',
  } as const;
  const engine = new Engine([], { allowUndefinedFacts: true });
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  for (const rule of rules) {
    const all = Object.entries(rule.when).map(([condition, value]) => ({
      fact: facts[condition as keyof typeof facts],
      operator: 'in',
      value,
    }));
    // Without conditions a rule holds for everything; the peer asks for at least one.
    const conditions = all.length > 0 ? all : [{ fact: 'amountFen', operator: 'greaterThan', value: 0 }];
    engine.addRule({
      conditions: { all: conditions },
      event: { type: rule.id },
      priority: rule.priority + 1,
    });
  }
  // Nothing of a lower priority is looked at once a rule has held.
  engine.on('success', () => engine.stop());
  return async (question) => {
    const { events } = await engine.run({ ...question });
    const rule = byId.get(events[0]?.type ?? '');
    if (rule === undefined) throw new Error('no rule of the peer holds');
    return chargeBy(rule, 1, { amountFen: question.amountFen, usedFen: 0 }).feeFen;
  };
}

async function pure(context: Context): Promise<{ readonly ours: number; readonly peer: number }> {
  const rules = thousandRules();
  const engine = compileFees({ version: 1, rules });
  const peer = peerOf(rules);
  const all = questions();
  for (const question of all.slice(0, 100)) {
    const [mine, theirs] = [engine.charge(question)?.feeFen, await peer(question)];
    if (mine !== theirs) throw new Error(`ours charges ${mine}, the peer ${theirs}`);
  }
  let sum = 0;
  const ours = (): Promise<number> => {
    const startedAt = performance.now();
    let quotes = 0;
    for (; performance.now() - startedAt < OURS_ROUND_MS; quotes += all.length) {
      for (const question of all) sum += engine.charge(question)?.feeFen ?? 0;
    }
    return Promise.resolve((quotes * 1_000) / (performance.now() - startedAt));
  };
  const theirs = async (): Promise<number> => {
    const startedAt = performance.now();
    let quotes = 0;
    for (; performance.now() - startedAt < PEER_ROUND_MS; quotes += 1) {
      const question = all[quotes % all.length];
      if (question !== undefined) sum += await peer(question);
    }
    return (quotes * 1_000) / (performance.now() - startedAt);
  };
  const found = await inTurn(context, { ours, peer: theirs }, 'quotes/s');
  if (sum === 0) throw new Error('nothing was charged');
  return found;
}

/** ms of each of many quotes over HTTP at a steady rate, the server in a process of its own with a thousand live rules. */
async function overHttp(context: Context): Promise<readonly number[]> {
  const postgres = await startBenchPostgres();
  const databaseUrl = await postgres.ensureDatabase('tpwallet');
  const db = openDatabase({ url: databaseUrl, poolMax: 2 });
  const children: { stop(): void }[] = [];
  try {
    await migrate(db);
    await seed(db, { now: new Date() });
    await putLive(db, thousandRules(), new Date());
    const sandbox = await start<{ url: string; credentials: Credentials }>('sandbox');
    children.push(sandbox);
    const environment = sandboxEnvironment(sandbox.ready.credentials, {
      databaseUrl,
      publicBaseUrl: `http://127.0.0.1:${await freePort()}`,
      sessionSecret: 'a secret that only this run of the bench knows',
      jobSecret: 'another secret that only this run of the bench knows',
    });
    const api = await start<{ url: string }>('api', {
      ...environment,
      DATABASE_POOL_MAX: '20',
      RATE_LIMIT_FACTOR: '1000000',
    });
    children.push(api);
    const addresses = { apiUrl: api.ready.url, sandboxUrl: sandbox.ready.url };
    const users = await Promise.all(
      Array.from({ length: CLIENTS }, () => TestUser.signIn(addresses, 'weapp')),
    );
    const quote = async (count: number): Promise<number> => {
      const startedAt = performance.now();
      const user = users[count % CLIENTS];
      if (user === undefined) throw new Error('nobody asks');
      const { methods } = await user.quote(1 + ((count * 7_919) % 5_000_000), {
        linkCode: SEED_LINKS.openAmount,
      });
      if (methods[0]?.lines[1]?.rule?.version !== 2) throw new Error('not quoted by the thousand rules');
      return performance.now() - startedAt;
    };
    await atRate(REQUESTS_PER_SECOND, WARM_UP_MS, quote);
    context.say(`${REQUESTS_PER_SECOND} quotes/s over HTTP for ${STEADY_MS / 1_000} s`);
    return await atRate(REQUESTS_PER_SECOND, STEADY_MS, quote);
  } finally {
    for (const child of children) child.stop();
    await db.destroy();
    await postgres.close();
  }
}

/**
 * Fees by a thousand live rules: how many a core makes a second beside json-rules-engine with the same rules, and how long a
 * quote takes over HTTP at a steady 300 a second, with PostgreSQL, server and load on one machine.
 */
export async function measure(context: Context): Promise<Finding> {
  const found = await pure(context);
  const latenciesMs = await overHttp(context);
  const ratio = rounded(found.ours / found.peer);
  const p99 = rounded(percentile(latenciesMs, 0.99));
  return {
    figures: {
      ours: rounded(found.ours),
      peer: rounded(found.peer),
      ratio,
      unit: 'quotes/s',
      p50: rounded(percentile(latenciesMs, 0.5)),
      p99,
      peer_name: 'json-rules-engine with the same 1,000 rules',
      http_quotes_per_second: REQUESTS_PER_SECOND,
    },
    broken: [
      ...(ratio < RATIO_MIN ? [`at least ${RATIO_MIN} times json-rules-engine, not ${ratio}`] : []),
      ...(p99 > P99_MS_MAX
        ? [`p99 under ${P99_MS_MAX} ms at ${REQUESTS_PER_SECOND} requests/s, not ${p99}`]
        : []),
    ],
  };
}
