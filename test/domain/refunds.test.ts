import fc from 'fast-check';

import { fen, MoneyError } from '../../cloud/domain/money';
import {
  canRefundMove,
  decideRefund,
  decideRefundReport,
  REFUND_FAILURES_MAX,
  REFUND_TRANSITIONS,
  REFUNDS_PER_ORDER_MAX,
  refundParts,
  refundPauseMs,
  returnedParts,
  stateAfterRefund,
  type RefundablePayment,
  type RefundState,
  type RefundTerm,
} from '../../cloud/domain/refunds';

const STATES = Object.keys(REFUND_TRANSITIONS) as RefundState[];

const paid = (
  amountFen: number,
  feeFen: number,
  points: number,
  ...more: RefundTerm[]
): RefundablePayment => ({
  amountFen: fen(amountFen),
  terms: [{ kind: 'fee', amountFen: fen(feeFen) }, ...more],
  points,
  pointsRedeemed: 0,
});

/** A payment, and a way to cut its amount into parts. */
const cutPayment = fc
  .record({
    amountFen: fc.integer({ min: 1, max: 5_000_000 }),
    feeFen: fc.integer({ min: 0, max: 2_500 }),
    points: fc.integer({ min: 0, max: 50_000 }),
    waivedPpm: fc.integer({ min: 0, max: 1_000_000 }),
    discountPpm: fc.integer({ min: 0, max: 1_000_000 }),
    redeemedPpm: fc.integer({ min: 0, max: 1_000_000 }),
    pointsPerFen: fc.integer({ min: 1, max: 10 }),
    cuts: fc.array(fc.integer({ min: 0, max: 1_000_000 }), { maxLength: 20 }),
  })
  .map(({ amountFen, feeFen, points, waivedPpm, discountPpm, redeemedPpm, pointsPerFen, cuts }) => {
    const waivedFen = Math.floor((feeFen * waivedPpm) / 1_000_000);
    const discountFen = Math.floor((amountFen * discountPpm) / 1_000_000);
    const dueFen = amountFen + feeFen - waivedFen - discountFen;
    const redeemedFen = Math.floor((dueFen * redeemedPpm) / 1_000_000);
    const ends = [...new Set(cuts.map((cut) => Math.floor((amountFen * cut) / 1_000_000)))]
      .filter((end) => end > 0 && end < amountFen)
      .sort((a, b) => a - b);
    const sizes = [...ends, amountFen].map((end, index) => end - (ends[index - 1] ?? 0));
    const payment = paid(
      amountFen,
      feeFen,
      points,
      { kind: 'fee_waived', amountFen: fen(-waivedFen) },
      { kind: 'discount', amountFen: fen(-discountFen) },
      { kind: 'points_redeemed', amountFen: fen(-redeemedFen) },
    );
    return { payment: { ...payment, pointsRedeemed: redeemedFen * pointsPerFen }, sizes };
  });

