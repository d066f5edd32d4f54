import fc from 'fast-check';

import {
  boundOf,
  chargeBy,
  CHARGED_FEN_MAX,
  feeOfTrace,
  fen,
  ROUNDINGS,
  type Fen,
} from '../../../cloud/domain';
import { feeRule, feeRules, tierTables } from '../../support/fee-rules';

const amounts = fc.integer({ min: 1, max: 5_000_000 }).map(fen);
const used = fc.nat(150_000);
const fixedless = tierTables.map((tiers) => tiers.map((tier) => ({ ...tier, fixedFen: fen(0) })));
const feeOf = (rule: Parameters<typeof chargeBy>[0], amountFen: Fen, usedFen = 0): number =>
  chargeBy(rule, 1, { amountFen, usedFen }).feeFen;

test('a fee is never negative, never beyond its maximum and, where anything is charged, never below its minimum', () => {
  fc.assert(
    fc.property(feeRules, amounts, used, (rule, amountFen, usedFen) => {
      const { feeFen, parts } = chargeBy(rule, 1, { amountFen, usedFen });
      const charged = parts.some((part) => part.ratePpm > 0 || part.fixedFen > 0);
      return (
        Number.isSafeInteger(feeFen) &&
        (charged ? feeFen >= rule.feeFenMin : feeFen === 0) &&
        (rule.feeFenMax === null || feeFen <= rule.feeFenMax)
      );
    }),
  );
});

test('a larger amount never costs less in a table without whole-amount tiers', () => {
  fc.assert(
    fc.property(feeRules, amounts, amounts, used, (rule, a, b, usedFen) => {
      const marginal = { ...rule, mode: 'marginal' as const };
      return feeOf(marginal, fen(Math.min(a, b)), usedFen) <= feeOf(marginal, fen(Math.max(a, b)), usedFen);
    }),
  );
});

test('what more of an allowance was used never costs less', () => {
  fc.assert(
    fc.property(feeRules, amounts, used, used, (rule, amountFen, a, b) => {
      const marginal = { ...rule, mode: 'marginal' as const };
      return feeOf(marginal, amountFen, Math.min(a, b)) <= feeOf(marginal, amountFen, Math.max(a, b));
    }),
  );
});

test('the trace accounts for every fen of the payment and comes to the fee again', () => {
  fc.assert(
    fc.property(feeRules, amounts, used, (rule, amountFen, usedFen) => {
      const trace = chargeBy(rule, 7, { amountFen, usedFen });
      const freeFen = Math.min(amountFen, rule.freePerPaymentFen) + trace.freedByMonthFen;
      const chargedFen = trace.parts.reduce((sum, part) => sum + part.chargedFen, 0);
      const again = feeOfTrace(JSON.parse(JSON.stringify(trace)) as typeof trace);
      return again === trace.feeFen && freeFen + chargedFen === amountFen && trace.version === 7;
    }),
  );
});

/** The fee before rounding and bounds, in parts per million of a fen, summed fen by fen in another way than the engine's. */
function exactPpm(rule: Parameters<typeof chargeBy>[0], amountFen: number): bigint {
  let below = 0n;
  let sum = 0n;
  for (const { upToFen, ratePpm } of rule.tiers) {
    const end = BigInt(upToFen === null ? amountFen : Math.min(upToFen, amountFen));
    if (end > below) sum += (end - below) * BigInt(ratePpm);
    below = end > below ? end : below;
  }
  return sum;
}

test('rounding moves a fee by less than a fen, in the direction that the rule states', () => {
  fc.assert(
    fc.property(fixedless, amounts, fc.constantFrom(...ROUNDINGS), (tiers, amountFen, rounding) => {
      const rule = feeRule('any', { tiers, rounding });
      const exact = exactPpm(rule, amountFen);
      const moved = BigInt(feeOf(rule, amountFen)) * 1_000_000n - exact;
      if (rounding === 'down') return moved <= 0n && moved > -1_000_000n;
      if (rounding === 'up') return moved >= 0n && moved < 1_000_000n;
      return moved <= 500_000n && moved >= -500_000n;
    }),
  );
});

test.each([
  ['half_up', [3, 4, 4]],
  ['half_even', [2, 4, 4]],
  ['up', [3, 4, 4]],
  ['down', [2, 3, 3]],
] as const)('ties and rests are rounded %s as stated', (rounding, expected) => {
  // 2.5, 3.5 and 3.9 fen.
  const rule = feeRule('any', { tiers: [{ upToFen: null, ratePpm: 100_000, fixedFen: fen(0) }], rounding });
  expect([25, 35, 39].map((amountFen) => feeOf(rule, fen(amountFen)))).toEqual(expected);
});

