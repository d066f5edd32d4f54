import fc from 'fast-check';

import {
  ATTEMPT_TRANSITIONS,
  canAttemptMove,
  canOrderMove,
  decideAttempt,
  decideClose,
  decideNotCreated,
  decideReport,
  decideSuccess,
  isOpen,
  isUnresolved,
  ORDER_TRANSITIONS,
  wasPaid,
  type AttemptState,
  type OrderState,
  type ReportedState,
} from '../../cloud/domain/orders';

const ORDER_STATES: readonly OrderState[] = [
  'created',
  'paying',
  'paid',
  'partially_refunded',
  'refunded',
  'closed',
];
const ATTEMPT_STATES: readonly AttemptState[] = [
  'created',
  'submitted',
  'succeeded',
  'failed',
  'closed',
  'unknown',
];
const orderStates = fc.constantFrom(...ORDER_STATES);
const attemptStates = fc.constantFrom(...ATTEMPT_STATES);
const totals = fc.integer({ min: 1, max: 3 });

describe('an order', () => {
  test('has the states that are known, and moves to no other', () => {
    expect(Object.keys(ORDER_TRANSITIONS).sort()).toEqual([...ORDER_STATES].sort());
    for (const to of Object.values(ORDER_TRANSITIONS).flat()) expect(ORDER_STATES).toContain(to);
  });

  /** Read from where an order comes, not from where it goes as the table does. */
  test.each<readonly [OrderState, string, readonly OrderState[]]>([
    ['created', 'never again', []],
    ['paying', 'with its first attempt', ['created']],
    ['paid', 'while it is open, even if no attempt was needed', ['created', 'paying']],
    ['closed', 'while it is open', ['created', 'paying']],
    ['partially_refunded', 'once, from paid', ['paid']],
    ['refunded', 'at once or after parts of it', ['paid', 'partially_refunded']],
  ])('becomes %s %s', (to, _when, from) => {
    expect(ORDER_STATES.filter((state) => canOrderMove(state, to))).toEqual(from);
  });

  test('is open, or was paid, or is closed: exactly one of them', () => {
    for (const state of ORDER_STATES) {
      expect([isOpen(state), wasPaid(state), state === 'closed'].filter(Boolean)).toHaveLength(1);
    }
    expect(ORDER_STATES.filter(isOpen)).toEqual(['created', 'paying']);
  });

  test('that is paid never goes back to an unpaid state', () => {
    fc.assert(
      fc.property(
        orderStates,
        orderStates,
        (from, to) => !(wasPaid(from) && canOrderMove(from, to)) || wasPaid(to),
      ),
    );
  });

  test('past its expiry takes no new attempt, even before the timer closed it', () => {
    const expiresAt = new Date(1_000);
    const decide = (orderState: OrderState, nowMs: number) =>
      decideAttempt({ orderState, expiresAt, now: new Date(nowMs) });
    for (const state of ORDER_STATES.filter(isOpen)) {
      expect(decide(state, 999)).toBeUndefined();
      expect(decide(state, 1_000)).toBe('order_closed');
    }
    expect(decide('closed', 999)).toBe('order_closed');
    for (const state of ORDER_STATES.filter(wasPaid)) {
      expect(decide(state, 999)).toBe('order_paid');
      expect(decide(state, 2_000)).toBe('order_paid');
    }
  });

  test('can be closed only while it is open; a refusal says what it is instead', () => {
    for (const state of ORDER_STATES) {
      expect(decideClose(state) === undefined).toBe(canOrderMove(state, 'closed'));
      if (wasPaid(state)) expect(decideClose(state)).toBe('order_paid');
    }
    expect(decideClose('closed')).toBe('order_closed');
  });
});

