import fc from 'fast-check';

import {
  liveAt,
  candidatesFor,
  cashbackAfterRefund,
  checkPromotion,
  choosePromotions,
  claimsOf,
  fen,
  heldOf,
  leftAfterRefund,
  MoneyError,
  promotionStanding,
  traceOf,
  type PaymentMethod,
  type PromotionConditions,
} from '../../../cloud/domain';
import { payer, payment, promotion, promotionTerms } from '../../support/promotions';

const DAY_MS = 86_400_000;
/** A time of the week that began on Monday, 2026-11-23, in Asia/Shanghai. */
const local = (day: number, hour: number, minute = 0): number =>
  Date.parse('2026-11-22T16:00:00Z') + (day - 1) * DAY_MS + hour * 3_600_000 + minute * 60_000;

describe('a condition', () => {
  test.each<[string, PromotionConditions, Parameters<typeof payment>[0], boolean]>([
    ['merchant', { merchantIds: ['m'] }, { merchantId: 'm' }, true],
    ['other merchant', { merchantIds: ['m'] }, { merchantId: 'n' }, false],
    ['category', { categories: ['food', 'health'] }, { category: 'health' }, true],
    ['other category', { categories: ['food'] }, { category: 'leisure' }, false],
    ['host', { hosts: ['alipay'] }, { host: 'alipay' }, true],
    ['other host', { hosts: ['alipay'] }, { host: 'weapp' }, false],
    ['first minute of Wednesday', { weekdays: [3] }, { atMs: local(3, 0) }, true],
    ['last minute of Tuesday', { weekdays: [3] }, { atMs: local(2, 23, 59) }, false],
    ['Sunday', { weekdays: [7] }, { atMs: local(7, 23, 59) }, true],
    ['Monday', { weekdays: [1] }, { atMs: local(8, 0) }, true],
    ['first hour', { hours: [{ from: 11, to: 14 }] }, { atMs: local(1, 11) }, true],
    ['before it', { hours: [{ from: 11, to: 14 }] }, { atMs: local(1, 10, 59) }, false],
    ['its end', { hours: [{ from: 11, to: 14 }] }, { atMs: local(1, 14) }, false],
    [
      'second hours',
      {
        hours: [
          { from: 11, to: 14 },
          { from: 20, to: 24 },
        ],
      },
      { atMs: local(1, 23, 59) },
      true,
    ],
    ['over midnight, before', { hours: [{ from: 22, to: 2 }] }, { atMs: local(1, 22) }, true],
    ['over midnight, after', { hours: [{ from: 22, to: 2 }] }, { atMs: local(1, 1, 59) }, true],
    ['over midnight, end', { hours: [{ from: 22, to: 2 }] }, { atMs: local(1, 2) }, false],
    ['least amount', { amountFenMin: 100 }, { amountFen: fen(100) }, true],
    ['less', { amountFenMin: 100 }, { amountFen: fen(99) }, false],
    ['most', { amountFenMax: 100 }, { amountFen: fen(100) }, true],
    ['more', { amountFenMax: 100 }, { amountFen: fen(101) }, false],
    ['code', { couponCode: 'TEA88' }, { couponCode: 'TEA88' }, true],
    ['wrong code', { couponCode: 'TEA88' }, { couponCode: 'TEA89' }, false],
    ['no code', { couponCode: 'TEA88' }, {}, false],
  ])('holds or not: %s', (_, when, facts, expected) => {
    expect(candidatesFor([promotion('p', { when })], payment(facts))).toHaveLength(expected ? 1 : 0);
  });

  const gets = (
    when: PromotionConditions,
    by: Parameters<typeof payer>[0],
    method: PaymentMethod = 'wechat',
  ): boolean =>
    choosePromotions(
      [promotion('p', { when })],
      { ...payment(), feeFen: fen(0), totalFenMin: fen(1), method },
      payer(by),
    ).length === 1;

  test('of the payer: first payment ever, first with the merchant, new user, method', () => {
    expect(gets({ firstPayment: 'ever' }, { paidEver: false })).toBe(true);
    expect(gets({ firstPayment: 'ever' }, { paidEver: true })).toBe(false);
    expect(gets({ firstPayment: 'with_merchant' }, { paidEver: true, paidMerchant: false })).toBe(true);
    expect(gets({ firstPayment: 'with_merchant' }, { paidMerchant: true })).toBe(false);
    // An open order that holds it counts as a payment: otherwise two orders at once would both be the first.
    const used = { p: { times: 1, timesToday: 1, timesAtMerchant: 0 } };
    expect(gets({ firstPayment: 'ever' }, { used })).toBe(false);
    expect(gets({ firstPayment: 'with_merchant' }, { used })).toBe(true);
    expect(gets({ firstPayment: 'with_merchant' }, { used: { p: { ...used.p, timesAtMerchant: 1 } } })).toBe(
      false,
    );
    const { atMs } = payment();
    expect(gets({ newUserDays: 7 }, { accountCreatedAtMs: atMs - 7 * DAY_MS })).toBe(true);
    expect(gets({ newUserDays: 7 }, { accountCreatedAtMs: atMs - 7 * DAY_MS - 1 })).toBe(false);
    expect(gets({ methods: ['alipay'] }, {}, 'alipay')).toBe(true);
    expect(gets({ methods: ['alipay'] }, {}, 'wechat')).toBe(false);
  });

  test('of time: from its beginning (inclusive) to its end (exclusive)', () => {
    const runs = promotion('p', { startsAtMs: 1_000, endsAtMs: 2_000 });
    const found = (atMs: number) => candidatesFor([runs], payment({ atMs })).length;
    expect([999, 1_000, 1_999, 2_000].map(found)).toEqual([0, 1, 1, 0]);
  });
});

