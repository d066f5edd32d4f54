import fc from 'fast-check';

import { fen, portionOf } from '../../cloud/domain/money';
import {
  DIFFERENCE_CLASSES,
  classify,
  decideAnsweredPayment,
  decideAnsweredRefund,
  decideRepair,
  isFeeAgreed,
  ourStateOfAttempt,
  type DifferenceClass,
  type DifferenceFacts,
  type Repair,
  type BillSubject,
  type OurSide,
  type TheirSide,
} from '../../cloud/domain/reconcile';

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

  test.each<readonly [OurSide['state'], TheirSide['state'], DifferenceClass | undefined]>([
    ['succeeded', 'succeeded', undefined],
    ['succeeded', 'processing', 'state'],
    ['succeeded', 'failed', 'state'],
    ['open', 'succeeded', 'missing_here'],
    ['open', 'processing', undefined],
    ['open', 'failed', undefined],
    ['ended', 'succeeded', 'state'],
    ['ended', 'processing', 'state'],
    ['ended', 'failed', undefined],
  ])('where ours is %s and theirs %s is %s', (state, their, found) => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 1_000_000, max: 2_000_000 }), (amountFen, wrongFeeFen) => {
        // Only what succeeded has a fee that can be wrong.
        const feeFen =
          found === undefined && their !== 'succeeded' ? wrongFeeFen : agreedFee('payment', amountFen);
        const row = { state: their, amountFen, feeFen };
        expect(classify('payment', { state, amountFen, bookedFeeFen: undefined }, [row], RATE)).toBe(found);
      }),
    );
  });

  test('names the fee where it is not as agreed, or not as booked', () => {
    const classOf = (feeFen: number, bookedFeeFen: number | undefined) =>
      classify(
        'payment',
        { state: 'succeeded', amountFen: 10_000, bookedFeeFen },
        [{ state: 'succeeded', amountFen: 10_000, feeFen }],
        RATE,
      );
    expect(classOf(60, undefined)).toBeUndefined();
    expect(classOf(61, undefined)).toBe('fee');
    // Booked as it was charged: a person has agreed to it.
    expect(classOf(61, 61)).toBeUndefined();
    expect(classOf(60, 59)).toBe('fee');
  });

  test('takes an attempt as succeeded, as ended without money, or as open', () => {
    expect(
      (['created', 'submitted', 'unknown', 'failed', 'closed', 'succeeded'] as const).map(ourStateOfAttempt),
    ).toEqual(['open', 'open', 'open', 'ended', 'ended', 'succeeded']);
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
    // A fee of less than half a fen may be given back as a fen by rounding, but never taken.
    ['refund', 10, -1, true],
    ['refund', 10, 1, false],
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

  const known = { subject: 'payment', known: true, billState: 'succeeded' } as const;
  test.each<readonly [string, Partial<DifferenceFacts>, Repair]>([
    ['what the bill has and we have not is asked for', { class: 'missing_here' }, { action: 'ask_payment' }],
    ['so is what came to another end', { class: 'state' }, { action: 'ask_payment' }],
    ['so is a refund', { class: 'state', subject: 'refund' }, { action: 'ask_refund' }],
    [
      'a number that is not ours cannot be asked for',
      { class: 'missing_here', known: false, billState: 'failed' },
      { action: 'wait', reason: 'number_unknown' },
    ],
    [
      'a bill that says that no money came repairs nothing',
      { class: 'state', billState: 'failed' },
      { action: 'wait', reason: 'state_contradicts' },
    ],
    [
      'a payment that the bill leaves out is asked for',
      { class: 'missing_there' },
      { action: 'ask_payment' },
    ],
    [
      'a refund that the bill leaves out waits',
      { class: 'missing_there', subject: 'refund' },
      { action: 'wait', reason: 'not_in_bill' },
    ],
    ['another amount waits', { class: 'amount' }, { action: 'wait', reason: 'amount_differs' }],
    ['another fee waits', { class: 'fee' }, { action: 'wait', reason: 'fee_not_agreed' }],
    ['what is billed twice waits', { class: 'duplicate' }, { action: 'wait', reason: 'billed_twice' }],
  ])('by rule: %s', (_, change, repair) => {
    expect(decideRepair({ class: 'amount', ...known, ...change })).toEqual(repair);
  });

  test('waits with a reason where the gateway does not bear it out', () => {
    const paid = { state: 'succeeded', totalFen: 5, within: true } as const;
    const billed = { class: 'missing_here', billAmountFen: 5 } as const;
    const disagrees = { action: 'wait', reason: 'gateway_disagrees' };
    expect(decideAnsweredPayment(billed, paid)).toEqual({ action: 'record_payment' });
    expect(decideAnsweredPayment(billed, { ...paid, state: 'refunded' })).toEqual({
      action: 'record_payment',
    });
    expect(decideAnsweredPayment(billed, { ...paid, state: 'closed' })).toEqual(disagrees);
    expect(decideAnsweredPayment(billed, { ...paid, totalFen: 6 })).toEqual(disagrees);
    const left = { class: 'missing_there', billAmountFen: null } as const;
    expect(decideAnsweredPayment(left, paid)).toEqual({ action: 'wait', reason: 'not_in_bill' });
    expect(decideAnsweredPayment(left, { ...paid, within: undefined })).toEqual({
      action: 'wait',
      reason: 'not_in_bill',
    });
    expect(decideAnsweredPayment(left, { ...paid, within: false })).toEqual({
      action: 'settle',
      reason: 'other_day',
    });
    expect(decideAnsweredPayment(left, { ...paid, state: 'failed' })).toEqual(disagrees);
    expect(decideAnsweredRefund({ billAmountFen: 5 }, { state: 'succeeded', refundFen: 4 })).toEqual(
      disagrees,
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
