import fc from 'fast-check';

import {
  CASHBACK_FEN_LEAST,
  choosePromotions,
  fen,
  grantOfTrace,
  promotionPricing,
  traceOf,
  type Promotion,
} from '../../../cloud/domain';
import { payer, payment, promotion, promotionLists } from '../../support/promotions';

/** Payments small enough that what promotions give often exceeds what is owed. */
const owed = fc
  .record({ amount: fc.integer({ min: 1, max: 120 }), fee: fc.nat(30), least: fc.nat(1) })
  .map(({ amount, fee, least }) => ({
    ...payment({ amountFen: fen(amount) }),
    feeFen: fen(fee),
    totalFenMin: fen(least),
    method: 'wechat' as const,
  }));
type Owed = typeof owed extends fc.Arbitrary<infer Value> ? Value : never;

const sumOf = (traces: readonly { kind: string; amount: number }[], ...kinds: string[]): number =>
  traces.filter(({ kind }) => kinds.includes(kind)).reduce((sum, { amount }) => sum + amount, 0);

/** What a set of promotions is worth, reckoned anew from what the rule says. */
function worth(set: readonly Promotion[], to: Owed): number {
  const traces = set
    .map((one) => traceOf(one, to))
    .filter(({ kind, amount }) => kind !== 'cashback' || amount >= CASHBACK_FEN_LEAST);
  const all = to.amountFen + to.feeFen;
  const waived = Math.min(sumOf(traces, 'fee_waiver'), to.feeFen);
  const discount = Math.min(sumOf(traces, 'discount'), to.amountFen, all - waived - to.totalFenMin);
  const now = waived + Math.max(0, discount);
  const cashbacks = traces.filter(({ kind }) => kind === 'cashback').length;
  // Where not each cashback can be paid out, another set without some is worth more.
  const withNow = (lowered: number): number => {
    const paid = all - lowered;
    return lowered + (cashbacks * CASHBACK_FEN_LEAST <= paid ? Math.min(sumOf(traces, 'cashback'), paid) : 0);
  };
  const most = Math.max(...Array.from({ length: now + 1 }, (_, lowered) => withNow(lowered)));
  return most + sumOf(traces, 'bonus_points');
}

const subsets = (list: readonly Promotion[]): readonly (readonly Promotion[])[] =>
  list.reduce<readonly (readonly Promotion[])[]>(
    (sets, one) => [...sets, ...sets.map((set) => [...set, one])],
    [[]],
  );

function goesTogether(set: readonly Promotion[]): boolean {
  const groups = set.flatMap(({ terms }) => terms.stacking.group ?? []);
  const isAlone = set.some(({ terms }) => terms.stacking.alone);
  return isAlone ? set.length === 1 : new Set(groups).size === groups.length;
}

test('what is chosen may be taken together and is worth as much as the best of all choices', () => {
  fc.assert(
    fc.property(promotionLists, owed, (list, to) => {
      const chosen = choosePromotions(list, to, payer());
      const set = list.filter(({ promotionId }) => chosen.some((trace) => trace.promotionId === promotionId));
      const best = Math.max(
        ...subsets(list)
          .filter(goesTogether)
          .map((one) => worth(one, to)),
      );
      expect(goesTogether(set)).toBe(true);
      expect(sumOf(chosen, 'fee_waiver', 'discount', 'cashback', 'bonus_points')).toBe(best);
    }),
  );
});

test('the order in which promotions stand does not matter', () => {
  fc.assert(
    fc.property(
      promotionLists.chain((list) =>
        fc.tuple(
          fc.constant(list),
          fc.shuffledSubarray([...list], { minLength: list.length, maxLength: list.length }),
        ),
      ),
      owed,
      ([list, shuffled], to) => {
        expect(choosePromotions(shuffled, to, payer())).toEqual(choosePromotions(list, to, payer()));
      },
    ),
  );
});

