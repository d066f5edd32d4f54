import fc from 'fast-check';

import {
  DIFFERENCE_CLASSES,
  adjustmentPosting,
  classify,
  decideAnsweredPayment,
  decideAnsweredRefund,
  decideRepair,
  fen,
  gatewayFeePosting,
  isFeeAgreed,
  portionOf,
  sumsOf,
  type BillSubject,
  type OurSide,
  type TheirSide,
} from '../../cloud/domain';

const RATE = 6_000;
const subjects = fc.constantFrom<BillSubject>('payment', 'refund');
const amounts = fc.integer({ min: 1, max: 5_000_000 });
const ours: fc.Arbitrary<OurSide> = fc.record({
  state: fc.constantFrom('open', 'succeeded', 'ended'),
  amountFen: amounts,
  bookedFeeFen: fc.option(fc.integer({ min: -100, max: 100 }), { nil: undefined }),
});
const theirs: fc.Arbitrary<TheirSide> = fc.record({
  state: fc.constantFrom('succeeded', 'processing', 'failed'),
  amountFen: amounts,
  feeFen: fc.integer({ min: -40_000, max: 40_000 }),
});
const agreedFee = (subject: BillSubject, amountFen: number): number => {
  const portion = portionOf(fen(amountFen), RATE);
  return subject === 'payment' ? portion : 0 - portion;
};