test('splitting or joining payments gains by rounding at most a fen for each part', () => {
  fc.assert(
    fc.property(
      fc.array(amounts, { minLength: 1, maxLength: 12 }),
      fc.nat(1_000_000),
      fc.constantFrom(...ROUNDINGS),
      (parts, ratePpm, rounding) => {
        const rule = feeRule('any', { tiers: [{ upToFen: null, ratePpm, fixedFen: fen(0) }], rounding });
        const apart = parts.reduce((sum, part) => sum + feeOf(rule, part), 0);
        const together = feeOf(rule, fen(parts.reduce((sum, part) => sum + part, 0)));
        return Math.abs(apart - together) <= parts.length;
      },
    ),
  );
});

test('tiers begin on the fen after the one before: both ends of a tier cost what the tier says', () => {
  const tiers = [
    { upToFen: fen(100_000), ratePpm: 0, fixedFen: fen(550) },
    { upToFen: fen(1_000_000), ratePpm: 0, fixedFen: fen(1_050) },
    { upToFen: null, ratePpm: 500, fixedFen: fen(0) },
  ];
  const rule = feeRule('steps', { mode: 'whole', tiers });
  expect([1, 100_000, 100_001, 1_000_000, 1_000_001].map((amount) => feeOf(rule, fen(amount)))).toEqual([
    550, 550, 1_050, 1_050, 500,
  ]);
});

test('a minimum is not asked for what its tier makes free', () => {
  const tiers = [
    { upToFen: fen(100), ratePpm: 0, fixedFen: fen(0) },
    { upToFen: null, ratePpm: 10, fixedFen: fen(0) },
  ];
  const rule = feeRule('gate', { tiers, feeFenMin: fen(20) });
  expect([feeOf(rule, fen(100)), feeOf(rule, fen(101))]).toEqual([0, 20]);
});

test('which bound made a fee is known', () => {
  const rule = feeRule('bounded', { feeFenMin: fen(10), feeFenMax: fen(20) });
  const bounds = [100, 10_000, 15_000, 20_000, 30_000].map((amount) =>
    boundOf(chargeBy(rule, 1, { amountFen: fen(amount), usedFen: 0 })),
  );
  expect(bounds).toEqual(['min', undefined, undefined, undefined, 'max']);
  const boundAt = (parts: Parameters<typeof feeRule>[1], amount: number) =>
    boundOf(chargeBy(feeRule('any', parts), 1, { amountFen: fen(amount), usedFen: 0 }));
  expect(boundAt({ feeFenMin: fen(10) }, 30_000)).toBeUndefined();
  expect(boundAt({ feeFenMin: fen(10), freePerPaymentFen: fen(100) }, 100)).toBeUndefined();
});

test('the trace names each tier that a part of the payment lies in, with its bounds', () => {
  const tiers = [
    { upToFen: fen(100), ratePpm: 1_000, fixedFen: fen(0) },
    { upToFen: fen(300), ratePpm: 2_000, fixedFen: fen(1) },
    { upToFen: null, ratePpm: 3_000, fixedFen: fen(2) },
  ];
  const partsOf = (mode: 'marginal' | 'whole') =>
    chargeBy(feeRule('any', { mode, tiers, freePerPaymentFen: fen(150) }), 1, {
      amountFen: fen(500),
      usedFen: 0,
    }).parts;
  const last = { tier: 3, aboveFen: 300, upToFen: null, ratePpm: 3_000, fixedFen: 2 };
  expect(partsOf('marginal')).toEqual([
    { tier: 2, aboveFen: 100, upToFen: 300, chargedFen: 150, ratePpm: 2_000, fixedFen: 1 },
    { ...last, chargedFen: 200 },
  ]);
  expect(partsOf('whole')).toEqual([{ ...last, chargedFen: 350 }]);
});

test('an amount whose products would not be exact is refused, the largest that is exact is charged', () => {
  const rule = feeRule('all', { tiers: [{ upToFen: null, ratePpm: 1_000_000, fixedFen: fen(0) }] });
  expect(feeOf(rule, fen(CHARGED_FEN_MAX))).toBe(CHARGED_FEN_MAX);
  expect(() => feeOf(rule, fen(CHARGED_FEN_MAX + 1))).toThrow('no fee');
  expect(() => feeOf(rule, fen(-1))).toThrow('no fee');
  expect(feeOf(rule, fen(0))).toBe(0);
});