test('never more is given than is owed, and no trace says more than its promotion gives', () => {
  fc.assert(
    fc.property(promotionLists, owed, (list, to) => {
      const chosen = choosePromotions(list, to, payer());
      const waived = sumOf(chosen, 'fee_waiver');
      const total = to.amountFen + to.feeFen - waived - sumOf(chosen, 'discount');
      return (
        waived <= to.feeFen &&
        total >= Math.min(to.totalFenMin, to.amountFen) &&
        sumOf(chosen, 'cashback') <= total &&
        chosen.every(({ kind, amount }) => kind !== 'cashback' || amount >= CASHBACK_FEN_LEAST) &&
        chosen.every((trace) => trace.amount > 0 && trace.amount <= grantOfTrace(trace))
      );
    }),
  );
});

test('a trace comes to its amount again after it was written down, and splitting a payment gains nothing', () => {
  fc.assert(
    fc.property(promotionLists, fc.array(owed, { minLength: 1, maxLength: 4 }), ([one], parts) => {
      if (one === undefined) return;
      const shareAlone = {
        ...one,
        terms: { ...one.terms, benefit: { ...one.terms.benefit, fixed: 0, max: null } },
      };
      const grant = (amount: number, fee: number): number => {
        const trace = traceOf(shareAlone, { amountFen: fen(amount), feeFen: fen(fee) });
        expect(grantOfTrace(JSON.parse(JSON.stringify(trace)) as typeof trace)).toBe(trace.amount);
        return trace.amount;
      };
      const apart = parts.reduce((sum, { amountFen, feeFen }) => sum + grant(amountFen, feeFen), 0);
      const sum = (key: 'amountFen' | 'feeFen') => parts.reduce((total, part) => total + part[key], 0);
      expect(apart).toBeLessThanOrEqual(grant(sum('amountFen'), sum('feeFen')));
    }),
  );
});

const at = (parts: Partial<Owed> = {}): Owed => ({
  ...payment(),
  feeFen: fen(10),
  totalFenMin: fen(1),
  method: 'wechat',
  ...parts,
});
const chosenIds = (...[list, to, by]: Parameters<typeof choosePromotions>): readonly string[] =>
  choosePromotions(list, to, by).map(({ promotionId }) => promotionId);

test('of what is worth the same, what lowers the total now, then what has priority, then the lower id is taken', () => {
  const gives = (kind: 'discount' | 'cashback') => ({ kind, fixed: 100, ratePpm: 0, max: null });
  const inGroup = (priority: number) => ({ group: 1, alone: false, priority });
  const list = [
    promotion('back', { benefit: gives('cashback'), stacking: inGroup(9) }),
    promotion('b', { benefit: gives('discount'), stacking: inGroup(1) }),
    promotion('c', { benefit: gives('discount'), stacking: inGroup(1) }),
    promotion('a', { benefit: gives('discount'), stacking: inGroup(0) }),
  ];
  expect(chosenIds(list, at(), payer())).toEqual(['b']);
});

test('cashback of a payment too small to be paid out is not taken over anything that gives something', () => {
  const inGroup = { group: 1, alone: false, priority: 9 };
  const list = [
    promotion('back', {
      benefit: { kind: 'cashback', fixed: 100, ratePpm: 0, max: null },
      stacking: inGroup,
    }),
    promotion('off', {
      benefit: { kind: 'discount', fixed: 2, ratePpm: 0, max: null },
      stacking: { ...inGroup, priority: 0 },
    }),
  ];
  const paying = (amount: number) => at({ amountFen: fen(amount), feeFen: fen(0) });
  expect(chosenIds(list, paying(9), payer())).toEqual(['off']);
  expect(chosenIds(list, paying(10), payer())).toEqual(['back']);
  expect(chosenIds(list.slice(0, 1), paying(9), payer())).toEqual([]);
});

test('cashback that exceeds what is paid goes to the higher priority, and no part of it is too small to be paid out', () => {
  const back = (id: string, fixed: number, priority: number) =>
    promotion(id, {
      benefit: { kind: 'cashback', fixed, ratePpm: 0, max: null },
      stacking: { group: null, alone: false, priority },
    });
  const given = (amount: number) =>
    choosePromotions(
      [back('low', 15, 1), back('high', 12, 2)],
      at({ amountFen: fen(amount), feeFen: fen(0) }),
      payer(),
    ).map((trace) => [trace.promotionId, trace.amount]);
  expect(given(27)).toEqual([
    ['high', 12],
    ['low', 15],
  ]);
  expect(given(23)).toEqual([
    ['high', 12],
    ['low', 11],
  ]);
  expect(given(21)).toEqual([
    ['high', 11],
    ['low', 10],
  ]);
  expect(given(19)).toEqual([['low', 15]]);
});