test('a benefit is a fixed part and a share, rounded down, up to its maximum, of the fee for a waiver', () => {
  const of = (benefit: Parameters<typeof promotionTerms>[0]) =>
    traceOf(promotion('p', benefit), { amountFen: fen(3_999), feeFen: fen(7) });
  const gives = (kind: 'discount' | 'fee_waiver', fixed: number, ratePpm: number, max: number | null) =>
    of({ benefit: { kind, fixed, ratePpm, max } });
  expect(gives('discount', 5, 100_000, null)).toMatchObject({ amount: 404, baseFen: 3_999 });
  expect(gives('discount', 5, 100_000, 400).amount).toBe(400);
  expect(gives('fee_waiver', 0, 500_000, null)).toMatchObject({ amount: 3, baseFen: 7 });
  expect(gives('fee_waiver', 9, 0, null).amount).toBe(7);
});

describe('terms', () => {
  test('with nothing wrong have no findings', () => {
    expect(checkPromotion(promotionTerms())).toEqual([]);
    const fixed = { kind: 'cashback', fixed: 100, ratePpm: 0, max: null } as const;
    const limits = { timesPerUser: 1, timesPerUserDay: null, budgetFen: null, budgetTimes: 1 };
    expect(checkPromotion(promotionTerms({ benefit: fixed, limits }))).toEqual([]);
    const all = { kind: 'fee_waiver', fixed: 0, ratePpm: 1_000_000, max: null } as const;
    expect(checkPromotion(promotionTerms({ benefit: all, startsAtMs: 1, endsAtMs: 2 }))).toEqual([]);
  });

  const limits = promotionTerms().limits;
  test.each<[string, Parameters<typeof promotionTerms>[0]]>([
    ['gives_nothing', { benefit: { kind: 'discount', fixed: 0, ratePpm: 0, max: 5 } }],
    ['gives_nothing', { benefit: { kind: 'discount', fixed: 5, ratePpm: 5, max: 0 } }],
    ['gives_nothing', { benefit: { kind: 'cashback', fixed: 9, ratePpm: 0, max: null } }],
    ['gives_nothing', { benefit: { kind: 'cashback', fixed: 0, ratePpm: 5, max: 9 } }],
    ['never_applies', { startsAtMs: 2, endsAtMs: 2 }],
    ['never_applies', { when: { amountFenMin: 2, amountFenMax: 1 } }],
    ['no_budget', { limits: { ...limits, budgetFen: null } }],
    ['no_budget', { limits: { ...limits, budgetFen: null, budgetTimes: 5 } }],
    ['budget_too_small', { limits: { ...limits, budgetFen: 0 } }],
    ['budget_too_small', { limits: { ...limits, budgetTimes: 0 } }],
    [
      'budget_too_small',
      {
        benefit: { kind: 'discount', fixed: 100, ratePpm: 0, max: null },
        limits: { ...limits, budgetFen: 99 },
      },
    ],
    ['gives_all', { benefit: { kind: 'discount', fixed: 0, ratePpm: 1_000_000, max: null } }],
    ['alone_in_group', { stacking: { group: 1, alone: true, priority: 0 } }],
  ])('are found to be wrong: %s', (finding, parts) => {
    expect(checkPromotion(promotionTerms(parts))).toEqual([finding]);
  });
});

