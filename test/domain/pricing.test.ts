import fc from 'fast-check';

import { AMOUNT_FEN_MAX } from '../../cloud/contract/limits';
import { fen, parseYuan, pointsFor, type Fen } from '../../cloud/domain';
import { firstPrices } from '../support/pricing';

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

  test('a total is the sum of its lines, for every method', () => {
    fc.assert(
      fc.property(amounts, (amount) =>
        firstPrices(amount).every(
          (price) =>
            price.totalFen === price.lines.reduce((sum, line) => sum + line.amountFen, 0) &&
            price.totalFen === price.amountFen + price.feeFen,
        ),
      ),
    );
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
    expect(pointsFor(fen(999), { id: 'slow', fenPerPoint: fen(500) })).toBe(1);
  });

  test('every line says which rule made it', () => {
    const [line] = firstPrices(fen(60_000))[0]?.lines.slice(1) ?? [];
    expect(line?.reason).toMatchObject({
      id: 'fee_rule',
      trace: { version: 1, ruleId: 'standard_fee', freePerPaymentFen: 50_000, feeFen: 10 },
    });
  });
});
