import fc from 'fast-check';

import {
  checkPoints,
  FEE_CATEGORIES,
  fen,
  pointsEarned,
  USER_TIERS,
  type PointsRulesContent,
} from '../../../cloud/domain';
import { firstPointsRules } from '../../support/pricing';

const changed = (parts: Partial<PointsRulesContent>): PointsRulesContent => ({
  ...firstPointsRules,
  ...parts,
});
const [standard, silver] = firstPointsRules.tiers;
if (standard === undefined || silver === undefined) throw new Error('the first rules have tiers');
const double = { id: 'double', multiplierPpm: 2_000_000 };
const redemption = firstPointsRules.redemption;

test('there is nothing wrong with the rules that every database begins with', () => {
  expect(checkPoints(firstPointsRules)).toEqual([]);
});

test('rules may take something from the points of every payment', () => {
  const half = { id: 'half', multiplierPpm: 500_000 };
  expect(checkPoints(changed({ fenPerPoint: fen(1), multipliers: [half] }))).toEqual([]);
});

test('points may be worth all that was paid, and the fewest a fen', () => {
  const worthAll = { ...redemption, fenPerHundredPoints: fen(100), pointsMin: 1 };
  expect(checkPoints(changed({ fenPerPoint: fen(1), multipliers: [], redemption: worthAll }))).toEqual([]);
});

test.each<[string, Partial<PointsRulesContent>, readonly string[]]>([
  ['one name for two multipliers', { multipliers: [double, double] }, ['repeated_id']],
  ['no tier for new users', { tiers: [silver], multipliers: [] }, ['no_first_tier']],
  ['no tier at all', { tiers: [], multipliers: [] }, ['no_first_tier']],
  [
    'two tiers from as many points',
    { tiers: [standard, { ...silver, fromPoints: standard.fromPoints }], multipliers: [] },
    ['tiers_not_rising'],
  ],
  [
    'a tier that comes to users twice',
    { tiers: [standard, { ...standard, fromPoints: 1 }], multipliers: [] },
    ['tiers_not_rising'],
  ],
  ['tiers that do not rise', { tiers: [standard, standard], multipliers: [] }, ['tiers_not_rising']],
  ['a multiplier for no tier', { tiers: [standard] }, ['tier_unknown', 'tier_unknown', 'tier_unknown']],
  [
    'fewest points worth nothing',
    { redemption: { ...redemption, pointsMin: 1, fenPerHundredPoints: fen(1) } },
    ['redeems_nothing'],
  ],
  ['a warning before the points', { warnedBeforeMs: firstPointsRules.lifeMs }, ['warned_too_early']],
  ['points for more than was paid', { fenPerPoint: fen(1), multipliers: [double] }, ['earns_more_than_paid']],
])('%s is found to be wrong', (_, parts, kinds) => {
  expect(checkPoints(changed(parts)).map(({ kind }) => kind)).toEqual(kinds);
});

const rules = fc
  .record({
    fenPerPoint: fc.integer({ min: 1, max: 5 }).map(fen),
    multipliers: fc.array(
      fc.record(
        {
          id: fc.string(),
          categories: fc.subarray([...FEE_CATEGORIES], { minLength: 1, maxLength: 2 }),
          userTiers: fc.subarray([...USER_TIERS], { minLength: 1, maxLength: 2 }),
          multiplierPpm: fc.integer({ min: 0, max: 3_000_000 }),
        },
        { requiredKeys: ['id', 'multiplierPpm'] },
      ),
      { maxLength: 4 },
    ),
    fenPerHundredPoints: fc.integer({ min: 50, max: 300 }).map(fen),
  })
  .map(({ fenPerHundredPoints, ...parts }) =>
    changed({ ...parts, redemption: { ...redemption, fenPerHundredPoints } }),
  );

test('a payment of any kind can earn points worth more than was paid exactly where that is found', () => {
  const paidFen = fen(1_000_000_000);
  // Each step is rounded down by less than a point, which the multipliers after it make more of.
  const roundedFen = 1_000;
  fc.assert(
    fc.property(rules, (content) => {
      const found = checkPoints(content).some(({ kind }) => kind === 'earns_more_than_paid');
      const most = Math.max(
        ...FEE_CATEGORIES.flatMap((category) =>
          USER_TIERS.map((userTier) => pointsEarned(content, { category, userTier }, paidFen)),
        ),
      );
      const worthFen = (most * content.redemption.fenPerHundredPoints) / 100;
      if (found) expect(worthFen).toBeGreaterThan(paidFen - roundedFen);
      else expect(worthFen).toBeLessThanOrEqual(paidFen);
    }),
  );
});