describe('what refunds return', () => {
  test('adds up to the payment exactly, however it is cut', () => {
    fc.assert(
      fc.property(cutPayment, ({ payment, sizes }) => {
        let refundedFen = 0;
        const sums = { totalFen: 0, points: 0, pointsRedeemed: 0, terms: payment.terms.map(() => 0) };
        for (const size of sizes) {
          const parts = refundParts(payment, fen(refundedFen), fen(size));
          expect(parts.totalFen).toBe(parts.terms.reduce((sum, term) => sum + term.amountFen, size));
          refundedFen += size;
          sums.totalFen += parts.totalFen;
          sums.points += parts.points;
          sums.pointsRedeemed += parts.pointsRedeemed;
          parts.terms.forEach(
            (term, index) => (sums.terms[index] = (sums.terms[index] ?? 0) + term.amountFen),
          );
          const returned = returnedParts(payment, fen(refundedFen));
          expect(sums).toEqual({
            totalFen: returned.totalFen,
            points: returned.points,
            pointsRedeemed: returned.pointsRedeemed,
            terms: returned.terms.map(({ amountFen }) => amountFen),
          });
        }
        expect(sums.points).toBe(payment.points);
        expect(sums.pointsRedeemed).toBe(payment.pointsRedeemed);
        expect(sums.terms).toEqual(payment.terms.map(({ amountFen }) => amountFen));
      }),
    );
  });

  test('never turns round: no part of the total is negative, and no reduction turns by more than a fen', () => {
    fc.assert(
      fc.property(cutPayment, ({ payment, sizes }) => {
        let refundedFen = 0;
        for (const size of sizes) {
          const parts = refundParts(payment, fen(refundedFen), fen(size));
          const [fee, ...reductions] = parts.terms;
          expect(fee?.amountFen).toBeGreaterThanOrEqual(0);
          for (const { amountFen } of reductions) expect(amountFen).toBeLessThanOrEqual(1);
          expect(parts.totalFen).toBeGreaterThanOrEqual(0);
          expect(parts.points).toBeGreaterThanOrEqual(0);
          expect(parts.pointsRedeemed).toBeGreaterThanOrEqual(0);
          refundedFen += size;
        }
      }),
    );
  });

  test('keeps the total within half a fen of its share, each term within one, and points within one below', () => {
    fc.assert(
      fc.property(cutPayment, fc.double({ min: 0, max: 1, noNaN: true }), ({ payment }, share) => {
        const refundedFen = Math.floor(payment.amountFen * share);
        const returned = returnedParts(payment, fen(refundedFen));
        returned.terms.forEach((term, index) => {
          const exact = ((payment.terms[index]?.amountFen ?? 0) * refundedFen) / payment.amountFen;
          expect(Math.abs(term.amountFen - exact)).toBeLessThanOrEqual(index === 0 ? 0.5 + 1e-6 : 1 + 1e-6);
          expect(Math.abs(term.amountFen)).toBeLessThanOrEqual(
            Math.abs(payment.terms[index]?.amountFen ?? 0),
          );
        });
        const total = payment.terms.reduce<number>((sum, term) => sum + term.amountFen, payment.amountFen);
        const exactTotal = (total * refundedFen) / payment.amountFen;
        expect(Math.abs(returned.totalFen - exactTotal)).toBeLessThanOrEqual(0.5 + 1e-6);
        const exactRedeemed = (payment.pointsRedeemed * refundedFen) / payment.amountFen;
        expect(Math.abs(returned.pointsRedeemed - exactRedeemed)).toBeLessThanOrEqual(0.5 + 1e-6);
        const exactPoints = (payment.points * refundedFen) / payment.amountFen;
        expect(returned.points).toBeLessThanOrEqual(exactPoints + 1e-6);
        expect(returned.points).toBeGreaterThan(exactPoints - 1 - 1e-6);
      }),
    );
  });

  test.each([
    [0, 0, 0],
    [333, 0, 3],
    [500, 1, 5],
    [999, 1, 9],
    [1_000, 1, 10],
  ])('of 10 yuan with a fee of one fen, %i fen bring %i fen of fee and %i points', (x, feeFen, points) => {
    const returned = returnedParts(paid(1_000, 1, 10), fen(x));
    expect([returned.terms[0]?.amountFen, returned.points]).toEqual([feeFen, points]);
  });

  test('cannot be more than the amount, or less than nothing', () => {
    const payment = paid(1_000, 1, 10);
    expect(() => returnedParts(payment, fen(1_001))).toThrow(MoneyError);
    expect(() => returnedParts(payment, fen(-1))).toThrow(MoneyError);
    expect(() => refundParts(payment, fen(600), fen(401))).toThrow(
      new MoneyError('1001 of 1000 fen cannot have been returned'),
    );
    expect(returnedParts(payment, fen(0)).totalFen).toBe(0);
  });
});

describe('a refund of an order', () => {
  const facts = {
    orderState: 'paid',
    payment: paid(1_000, 1, 10),
    claimedFen: fen(0),
    refunds: 0,
    merchantFundsFen: 1_000,
    amountFen: fen(400),
  } as const;

  test('is granted with its parts', () => {
    expect(decideRefund(facts)).toMatchObject({
      outcome: 'granted',
      parts: { amountFen: 400, totalFen: 400, points: 4 },
    });
  });
  test('of no named amount is of the whole rest', () => {
    expect(decideRefund({ ...facts, claimedFen: fen(400), amountFen: undefined })).toMatchObject({
      parts: { amountFen: 600, totalFen: 601, points: 6 },
    });
  });
  test.each([
    ['order_not_paid', { orderState: 'paying' }],
    ['order_not_paid', { orderState: 'closed' }],
    ['order_not_paid', { orderState: 'created' }],
    ['refund_too_large', { amountFen: fen(1_001) }],
    ['refund_too_large', { claimedFen: fen(601) }],
    ['refund_too_large', { claimedFen: fen(1_000), amountFen: undefined }],
    ['refund_limit_reached', { refunds: REFUNDS_PER_ORDER_MAX }],
    ['merchant_funds_insufficient', { merchantFundsFen: 399 }],
    [
      'refund_too_small',
      { payment: paid(1_000, 0, 0, { kind: 'discount', amountFen: fen(-999) }), amountFen: fen(1) },
    ],
  ] as const)('is refused with %s', (code, change) => {
    expect(decideRefund({ ...facts, ...change })).toEqual({ outcome: 'refused', code });
  });
  test.each(['paid', 'partially_refunded'] as const)('is granted to the last fen while %s', (orderState) => {
    const edge = { claimedFen: fen(600), merchantFundsFen: 400, refunds: REFUNDS_PER_ORDER_MAX - 1 };
    expect(decideRefund({ ...facts, ...edge, orderState }).outcome).toBe('granted');
  });
  test('of nothing or less is too small, whatever is asked first', () => {
    for (const amountFen of [fen(0), fen(-1)]) {
      expect(decideRefund({ ...facts, claimedFen: fen(100), amountFen })).toEqual({
        outcome: 'refused',
        code: 'refund_too_small',
      });
    }
  });
  test('of the last fen is granted where the gateway has a fen of it to return', () => {
    const payment = paid(1_000, 0, 0, { kind: 'discount', amountFen: fen(-999) });
    expect(decideRefund({ ...facts, payment, amountFen: undefined })).toMatchObject({
      outcome: 'granted',
      parts: {
        amountFen: 1_000,
        totalFen: 1,
        terms: [{ kind: 'fee' }, { kind: 'discount', amountFen: -999 }],
      },
    });
  });
  test('of what points paid whole gives the points back, and nothing through a gateway', () => {
    const redeemed = paid(1_000, 0, 0, { kind: 'points_redeemed', amountFen: fen(-1_000) });
    const payment = { ...redeemed, pointsRedeemed: 1_000 };
    expect(decideRefund({ ...facts, payment })).toMatchObject({
      outcome: 'granted',
      parts: { totalFen: 0, pointsRedeemed: 400 },
    });
  });
  test('of what a discount paid whole is granted as a whole alone: a part would give nobody anything', () => {
    const payment = paid(1_000, 0, 0, { kind: 'discount', amountFen: fen(-1_000) });
    expect(decideRefund({ ...facts, payment })).toEqual({ outcome: 'refused', code: 'refund_too_small' });
    expect(decideRefund({ ...facts, payment, amountFen: undefined })).toMatchObject({
      outcome: 'granted',
      parts: { totalFen: 0, amountFen: 1_000 },
    });
  });
  test('leaves the order refunded once all of the amount is back', () => {
    expect(stateAfterRefund(fen(1_001), fen(1_000))).toBe('partially_refunded');
    expect(stateAfterRefund(fen(1_001), fen(1_001))).toBe('refunded');
  });
});

