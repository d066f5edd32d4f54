import fc from 'fast-check';

import { fen } from '../../../cloud/domain/money';
import { allowanceHeld, allowancesOf, monthOf } from '../../../cloud/domain/fees/allowances';
import { chargeBy, type FeeTrace } from '../../../cloud/domain/fees/charge';
import { feeRule, feeRules } from '../../support/fee-rules';

const traceBy = (id: string, amountFen: number, parts: Parameters<typeof feeRule>[1] = {}): FeeTrace =>
  chargeBy(feeRule(id, parts), 1, { amountFen: fen(amountFen), usedFen: 0 });
const monthly = { freePerMonthFen: fen(500), freePerPaymentFen: fen(100) };

test.each([
  ['2026-11-30T15:59:59.999Z', '2026-11'],
  ['2026-11-30T16:00:00Z', '2026-12'],
  ['2026-12-31T16:00:00Z', '2027-01'],
])('%s is in the month %s in Shanghai', (instant, month) => {
  expect(monthOf(Date.parse(instant))).toBe(month);
});

test('a price rests on the allowances that free a part of it, each named once', () => {
  expect(allowancesOf([traceBy('m', 101, monthly), traceBy('n', 100), traceBy('m', 900, monthly)])).toEqual([
    'm',
  ]);
  expect(allowancesOf([traceBy('free_anyway', 100, monthly)])).toEqual([]);
});

test('a price that rests on no allowance is the same whatever was used of it', () => {
  fc.assert(
    fc.property(feeRules, fc.integer({ min: 1, max: 150_000 }), fc.nat(150_000), (rule, amount, usedFen) => {
      const amountFen = fen(amount);
      const trace = chargeBy(rule, 1, { amountFen, usedFen });
      if (allowancesOf([trace]).length > 0) return;
      expect(chargeBy(rule, 1, { amountFen, usedFen: 0 })).toEqual(trace);
    }),
  );
});

test('an order holds of each allowance the most that any of its methods uses', () => {
  const traces = [
    traceBy('m', 300, monthly),
    traceBy('m', 400, monthly),
    traceBy('m', 250, monthly),
    traceBy('other', 2_000, monthly),
    traceBy('none', 2_000),
  ];
  expect(allowanceHeld(traces)).toEqual({ m: 300, other: 500 });
});