describe('what a bill says of our books', () => {
  test('agrees with the same success, the same amount and the agreed fee, booked or not', () => {
    fc.assert(
      fc.property(subjects, amounts, fc.boolean(), (subject, amountFen, booked) => {
        const feeFen = agreedFee(subject, amountFen);
        const our: OurSide = { state: 'succeeded', amountFen, bookedFeeFen: booked ? feeFen : undefined };
        expect(classify(subject, our, [{ state: 'succeeded', amountFen, feeFen }], RATE)).toBeUndefined();
      }),
    );
  });

  test('agrees with the fee that was booked as charged, whatever was agreed', () => {
    fc.assert(
      fc.property(
        subjects,
        amounts,
        fc.integer(),
        fc.integer(),
        (subject, amountFen, feeFen, bookedFeeFen) => {
          const our: OurSide = { state: 'succeeded', amountFen, bookedFeeFen };
          const found = classify(subject, our, [{ state: 'succeeded', amountFen, feeFen }], RATE);
          expect(found).toBe(feeFen === bookedFeeFen ? undefined : 'fee');
          const charged = { ...our, bookedFeeFen: feeFen };
          expect(
            classify(subject, charged, [{ state: 'succeeded', amountFen, feeFen }], RATE),
          ).toBeUndefined();
        },
      ),
    );
  });

  test('is one of six classes or agreement, whatever both sides are', () => {
    fc.assert(
      fc.property(
        subjects,
        fc.option(ours, { nil: undefined }),
        fc.array(theirs, { maxLength: 3 }),
        (s, o, t) => {
          const found = classify(s, o, t, RATE);
          expect(found === undefined || DIFFERENCE_CLASSES.includes(found)).toBe(true);
          if (t.length > 1) expect(found).toBe('duplicate');
          if (t.length === 0) expect(found).toBe(o?.state === 'succeeded' ? 'missing_there' : undefined);
          if (t.length === 1 && o === undefined) expect(found).toBe('missing_here');
          if (t.length === 1 && o && o.amountFen !== t[0]?.amountFen) expect(found).toBe('amount');
        },
      ),
    );
  });

  test('never agrees where one side has money that the other has not', () => {
    fc.assert(
      fc.property(subjects, ours, theirs, (subject, our, their) => {
        const weHave = our.state === 'succeeded' ? our.amountFen : 0;
        const theyHave = their.state === 'succeeded' ? their.amountFen : 0;
        if (weHave !== theyHave) expect(classify(subject, our, [their], RATE)).toBeDefined();
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['payment', 100, 1, true],
    ['payment', 83, 0, true],
    ['payment', 84, 1, true],
    ['payment', 10_000, 61, false],
    ['refund', 10_000, -60, true],
    ['refund', 10_000, -59, true],
    ['refund', 10_000, -58, false],
    ['refund', 10_000, 0, true],
    ['refund', 10_000, 60, false],
  ] as const)('a %s of %d fen with a fee of %d: agreed is %p', (subject, amountFen, feeFen, agreed) => {
    expect(isFeeAgreed(subject, { amountFen, feeFen }, RATE)).toBe(agreed);
  });
});

describe('what is done about a difference', () => {
  const facts = fc.record({
    class: fc.constantFrom(...DIFFERENCE_CLASSES),
    subject: subjects,
    known: fc.boolean(),
    billState: fc.option(fc.constantFrom<TheirSide['state']>('succeeded', 'processing', 'failed'), {
      nil: undefined,
    }),
  });

  test('is asked of the gateway only where its word can settle it', () => {
    fc.assert(
      fc.property(facts, (difference) => {
        const repair = decideRepair(difference);
        if (repair.action === 'wait') return;
        expect(repair.action).toBe(difference.subject === 'payment' ? 'ask_payment' : 'ask_refund');
        const settled = ['missing_here', 'state', 'missing_there'].includes(difference.class);
        expect(settled).toBe(true);
        if (difference.class !== 'missing_there') {
          expect([difference.known, difference.billState]).toEqual([true, 'succeeded']);
        }
      }),
    );
  });

  test('records a payment only where bill and gateway name the same amount, and never one that the bill has not', () => {
    const states = fc.constantFrom('pending', 'succeeded', 'refunded', 'closed', 'failed', 'not_found');
    const answers = fc.record({
      state: states as fc.Arbitrary<'pending' | 'succeeded' | 'refunded' | 'closed' | 'failed' | 'not_found'>,
      totalFen: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      within: fc.option(fc.boolean(), { nil: undefined }),
    });
    const asked = fc.record({
      class: fc.constantFrom<'missing_here' | 'state' | 'missing_there'>(
        'missing_here',
        'state',
        'missing_there',
      ),
      billAmountFen: fc.option(fc.integer({ min: 1, max: 3 })),
    });
    fc.assert(
      fc.property(asked, answers, (difference, answer) => {
        const decision = decideAnsweredPayment(difference, answer);
        const paid = answer.state === 'succeeded' || answer.state === 'refunded';
        const same = answer.totalFen !== undefined && answer.totalFen === difference.billAmountFen;
        const missing = difference.class === 'missing_there';
        expect(decision.action === 'record_payment').toBe(paid && same && !missing);
        expect(decision.action === 'settle').toBe(paid && missing && answer.within === false);
      }),
      { numRuns: 500 },
    );
  });

  test('records a refund that the gateway confirms, of the amount it was billed with', () => {
    const difference = { billAmountFen: 100 };
    const answered = (state: string, refundFen: number | undefined) =>
      decideAnsweredRefund(difference, { state, refundFen }).action;
    expect(answered('succeeded', 100)).toBe('record_refund');
    expect(answered('succeeded', undefined)).toBe('record_refund');
    expect(answered('succeeded', 99)).toBe('wait');
    expect(answered('processing', 100)).toBe('wait');
    expect(answered('not_found', undefined)).toBe('wait');
  });
});

test('fees and adjustments balance, whichever way they go', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -1_000_000, max: 1_000_000 }),
      fc.constantFrom('wechatpay', 'alipay'),
      (value, gateway) => {
        fc.pre(value !== 0);
        const owner = gateway as 'wechatpay' | 'alipay';
        for (const { entries } of [
          gatewayFeePosting(owner, fen(value)),
          adjustmentPosting(owner, fen(value)),
        ]) {
          expect(sumsOf(entries)).toEqual({ FEN: 0, POINTS: 0 });
          expect(entries).toHaveLength(2);
        }
      },
    ),
  );
  expect(() => gatewayFeePosting('alipay', fen(0))).toThrow();
  expect(() => adjustmentPosting('alipay', fen(0))).toThrow();
});