describe('an attempt', () => {
  test('has the states that are known, and moves to no other', () => {
    expect(Object.keys(ATTEMPT_TRANSITIONS).sort()).toEqual([...ATTEMPT_STATES].sort());
    for (const to of Object.values(ATTEMPT_TRANSITIONS).flat()) expect(ATTEMPT_STATES).toContain(to);
  });

  test('is unresolved until its gateway told its end', () => {
    expect(ATTEMPT_STATES.filter(isUnresolved)).toEqual(['created', 'submitted', 'unknown']);
  });

  test.each<readonly [AttemptState, string, readonly AttemptState[]]>([
    ['created', 'never again', []],
    ['submitted', 'when its gateway took it, for certain or after all', ['created', 'unknown']],
    ['unknown', 'when its gateway gave no answer', ['created', 'submitted']],
    ['failed', 'while it is unresolved', ['created', 'submitted', 'unknown']],
    ['closed', 'while it is unresolved', ['created', 'submitted', 'unknown']],
    [
      'succeeded',
      'whatever we believed of it before',
      ['created', 'submitted', 'failed', 'closed', 'unknown'],
    ],
  ])('becomes %s %s', (to, _when, from) => {
    expect(ATTEMPT_STATES.filter((state) => canAttemptMove(state, to))).toEqual(from);
  });

  test.each<readonly [ReportedState, ReturnType<typeof decideReport>, ReturnType<typeof decideReport>]>([
    ['succeeded', 'succeeded', 'succeeded'],
    ['refunded', 'succeeded', 'succeeded'],
    ['failed', 'failed', 'failed'],
    ['closed', 'closed', 'closed'],
    ['pending', 'wait', 'wait'],
    ['not_found', 'wait', 'closed'],
  ])('reported as %s is %s until its time is over, then %s', (reported, before, after) => {
    const expiresAt = new Date(1_000);
    const decide = (nowMs: number) => decideReport({ reported, expiresAt, now: new Date(nowMs) });
    expect([decide(999), decide(1_000), decide(1_001)]).toEqual([before, before, after]);
  });
});

describe('a reported success', () => {
  const facts = fc.record({
    orderState: orderStates,
    attemptState: attemptStates,
    attemptTotalFen: totals,
    reportedTotalFen: totals,
  });

  test('is applied only to an open order, only for the right amount, and only once', () => {
    fc.assert(
      fc.property(facts, (known) => {
        const applied =
          isOpen(known.orderState) &&
          known.attemptState !== 'succeeded' &&
          known.attemptTotalFen === known.reportedTotalFen;
        expect(decideSuccess(known).outcome === 'applied').toBe(applied);
        // Whatever is applied must also be a move the state machines allow.
        if (applied) expect(canOrderMove(known.orderState, 'paid')).toBe(true);
        if (applied) expect(canAttemptMove(known.attemptState, 'succeeded')).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('told again is known, whatever became of the order and whatever amount it names', () => {
    fc.assert(
      fc.property(facts, (known) => {
        expect(decideSuccess({ ...known, attemptState: 'succeeded' })).toEqual({
          outcome: 'already_applied',
        });
      }),
    );
  });

  test('of another amount moves nothing', () => {
    fc.assert(
      fc.property(facts, attemptStates, (known, attemptState) => {
        fc.pre(attemptState !== 'succeeded' && known.attemptTotalFen !== known.reportedTotalFen);
        expect(decideSuccess({ ...known, attemptState })).toEqual({ outcome: 'amount_mismatch' });
      }),
    );
  });

  test('that the order does not want is a surplus, with the reason', () => {
    for (const attemptState of ATTEMPT_STATES.filter((state) => state !== 'succeeded')) {
      const right = { attemptState, attemptTotalFen: 5, reportedTotalFen: 5 };
      for (const orderState of ORDER_STATES.filter(wasPaid)) {
        expect(decideSuccess({ ...right, orderState })).toEqual({
          outcome: 'surplus',
          reason: 'order_already_paid',
        });
      }
      expect(decideSuccess({ ...right, orderState: 'closed' })).toEqual({
        outcome: 'surplus',
        reason: 'order_closed',
      });
    }
  });
});

test('a refusal ends an attempt only where nothing was asked for before', () => {
  const refusals = fc.constantFrom('refused' as const, 'unfunded' as const, 'misconfigured' as const);
  fc.assert(
    fc.property(refusals, (why) => {
      expect(decideNotCreated({ why, firstTry: true })).toBe('failed');
      expect(decideNotCreated({ why, firstTry: false })).toBe('end');
    }),
  );
  fc.assert(
    fc.property(fc.constantFrom('unknown' as const, 'closed' as const), fc.boolean(), (why, firstTry) => {
      expect(decideNotCreated({ why, firstTry })).toBe(why);
    }),
  );
});