describe('states of a refund', () => {
  test('end with success alone, which every other state can reach', () => {
    for (const state of STATES) {
      expect(canRefundMove(state, 'succeeded')).toBe(state !== 'succeeded');
      expect(canRefundMove('succeeded', state)).toBe(false);
    }
  });
  /** Read from where a refund comes. The gateway's word moves what is under way; a person alone moves what is in review. */
  test.each<readonly [RefundState, readonly RefundState[]]>([
    ['requested', ['processing']],
    ['processing', ['requested', 'failed', 'needs_review']],
    ['failed', ['requested', 'processing']],
    ['needs_review', ['requested', 'processing', 'failed']],
    ['succeeded', ['requested', 'processing', 'failed', 'needs_review']],
  ])('lead to %s from %j alone', (to, from) => {
    expect(STATES.filter((state) => canRefundMove(state, to))).toEqual(from);
    for (const known of Object.values(REFUND_TRANSITIONS).flat()) expect(STATES).toContain(known);
  });
  test('leave a review only by success or because a person lets it be tried again', () => {
    expect(STATES.filter((state) => canRefundMove('needs_review', state))).toEqual([
      'processing',
      'succeeded',
    ]);
  });

  const report = { refundFen: fen(100), reportedFen: 100, failures: 0 };
  test.each([
    ['succeeded', 'succeeded', 'refund_confirmed'],
    ['processing', 'processing', 'refund_accepted'],
    ['not_found', 'requested', 'refund_not_found'],
    ['closed', 'needs_review', 'refund_closed'],
    ['abnormal', 'needs_review', 'refund_abnormal'],
    ['refused', 'failed', 'refund_refused'],
  ] as const)('a report of %s asks for %s', (reported, to, reason) => {
    expect(decideRefundReport({ ...report, reported })).toEqual({ to, reason });
    expect(decideRefundReport({ ...report, reportedFen: undefined, reported })).toEqual({ to, reason });
  });
  test('a report of another amount needs a person, whatever it says', () => {
    for (const reported of ['succeeded', 'processing'] as const) {
      expect(decideRefundReport({ ...report, reportedFen: 101, reported })).toEqual({
        to: 'needs_review',
        reason: 'refund_amount_mismatch',
      });
    }
  });
  test('the last refusal needs a person', () => {
    const refused = (failures: number) => decideRefundReport({ ...report, reported: 'refused', failures });
    expect(refused(REFUND_FAILURES_MAX - 2)).toEqual({ to: 'failed', reason: 'refund_refused' });
    expect(refused(REFUND_FAILURES_MAX - 1)).toEqual({ to: 'needs_review', reason: 'refund_refused_often' });
  });
  test('pauses double from a minute to six hours', () => {
    expect([0, 1, 2, 3, 30].map(refundPauseMs)).toEqual([60_000, 60_000, 120_000, 240_000, 21_600_000]);
  });
});
