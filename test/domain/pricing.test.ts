import fc from 'fast-check';

import { AMOUNT_FEN_MAX } from '../../cloud/contract/limits';
import { fen, parseYuan, PricingError, termsOf, type Fen, type Reduction } from '../../cloud/domain';
import { firstPrices, reducedBy, WHOLE_PPM } from '../support/pricing';

const ppm = fc.integer({ min: 0, max: WHOLE_PPM });
const amounts = fc.integer({ min: 1, max: AMOUNT_FEN_MAX }).map(fen);

describe('pricing', () => {
  const feeOf = (yuan: string) => firstPrices(parseYuan(yuan) as Fen)[0]?.feeFen;

  test.each([
    ['0.01', 0],
    ['500.00', 0],
    ['500.01', 1],
    ['505.00', 1],
    ['514.99', 1],
    ['515.00', 2],
    ['1500.00', 100],
    ['25500.00', 2500],
    ['25501.00', 2500],
    ['50000.00', 2500],
  ])('a payment of ¥%s costs %i fen', (yuan, feeFen) => expect(feeOf(yuan)).toBe(feeFen));

  const shares = fc.record({ waivedPpm: ppm, discountPpm: ppm, pointsPpm: ppm });

  test('a total is the sum of its lines and of its terms, for every method, whatever takes off a part of it', () => {
    fc.assert(
      fc.property(amounts, fc.option(shares, { nil: undefined }), (amount, taken) => {
        for (const price of firstPrices(amount, taken && reducedBy(taken))) {
          const terms = termsOf(price);
          const lowered = terms.feeWaivedFen + terms.discountFen + terms.pointsRedeemedFen;
          expect(price.totalFen).toBe(price.lines.reduce((sum, line) => sum + line.amountFen, 0));
          expect(price.totalFen).toBe(amount + terms.feeFen - lowered);
          expect(price.totalFen).toBeGreaterThanOrEqual(0);
          expect(terms.feeWaivedFen).toBeLessThanOrEqual(terms.feeFen);
          expect(price.points).toBeLessThanOrEqual(Math.trunc(amount / 100));
          expect(price.lines.slice(2).every((line) => line.amountFen < 0)).toBe(true);
          if (taken === undefined) expect(Object.keys(price)).not.toContain('discountFen');
        }
      }),
    );
  });

  test('what points and promotions pay earns no points, and a total can come to nothing', () => {
    const [all] = firstPrices(fen(60_000), reducedBy({ waivedPpm: 0, discountPpm: 0, pointsPpm: WHOLE_PPM }));
    expect(all).toMatchObject({ totalFen: 0, points: 0, pointsRedeemed: 60_010, pointsRedeemedFen: 60_010 });
    const [half] = firstPrices(
      fen(60_000),
      reducedBy({ waivedPpm: 0, discountPpm: WHOLE_PPM / 2, pointsPpm: 0 }),
    );
    expect(half).toMatchObject({ totalFen: 30_010, points: 300, discountFen: 30_000, feeFen: 10 });
  });

  const reason = { id: 'payment_amount' } as const;
  test.each<readonly [string, Reduction]>([
    ['a waiver of more than the fee', { kind: 'fee_waived', amountFen: fen(11), reason }],
    ['a discount of more than the amount', { kind: 'discount', amountFen: fen(60_001), reason }],
    ['more points than what is owed', { kind: 'points_redeemed', amountFen: fen(60_011), points: 1, reason }],
    ['a reduction by nothing', { kind: 'discount', amountFen: fen(0), reason }],
    ['points that are none', { kind: 'points_redeemed', amountFen: fen(1), reason }],
    ['points for a discount', { kind: 'discount', amountFen: fen(1), points: 1, reason }],
    ['half a point', { kind: 'points_redeemed', amountFen: fen(1), points: 0.5, reason }],
  ])('%s is refused', (_, reduction) => {
    expect(() => firstPrices(fen(60_000), [() => [reduction]])).toThrow(PricingError);
  });

  test('a larger amount never costs less, and the fee stays within its bounds', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        const [less, more] = a <= b ? [a, b] : [b, a];
        const [low, high] = [firstPrices(less)[0], firstPrices(more)[0]];
        return (
          !!low &&
          !!high &&
          low.feeFen <= high.feeFen &&
          high.feeFen <= 2500 &&
          more <= 50_000 === (high.feeFen === 0)
        );
      }),
    );
  });

  test('points are one for each whole yuan of the amount', () => {
    fc.assert(fc.property(amounts, (amount) => firstPrices(amount)[0]?.points === Math.trunc(amount / 100)));
  });

  test('every line says which rule made it', () => {
    const [line] = firstPrices(fen(60_000))[0]?.lines.slice(1) ?? [];
    expect(line?.reason).toMatchObject({
      id: 'fee_rule',
      trace: { version: 1, ruleId: 'standard_fee', freePerPaymentFen: 50_000, feeFen: 10 },
    });
  });
});
