import { maintenanceUrl } from '../support/database';
import { ACTIONS } from './actors';
import { CommandError, readCommand } from './command';
import { explain } from './failure';
import { addFaults, FAULTS, noFaults } from './faults';
import { planOf } from './plan';
import { Random } from './random';
import { runPlan } from './run';
import { shrink } from './shrink';
import { Worlds } from './worlds';

const SEEDS = 12;
const STEPS = 100;

let worlds: Worlds;
beforeAll(async () => {
  worlds = await Worlds.open(maintenanceUrl(), 'jest');
});
afterAll(() => worlds.close());

test('no fen is lost, doubled or stuck, whatever fails', async () => {
  const faults = noFaults();
  const business = { orders: 0, payments: 0, refunds: 0, payouts: 0 };
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const outcome = await runPlan(worlds, seed, planOf(seed, STEPS));
    expect({ seed, violations: outcome.violations }).toEqual({ seed, violations: [] });
    addFaults(faults, outcome.faults);
    business.orders += outcome.business.orders;
    business.payments += outcome.business.payments;
    business.refunds += outcome.business.refunds;
    business.payouts += outcome.business.payouts;
  }
  // A short run need not meet every fault, but it must be in trouble, and do business all the same.
  expect(FAULTS.filter((name) => faults[name] > 0).length).toBeGreaterThanOrEqual(30);
  expect(business.orders).toBeGreaterThan(50);
  expect(business.payments).toBeGreaterThan(20);
  expect(business.refunds).toBeGreaterThan(0);
  expect(business.payouts).toBeGreaterThan(0);
}, 600_000);

test('the same seed gives the same history, and another seed another', async () => {
  const run = (seed: number) => runPlan(worlds, seed, planOf(seed, 60), { keepTrace: true });
  const [first, again, other] = [await run(77), await run(77), await run(78)];
  expect(again.trace).toEqual(first.trace);
  expect(again.digest).toBe(first.digest);
  expect(other.digest).not.toBe(first.digest);
}, 300_000);

test('what breaks a promise is found and told with the fewest steps that break it', async () => {
  // Somebody writes a success into the database that no gateway knows of.
  const believe = ACTIONS.get('user.poll');
  if (believe === undefined) throw new Error('there is no such action');
  const run = jest.spyOn(believe, 'run').mockImplementation((world) => {
    world.inside(world.server(), 'believes', async () => {
      const { db } = world.server().deps;
      await db.updateTable('attempts').set({ state: 'succeeded' }).execute();
    });
  });
  try {
    for (let seed = 1; ; seed += 1) {
      const plan = planOf(seed, 60);
      const { violations, steps } = await runPlan(worlds, seed, plan);
      if (violations.length === 0) continue;
      const failure = await explain(worlds, seed, plan.slice(0, steps), violations, 60);
      expect(failure.steps.length).toBeLessThanOrEqual(6);
      expect(failure.steps.map(({ action }) => action)).toContain('user.poll');
      expect(failure.violations[0]?.kind).toBe(violations[0]?.kind);
      expect(failure.command).toMatch(/^npm run simulate -- --seed \d+ --steps 60 --only [\d,]+$/);
      return;
    }
  } finally {
    run.mockRestore();
  }
}, 300_000);

test('money that leaves unasked, and a mistake in a bill that nobody found, are told', async () => {
  await worlds.use({ seed: 1 }, async (world) => {
    const { alipay } = world.books;
    const expiresAt = new Date(world.nowMs + 60_000);
    const payment = alipay.create({ outTradeNo: 'f'.repeat(32), totalFen: 5, expiresAt });
    alipay.pay(payment);
    await world.audit(false);
    expect(world.auditor.violations).toEqual([]);
    alipay.refund({ outTradeNo: payment.outTradeNo, outRefundNo: '1'.repeat(32), refundFen: 5 });
    alipay.payouts.payOut({ outBillNo: '2'.repeat(32), amountFen: 1, payee: 'nobody' });
    alipay.bills.mistake({ kind: 'bill_foreign_row', date: '2026-11-01', number: 'strange' });
    await world.audit(false);
    world.auditor.observeBills(world.nowMs);
    expect(world.auditor.violations.map(({ kind }) => kind)).toEqual(['refund', 'payout', 'bill']);
  });
}, 60_000);

test('shrinking keeps what is needed and nothing else', async () => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  const needed = [3, 57, 58, 99];
  const fails = (kept: readonly number[]) => Promise.resolve(needed.every((item) => kept.includes(item)));
  expect(await shrink(items, fails, 1_000)).toEqual(needed);
});

test('leaving steps out of a plan leaves the others as they are', () => {
  expect(planOf(5, 50)).toEqual(planOf(5, 200).slice(0, 50));
});

test('chance repeats itself and is even', () => {
  const draws = (seed: number) => {
    const random = new Random(seed);
    return Array.from({ length: 10_000 }, () => random.below(10));
  };
  expect(draws(1)).toEqual(draws(1));
  expect(draws(1)).not.toEqual(draws(2));
  for (let value = 0; value < 10; value += 1) {
    const times = draws(1).filter((draw) => draw === value).length;
    expect(times).toBeGreaterThan(850);
    expect(times).toBeLessThan(1_150);
  }
});

test('the command refuses what it cannot run', () => {
  expect(readCommand(['--seed', '9', '--steps', '300', '--only', '1,2'])).toEqual({
    seeds: [9],
    steps: 300,
    only: new Set([1, 2]),
    trace: false,
  });
  expect(readCommand(['--seeds', '3', '--seed', '5']).seeds).toEqual([5, 6, 7]);
  for (const words of [
    ['--seeds', '0'],
    ['--steps', 'many'],
    ['--seed', '-1'],
    ['--only', '100'],
    ['--fast'],
  ]) {
    expect(() => readCommand(words)).toThrow(CommandError);
  }
});