test('a discount leaves as much to be paid as cashback needs to be paid out, where that is worth more', () => {
  const gives = (kind: 'fee_waiver' | 'discount' | 'cashback', fixed: number) =>
    promotion(kind, { benefit: { kind, fixed, ratePpm: 0, max: null } });
  const given = (amount: number, fee: number, ...list: readonly Promotion[]) =>
    choosePromotions(list, at({ amountFen: fen(amount), feeFen: fen(fee) }), payer()).map((trace) => [
      trace.kind,
      trace.amount,
    ]);
  expect(given(20, 0, gives('discount', 12), gives('cashback', 10))).toEqual([
    ['discount', 10],
    ['cashback', 10],
  ]);
  expect(given(10, 0, gives('discount', 1), gives('cashback', 10))).toEqual([['cashback', 10]]);
  expect(given(6, 5, gives('fee_waiver', 5), gives('cashback', 10))).toEqual([
    ['fee_waiver', 1],
    ['cashback', 10],
  ]);
  // Nothing at all is to be paid where that is worth as much.
  const free = at({ amountFen: fen(20), feeFen: fen(0), totalFenMin: fen(0) });
  const list = [gives('discount', 20), gives('cashback', 10)];
  expect(choosePromotions(list, free, payer())).toEqual([expect.objectContaining({ amount: 20 })]);
});

test('cashback is no more than what is left to pay in money once points paid', () => {
  const back = promotion('back', { benefit: { kind: 'cashback', fixed: 20, ratePpm: 0, max: null } });
  const points = promotion('points', { benefit: { kind: 'bonus_points', fixed: 7, ratePpm: 0, max: null } });
  const { rewards } = promotionPricing([back, points], { ...payment(), totalFenMin: fen(1) }, payer());
  const amountsAt = (due: number) =>
    rewards({
      method: 'wechat',
      amountFen: fen(3_000),
      feeFen: fen(0),
      feeLeftFen: fen(0),
      amountLeftFen: fen(3_000),
      dueFen: fen(due),
    }).map(({ kind, amount }) => [kind, amount]);
  expect(amountsAt(20)).toEqual([
    ['cashback', 20],
    ['bonus_points', 7],
  ]);
  expect(amountsAt(10)).toEqual([
    ['cashback', 10],
    ['bonus_points', 7],
  ]);
  expect(amountsAt(9)).toEqual([['bonus_points', 7]]);
});

test('what together exceeds what is owed is given in full to the higher priority', () => {
  const off = (id: string, priority: number) =>
    promotion(id, {
      benefit: { kind: 'discount', fixed: 2_000, ratePpm: 0, max: null },
      stacking: { group: null, alone: false, priority },
    });
  const given = choosePromotions([off('low', 1), off('high', 2)], at(), payer());
  expect(given.map(({ promotionId, amount }) => [promotionId, amount])).toEqual([
    ['high', 2_000],
    ['low', 1_000],
  ]);
});

test.each([
  ['used up by this user', payer({ used: { p: { times: 2, timesToday: 0, timesAtMerchant: 2 } } })],
  ['used up today', payer({ used: { p: { times: 1, timesToday: 1, timesAtMerchant: 1 } } })],
  ['without enough of its budget', payer({ left: { 'p-1': { fen: 299, times: 5 } } })],
  ['given as often as it may be', payer({ left: { 'p-1': { fen: 300, times: 0 } } })],
])('a promotion is not taken once it is %s', (_, by) => {
  const limits = { timesPerUser: 2, timesPerUserDay: 1, budgetFen: 1_000, budgetTimes: 9 };
  expect(chosenIds([promotion('p', { limits })], at(), by)).toEqual([]);
  const fresh = payer({
    used: { p: { times: 1, timesToday: 0, timesAtMerchant: 1 } },
    left: { 'p-1': { fen: 300, times: 1 } },
  });
  expect(chosenIds([promotion('p', { limits })], at(), fresh)).toEqual(['p']);
});
