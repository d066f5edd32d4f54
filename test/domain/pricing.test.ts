import fc from 'fast-check';

import { fen, parseYuan, type Fen } from '../../cloud/domain/money';
import {
  DEFAULT_PRICING_RULES,
  PAYMENT_METHODS,
  pointsFor,
  priceMethods,
  type FeeRule,
  type PricingRules,
} from '../../cloud/domain/pricing';
import { AMOUNT_FEN_MAX } from '../../cloud/contract/limits';

const amounts = fc.integer({ min: 1, max: AMOUNT_FEN_MAX }).map(fen);
const feeOf = (yuan: string) => priceMethods(parseYuan(yuan) as Fen)[0]?.feeFen;
/** The reason of the fee. */
const whyOf = (yuan: string) => priceMethods(parseYuan(yuan) as Fen)[0]?.lines[1]?.reason;

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

test('every method is priced, in the order in which they are offered', () => {
  expect(priceMethods(fen(100)).map(({ method }) => method)).toEqual(['wechat', 'alipay']);
  expect(PAYMENT_METHODS).toEqual(['wechat', 'alipay']);
});

test('a total is the sum of its lines, for every method', () => {
  fc.assert(
    fc.property(amounts, (amount) =>
      priceMethods(amount).every(
        (price) =>
          price.totalFen === price.lines.reduce((sum, line) => sum + line.amountFen, 0) &&
          price.totalFen === price.amountFen + price.feeFen &&
          price.amountFen === amount,
      ),
    ),
  );
});

test('a larger amount never costs less, and the fee stays within its bounds', () => {
  fc.assert(
    fc.property(amounts, amounts, (a, b) => {
      const [less, more] = a <= b ? [a, b] : [b, a];
      const [low, high] = [priceMethods(less)[0], priceMethods(more)[0]];
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

test('points are one for each whole yuan of the amount; fees earn none', () => {
  fc.assert(fc.property(amounts, (amount) => priceMethods(amount)[0]?.points === Math.trunc(amount / 100)));
  expect(pointsFor(fen(999), { id: 'slow', fenPerPoint: fen(500) })).toBe(1);
});

describe('every line says why it is there', () => {
  test('the amount, because it is paid', () => {
    expect(priceMethods(fen(60_000))[0]?.lines[0]).toEqual({
      kind: 'amount',
      amountFen: 60_000,
      reason: { id: 'payment_amount' },
    });
  });

  const rule = { ruleId: 'standard_fee', freeUpToFen: 50_000 };
  const rated = { ...rule, ratePpm: 1_000 };
  test.each([
    ['500.00', { id: 'free_up_to', ...rule }],
    // Half a fen rounds to the least fee by itself; less than that is raised to it.
    ['500.01', { id: 'rate_above_min', ...rated, boundFen: 1 }],
    ['504.99', { id: 'rate_above_min', ...rated, boundFen: 1 }],
    ['505.00', { id: 'rate_above', ...rated, boundFen: 1 }],
    ['600.00', { id: 'rate_above', ...rated, boundFen: 10 }],
    ['25500.00', { id: 'rate_above', ...rated, boundFen: 2_500 }],
    ['25505.00', { id: 'rate_above_max', ...rated, boundFen: 2_500 }],
  ])('the fee of ¥%s, by the rule and the bound that made it', (yuan, reason) => {
    expect(whyOf(yuan)).toEqual(reason);
    const [, line] = priceMethods(parseYuan(yuan) as Fen)[0]?.lines ?? [];
    expect(line?.kind).toBe('fee');
  });
});

describe('rules are data', () => {
  const fee = (id: string, change: Partial<FeeRule>): FeeRule => ({
    id,
    methods: PAYMENT_METHODS,
    freeUpToFen: fen(0),
    ratePpm: 10_000,
    feeFenMin: fen(0),
    feeFenMax: fen(1_000_000),
    ...change,
  });
  const rules = (...fees: FeeRule[]): PricingRules => ({ ...DEFAULT_PRICING_RULES, fees });

  test('a method that no rule is about costs nothing', () => {
    const [wechat, alipay] = priceMethods(fen(10_000), rules(fee('wechat_only', { methods: ['wechat'] })));
    expect([wechat?.feeFen, wechat?.totalFen]).toEqual([100, 10_100]);
    expect([alipay?.feeFen, alipay?.totalFen, alipay?.lines.length]).toEqual([0, 10_000, 1]);
  });

  test('several rules about a method add up, each with its line', () => {
    const [wechat] = priceMethods(
      fen(10_000),
      rules(fee('one', {}), fee('two', { freeUpToFen: fen(5_000), ratePpm: 20_000 })),
    );
    expect(wechat?.lines.slice(1).map((line) => [line.reason, line.amountFen])).toMatchObject([
      [{ ruleId: 'one' }, 100],
      [{ ruleId: 'two' }, 100],
    ]);
    expect([wechat?.feeFen, wechat?.totalFen]).toEqual([200, 10_200]);
  });
});
