import fc from 'fast-check';

import {
  factorsForPayment,
  needsDaySum,
  STEP_UP_POLICY,
  type StepUpFacts,
} from '../../../cloud/domain/identity';

const payments: fc.Arbitrary<StepUpFacts> = fc.record({
  amountFen: fc.integer({ min: 1, max: 5_000_000 }),
  otherFenToday: fc.nat(10_000_000),
  risk: fc.constantFrom('low' as const, 'elevated' as const, 'high' as const),
  cautious: fc.boolean(),
});
const quiet: StepUpFacts = { amountFen: 100_000, otherFenToday: 0, risk: 'low', cautious: false };

test.each([
  [{ ...quiet, amountFen: 500_000 }, 0],
  [{ ...quiet, amountFen: 500_001 }, 1],
  [{ ...quiet, amountFen: 99_999, otherFenToday: 5_000_000 }, 0],
  [{ ...quiet, otherFenToday: 400_000 }, 0],
  [{ ...quiet, otherFenToday: 400_001 }, 1],
  [{ ...quiet, amountFen: 1, cautious: true }, 1],
  [{ ...quiet, amountFen: 1, risk: 'elevated' as const }, 1],
  [{ ...quiet, amountFen: 99_999, risk: 'high' as const }, 1],
  [{ ...quiet, risk: 'high' as const }, 2],
  [{ ...quiet, amountFen: 2_000_000 }, 1],
  [{ ...quiet, amountFen: 2_000_001 }, 2],
  [{ ...quiet, otherFenToday: 1_900_001 }, 2],
] as const)('%j needs %d factors', (payment, factors) => {
  expect(factorsForPayment(STEP_UP_POLICY, payment)).toBe(factors);
});

test('more money, more risk or more caution never needs fewer factors', () => {
  fc.assert(
    fc.property(payments, fc.nat(1_000_000), (payment, more) => {
      const before = factorsForPayment(STEP_UP_POLICY, payment);
      for (const worse of [
        { ...payment, amountFen: payment.amountFen + more },
        { ...payment, otherFenToday: payment.otherFenToday + more },
        { ...payment, risk: 'high' as const },
        { ...payment, cautious: true },
      ])
        expect(factorsForPayment(STEP_UP_POLICY, worse)).toBeGreaterThanOrEqual(before);
    }),
  );
});

test('where the sum of the day is not asked for it changes nothing', () => {
  fc.assert(
    fc.property(payments, (payment) => {
      fc.pre(!needsDaySum(STEP_UP_POLICY, payment.amountFen));
      expect(factorsForPayment(STEP_UP_POLICY, payment)).toBe(
        factorsForPayment(STEP_UP_POLICY, { ...payment, otherFenToday: 0 }),
      );
    }),
  );
});
