import fc from 'fast-check';

import { fen } from '../../../cloud/domain/money';
import { PAYMENT_METHODS } from '../../../cloud/domain/payment-methods';
import { monthOf } from '../../../cloud/domain/fees/allowances';
import { compileFees, type FeeEngine } from '../../../cloud/domain/fees/engine';
import { FEE_CATEGORIES, FEE_HOSTS, SCENES, USER_TIERS } from '../../../cloud/domain/fees/facts';
import { startRehearsal } from '../../../cloud/domain/fees/rehearse';
import type { FeeRule } from '../../../cloud/domain/fees/rules';
import type { PastOrder } from '../../../cloud/domain/rehearsal';
import { feeRule } from '../../support/fee-rules';

/** A minute before the end of a month in Shanghai. */
const MONTH_END_MS = Date.parse('2026-11-30T15:59:00Z');
const MINUTE_MS = 60_000;

const order = (parts: Partial<PastOrder> = {}): PastOrder => ({
  accountId: 'a',
  scene: 'merchant_payment',
  method: 'wechat',
  host: 'weapp',
  category: 'food',
  userTier: 'standard',
  amountFen: fen(10_000),
  feeFen: fen(10),
  counted: true,
  pricedAtMs: MONTH_END_MS,
  createdAtMs: MONTH_END_MS,
  closedAtMs: null,
  ...parts,
});
const engineOf = (...rules: readonly FeeRule[]): FeeEngine => compileFees({ version: 1, rules });

/** Orders of a few accounts around the end of a month, one after the other, some closed unpaid. */
const pasts: fc.Arbitrary<readonly PastOrder[]> = fc
  .array(
    fc.record({
      accountId: fc.constantFrom('a', 'b', 'c'),
      scene: fc.constantFrom(...SCENES),
      method: fc.constantFrom(...PAYMENT_METHODS),
      host: fc.constantFrom(...FEE_HOSTS),
      category: fc.constantFrom(...FEE_CATEGORIES),
      userTier: fc.constantFrom(...USER_TIERS),
      amountFen: fc.integer({ min: 1, max: 40_000 }).map(fen),
      feeFen: fc.nat(60).map(fen),
      counted: fc.nat(4).map((one) => one > 0),
      minute: fc.nat(4),
      openMinutes: fc.option(fc.nat(2)),
    }),
    { maxLength: 14 },
  )
  .map((orders) =>
    [...orders]
      .sort((a, b) =>
        a.accountId === b.accountId ? a.minute - b.minute : a.accountId < b.accountId ? -1 : 1,
      )
      .map(({ minute, openMinutes, ...parts }) => {
        const createdAtMs = MONTH_END_MS + minute * MINUTE_MS;
        const closedAtMs = openMinutes === null ? null : createdAtMs + openMinutes * MINUTE_MS;
        return { ...parts, createdAtMs, pricedAtMs: createdAtMs - 1, closedAtMs };
      }),
  );

const rest = feeRule('rest', { freePerMonthFen: fen(15_000) });
const food = feeRule('food', {
  priority: 1,
  when: { categories: ['food', 'health'], methods: ['wechat'] },
  freePerMonthFen: fen(30_000),
  freePerPaymentFen: fen(1_000),
});

/** What an order would have cost, reckoned anew from every order before it. */
function feesAfter(engine: FeeEngine, past: readonly PastOrder[]): readonly number[] {
  const held: Readonly<Record<string, number>>[] = [];
  return past.map((one, place) => {
    const used: Record<string, number> = {};
    for (const [at, before] of past.slice(0, place).entries()) {
      const counts =
        before.accountId === one.accountId &&
        monthOf(before.pricedAtMs) === monthOf(one.pricedAtMs) &&
        (before.closedAtMs === null || before.closedAtMs > one.createdAtMs);
      for (const [id, heldFen] of Object.entries(counts ? (held[at] ?? {}) : {})) {
        used[id] = (used[id] ?? 0) + heldFen;
      }
    }
    const charge = (method: PastOrder['method']) =>
      engine.charge({ ...one, method, atMs: one.pricedAtMs, allowanceUsedFen: used });
    const most: Record<string, number> = {};
    for (const trace of PAYMENT_METHODS.flatMap((method) => charge(method) ?? [])) {
      most[trace.ruleId] = Math.max(most[trace.ruleId] ?? 0, trace.freedByMonthFen);
    }
    held.push(most);
    return charge(one.method)?.feeFen ?? 0;
  });
}