describe('the life of a version', () => {
  test('is told by activations and by its own times', () => {
    const one = {
      id: 'one',
      state: 'approved',
      terms: promotionTerms({ startsAtMs: 50, endsAtMs: 500 }),
    } as const;
    const activations = [
      { versionId: 'one', liveFromMs: 100 },
      { versionId: 'two', liveFromMs: 200 },
      { versionId: 'one', liveFromMs: 200 },
      { versionId: null, liveFromMs: 300 },
    ];
    const standing = (atMs: number, version: { id: string } = one) =>
      promotionStanding({ ...one, ...version }, activations, atMs);
    expect([99, 100, 200, 299, 300, 500].map((atMs) => standing(atMs))).toEqual([
      'scheduled',
      'live',
      'live',
      'live',
      'replaced',
      'ended',
    ]);
    expect(standing(200, { id: 'two' })).toBe('replaced');
    expect(promotionStanding({ ...one, state: 'review' }, activations, 100)).toBe('review');
    const later = { ...one, terms: promotionTerms({ startsAtMs: 150 }) };
    expect(promotionStanding(later, activations, 149)).toBe('scheduled');
    expect(liveAt(activations, 99)).toBeUndefined();
  });
});

test('an order holds of each promotion the most that any of its methods gets', () => {
  const trace = (id: string, amount: number) => ({
    ...traceOf(promotion(id), { amountFen: fen(100), feeFen: fen(0) }),
    amount,
  });
  const claims = claimsOf([
    { method: 'wechat', promotions: [trace('b', 5), trace('a', 7)] },
    { method: 'alipay', promotions: [trace('b', 9)] },
  ]);
  expect(claims).toEqual([
    { promotionId: 'a', versionId: 'a-1', kind: 'discount', amounts: { wechat: 7 } },
    { promotionId: 'b', versionId: 'b-1', kind: 'discount', amounts: { wechat: 5, alipay: 9 } },
  ]);
  expect(claims.map(heldOf)).toEqual([7, 9]);
});

test('what refunds leave of a benefit falls with what was refunded, to nothing, and never below its share', () => {
  const amounts = fc.integer({ min: 1, max: 5_000_000 });
  fc.assert(
    fc.property(amounts, fc.nat(), fc.nat(), fc.nat(5_000_000), (amount, a, b, benefit) => {
      const [less, more] = [a % (amount + 1), b % (amount + 1)].sort((x, y) => x - y) as [number, number];
      const left = (refunded: number) => leftAfterRefund(benefit, fen(refunded), fen(amount));
      expect(left(0)).toBe(benefit);
      expect(left(amount)).toBe(0);
      expect(left(less)).toBeGreaterThanOrEqual(left(more));
      const exact = BigInt(benefit) * BigInt(amount - less) - BigInt(left(less)) * BigInt(amount);
      expect(exact >= 0n && exact < BigInt(amount)).toBe(true);
    }),
  );
  expect([890, 891].map((refunded) => cashbackAfterRefund(100, fen(refunded), fen(1_000)))).toEqual([11, 10]);
  expect(cashbackAfterRefund(100, fen(901), fen(1_000))).toBe(0);
  expect(() => leftAfterRefund(1, fen(-1), fen(5))).toThrow(MoneyError);
  expect(() => leftAfterRefund(1, fen(6), fen(5))).toThrow(MoneyError);
});
