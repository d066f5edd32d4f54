import path from 'node:path';

import fc from 'fast-check';

import type { EarningFacts } from '../../../cloud/domain/points/earn';
import { fen, formatYuan } from '../../../cloud/domain/money';
import { multipliersFor, pointsEarned } from '../../../cloud/domain/points/earn';
import { redeemable } from '../../../cloud/domain/points/redeem';
import type { PointsRules } from '../../../cloud/domain/points/rules';
import { firstPointsRules } from '../../support/pricing';
import { tierOf } from '../../../cloud/domain/points/tiers';
import { cell, examplesIn, rowsOf, yuan } from '../../support/worked-examples';

const rows = rowsOf(path.join(__dirname, 'examples/points.csv'));

test('there are at least ten examples', () => expect(rows.length).toBeGreaterThanOrEqual(10));

test.each(examplesIn(rows))('row %i: %s', (_, __, row) => {
  const facts = { category: cell(row, 'category'), userTier: cell(row, 'user tier') } as EarningFacts;
  const amountFen = yuan(cell(row, 'amount (yuan)'));
  const redemption = redeemable(firstPointsRules.redemption, {
    available: Number(cell(row, 'points available')),
    amountFen,
    dueFen: yuan(cell(row, 'due (yuan)')),
  });
  expect([
    String(pointsEarned(firstPointsRules, facts, amountFen)),
    String(redemption?.points ?? 0),
    formatYuan(redemption?.savesFen ?? fen(0)),
  ]).toEqual([cell(row, 'earned'), cell(row, 'redeemed points'), cell(row, 'saves (yuan)')]);
});

const doubled: PointsRules = {
  ...firstPointsRules,
  multipliers: [
    { id: 'food', categories: ['food'], multiplierPpm: 1_500_000 },
    { id: 'gold', userTiers: ['gold'], multiplierPpm: 1_500_000 },
    { id: 'food_for_silver', categories: ['food'], userTiers: ['silver'], multiplierPpm: 2_000_000 },
  ],
};

test.each([
  ['leisure', 'standard', [], 1],
  ['food', 'standard', ['food'], 1],
  ['leisure', 'gold', ['gold'], 1],
  ['food', 'gold', ['food', 'gold'], 2],
  ['food', 'silver', ['food', 'food_for_silver'], 3],
] as const)('%s paid by a %s user is multiplied by %j', (category, userTier, ids, points) => {
  expect(multipliersFor(doubled, { category, userTier }).map(({ id }) => id)).toEqual(ids);
  expect(pointsEarned(doubled, { category, userTier }, fen(100))).toBe(points);
});

test('a payment cut into parts never earns more than the whole', () => {
  const facts = { category: 'food', userTier: 'silver' } as const;
  fc.assert(
    fc.property(fc.nat(5_000_000), fc.nat(5_000_000), (a, b) => {
      const parts = pointsEarned(doubled, facts, fen(a)) + pointsEarned(doubled, facts, fen(b));
      expect(parts).toBeLessThanOrEqual(pointsEarned(doubled, facts, fen(a + b)));
    }),
  );
});

test('what points pay is never more than is due, than the share or than the user has, and no point is wasted', () => {
  fc.assert(
    fc.property(
      fc.record({ available: fc.nat(1_000_000), amountFen: fc.nat(5_000_000), dueFen: fc.nat(5_000_000) }),
      fc.integer({ min: 1, max: 700 }),
      fc.nat(1_000_000),
      ({ available, ...amounts }, rate, sharePpm) => {
        const facts = { available, amountFen: fen(amounts.amountFen), dueFen: fen(amounts.dueFen) };
        const rule = { fenPerHundredPoints: fen(rate), sharePpm, pointsMin: 1 };
        const found = redeemable(rule, facts);
        if (found === undefined) return;
        expect(found.savesFen).toBeLessThanOrEqual(facts.dueFen);
        expect(found.savesFen * 1_000_000).toBeLessThanOrEqual(facts.amountFen * sharePpm);
        expect(found.points).toBeLessThanOrEqual(available);
        expect(found.points * rate).toBeGreaterThanOrEqual(found.savesFen * 100);
        expect((found.points - 1) * rate).toBeLessThan(found.savesFen * 100);
      },
    ),
  );
  const owing = { available: -500, amountFen: fen(10_000), dueFen: fen(10_000) };
  expect(redeemable(firstPointsRules.redemption, owing)).toBeUndefined();
});

test('a rule without a minimum takes a single point, and still none for nothing', () => {
  const rule = { ...firstPointsRules.redemption, pointsMin: 0 };
  const facts = { available: 1, amountFen: fen(10_000), dueFen: fen(10_000) };
  expect(redeemable(rule, facts)).toEqual({ points: 1, savesFen: 1 });
  expect(redeemable(rule, { ...facts, available: 0 })).toBeUndefined();
});

test.each([
  [-5, 'standard', 'silver', 2_005],
  [0, 'standard', 'silver', 2_000],
  [1_999, 'standard', 'silver', 1],
  [2_000, 'silver', 'gold', 8_000],
  [10_000, 'gold', 'platinum', 40_000],
  [50_000, 'platinum', undefined, undefined],
] as const)('%i points of a year make %s', (points, tier, next, missing) => {
  const standing = tierOf(firstPointsRules, points);
  expect([standing.tier, standing.next?.tier, standing.next?.pointsMissing]).toEqual([tier, next, missing]);
});

test('rules without tiers are refused', () => {
  expect(() => tierOf({ ...firstPointsRules, tiers: [] }, 1)).toThrow(
    new RangeError('rules of points have at least one tier'),
  );
});