test.each([
  ['with allowances of the month', engineOf(rest, food)],
  ['with none', engineOf(feeRule('bills', { when: { scenes: ['bill'] } }))],
])('tells of every counted order what it would have cost, %s', (_, engine) => {
  fc.assert(
    fc.property(pasts, (past) => {
      const after = feesAfter(engine, past);
      const rehearsal = startRehearsal(engine);
      expect(past.map((one) => rehearsal.add(one)?.feeFen ?? 0)).toEqual(after);
      const rows = past
        .map((one, place) => ({ ...one, after: after[place] ?? 0 }))
        .filter(({ counted }) => counted);
      const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((all, row) => all + of(row), 0);
      const report = rehearsal.report();
      expect(report).toMatchObject({
        total: {
          orders: rows.length,
          amountFen: sum(({ amountFen }) => amountFen),
          feeBeforeFen: sum(({ feeFen }) => feeFen),
          feeAfterFen: sum((row) => row.after),
          raised: sum((row) => (row.after > row.feeFen ? 1 : 0)),
          lowered: sum((row) => (row.after < row.feeFen ? 1 : 0)),
        },
        raiseFenMax: Math.max(0, ...rows.map((row) => row.after - row.feeFen)),
        reductionFenMax: Math.max(0, ...rows.map((row) => row.feeFen - row.after)),
      });
      for (const segments of Object.values(report.segments)) {
        for (const [key, all] of Object.entries(report.total)) {
          const parts = Object.values(segments).map((segment) => segment[key as keyof typeof segment]);
          expect(parts.reduce((total, part) => total + part, 0)).toBe(all);
        }
      }
    }),
  );
});

test('tells of orders by the rule, by each fact and by the band of their amount', () => {
  const rehearsal = startRehearsal(engineOf(feeRule('bills', { when: { scenes: ['bill'] } })));
  rehearsal.add(order({ scene: 'bill', category: 'utilities' }));
  rehearsal.add(order({ method: 'alipay', host: 'alipay', userTier: 'gold' }));
  const places = Object.entries(rehearsal.report().segments).map(([dimension, segments]) => [
    dimension,
    Object.entries(segments).map(([value, { orders }]) => [value, orders]),
  ]);
  expect(Object.fromEntries(places)).toEqual({
    rule: [
      ['bills', 1],
      ['none', 1],
    ],
    scene: [
      ['bill', 1],
      ['merchant_payment', 1],
    ],
    method: [
      ['wechat', 1],
      ['alipay', 1],
    ],
    host: [
      ['weapp', 1],
      ['alipay', 1],
    ],
    category: [
      ['utilities', 1],
      ['food', 1],
    ],
    userTier: [
      ['standard', 1],
      ['gold', 1],
    ],
    amountYuan: [['0-100', 2]],
  });
});

test.each([
  [1, '0-100'],
  [10_000, '0-100'],
  [10_001, '100-500'],
  [100_000, '500-1000'],
  [1_000_000, '5000-10000'],
  [1_000_001, '>10000'],
])('an amount of %i fen is of the band %s', (amountFen, band) => {
  const rehearsal = startRehearsal(engineOf(rest));
  rehearsal.add(order({ amountFen: fen(amountFen) }));
  expect(Object.keys(rehearsal.report().segments.amountYuan ?? {})).toEqual([band]);
});

test('charges by the rules of the order’s own time, or all by those of one instant', () => {
  const engine = engineOf(
    feeRule('before', { effectiveToMs: MONTH_END_MS }),
    feeRule('after', { effectiveFromMs: MONTH_END_MS }),
  );
  const early = order({ pricedAtMs: MONTH_END_MS - 1 });
  expect(startRehearsal(engine).add(early)?.ruleId).toBe('before');
  expect(startRehearsal(engine, { asOfMs: MONTH_END_MS }).add(early)?.ruleId).toBe('after');
});

test('with no orders has nothing to tell', () => {
  const none = { orders: 0, amountFen: 0, feeBeforeFen: 0, feeAfterFen: 0, raised: 0, lowered: 0 };
  expect(startRehearsal(engineOf(rest)).report()).toEqual({
    total: none,
    segments: {},
    raiseFenMax: 0,
    reductionFenMax: 0,
  });
});
