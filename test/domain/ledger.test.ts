import fc from 'fast-check';

import {
  accountId,
  adjustmentPosting,
  gatewayFeePosting,
  LedgerError,
  paymentPosting,
  payoutPosting,
  payoutReturnPosting,
  posting,
  refundPosting,
  settlementPosting,
  sumsOf,
  surplusPosting,
  surplusRefundPosting,
  type Posting,
} from '../../cloud/domain/ledger';
import { fen } from '../../cloud/domain/money';
import { AMOUNT_FEN_MAX } from '../../cloud/contract/limits';

const amounts = fc.integer({ min: 1, max: AMOUNT_FEN_MAX }).map(fen);
const gateways = fc.constantFrom('wechatpay' as const, 'alipay' as const);
const paid = fc
  .record({
    merchantId: fc.uuid(),
    userAccountId: fc.uuid(),
    amountFen: amounts,
    feeFen: fc.integer({ min: 0, max: 2500 }).map(fen),
    points: fc.nat(50_000),
    pointsRedeemed: fc.nat(50_000),
    shares: fc.tuple(fc.nat(100), fc.nat(100), fc.nat(100)),
  })
  .map(({ shares: [waived, discount, redeemed], ...terms }) => {
    const feeWaivedFen = fen(Math.floor((terms.feeFen * waived) / 100));
    const discountFen = fen(Math.floor((terms.amountFen * discount) / 100));
    const dueFen = terms.amountFen + terms.feeFen - feeWaivedFen - discountFen;
    return {
      ...terms,
      feeWaivedFen,
      discountFen,
      pointsRedeemedFen: fen(Math.floor((dueFen * redeemed) / 100)),
    };
  });
const payments = fc.tuple(gateways, paid).map(([gateway, payment]) => ({ gateway, ...payment }));

/** Every way in which something is booked, of positive amounts. */
const postings: fc.Arbitrary<Posting> = fc.oneof(
  payments.map(paymentPosting),
  fc.tuple(fc.constantFrom('wechatpay', 'alipay', 'person'), paid).map(([by, refund]) =>
    refundPosting({
      by: by as 'wechatpay' | 'alipay' | 'person',
      pointsPending: Math.trunc(refund.points / 2),
      ...refund,
    }),
  ),
  fc.tuple(gateways, amounts).map(([gateway, amount]) => surplusPosting(gateway, amount)),
  fc.tuple(gateways, amounts).map(([gateway, amount]) => surplusRefundPosting(gateway, amount)),
  amounts.map((amount) => settlementPosting('m', amount)),
  fc.tuple(gateways, amounts).map(([gateway, amount]) => payoutPosting('m', gateway, amount)),
  fc.tuple(gateways, amounts).map(([gateway, amount]) => payoutReturnPosting('m', gateway, amount)),
  fc.tuple(gateways, amounts).map(([gateway, amount]) => gatewayFeePosting(gateway, amount)),
  fc.tuple(gateways, amounts).map(([gateway, amount]) => adjustmentPosting(gateway, fen(-amount))),
);

/** A posting in one line for each account, as it reads in the books. */
const booked = ({ kind, entries }: Posting) => [
  kind,
  Object.fromEntries(entries.map(({ account, unit, amount }) => [`${accountId(account)} ${unit}`, amount])),
];

/** What is left on each account after all postings, of those that are not even. */
function leftBy(...all: readonly Posting[]): Record<string, number> {
  const balances: Record<string, number> = {};
  for (const { account, amount } of all.flatMap(({ entries }) => entries)) {
    balances[accountId(account)] = (balances[accountId(account)] ?? 0) + amount;
  }
  return Object.fromEntries(Object.entries(balances).filter(([, balance]) => balance !== 0));
}

test('every posting sums to zero per unit, names each account once and has no empty entry', () => {
  fc.assert(
    fc.property(postings, ({ entries }) => {
      expect(sumsOf(entries)).toEqual({ FEN: 0, POINTS: 0 });
      expect(entries.every(({ amount }) => amount !== 0)).toBe(true);
      expect(new Set(entries.map(({ account }) => accountId(account))).size).toBe(entries.length);
    }),
    { numRuns: 500 },
  );
});

test('units are summed apart', () => {
  const entry = (unit: 'FEN' | 'POINTS', amount: number) =>
    ({ account: { kind: 'suspense' }, unit, amount }) as const;
  expect(sumsOf([entry('FEN', 3), entry('POINTS', 5), entry('FEN', -1)])).toEqual({ FEN: 2, POINTS: 5 });
});

describe('who has more and who is owed more after', () => {
  const payment = {
    merchantId: 'm',
    userAccountId: 'u',
    amountFen: fen(60_000),
    feeFen: fen(10),
    points: 600,
  };
  const reductions = {
    feeWaivedFen: fen(10),
    discountFen: fen(1_000),
    pointsRedeemedFen: fen(5_000),
    pointsRedeemed: 5_000,
  };
  const free = { ...payment, feeFen: fen(0), points: 0 };

  test.each<readonly [string, () => Posting, string, Record<string, number>]>([
    [
      'a payment: the gateway holds the total, the merchant is owed the amount, the fee is ours, the user has points',
      () => paymentPosting({ gateway: 'alipay', ...payment }),
      'payment',
      {
        'gateway_clearing:alipay FEN': 60_010,
        'merchant_payable:m FEN': -60_000,
        'fee_revenue FEN': -10,
        'points_issued POINTS': 600,
        'points_pending:u POINTS': -600,
      },
    ],
    [
      'a payment with reductions: the merchant is owed the amount all the same, what the payer saves costs us',
      () => paymentPosting({ gateway: 'alipay', ...payment, ...reductions }),
      'payment',
      {
        'gateway_clearing:alipay FEN': 54_000,
        'merchant_payable:m FEN': -60_000,
        'fee_revenue FEN': -10,
        'promotion_expense FEN': 1_010,
        'points_expense FEN': 5_000,
        'points_issued POINTS': -4_400,
        'points_pending:u POINTS': -600,
        'user_points:u POINTS': 5_000,
      },
    ],
    [
      'a payment that points pay whole: no gateway has any of it',
      () =>
        paymentPosting({
          gateway: undefined,
          ...free,
          pointsRedeemedFen: fen(60_000),
          pointsRedeemed: 60_000,
        }),
      'payment',
      {
        'merchant_payable:m FEN': -60_000,
        'points_expense FEN': 60_000,
        'points_issued POINTS': -60_000,
        'user_points:u POINTS': 60_000,
      },
    ],
    [
      'a refund with reductions: points that were spent are the user’s again',
      () => refundPosting({ by: 'alipay', ...payment, ...reductions, pointsPending: 600 }),
      'refund',
      {
        'gateway_clearing:alipay FEN': -54_000,
        'merchant_payable:m FEN': 60_000,
        'fee_revenue FEN': 10,
        'promotion_expense FEN': -1_010,
        'points_expense FEN': -5_000,
        'points_issued POINTS': 4_400,
        'points_pending:u POINTS': 600,
        'user_points:u POINTS': -5_000,
      },
    ],
    [
      'a payment without fee and points: the gateway and the merchant alone',
      () => paymentPosting({ gateway: 'wechatpay', ...free }),
      'payment',
      { 'gateway_clearing:wechatpay FEN': 60_000, 'merchant_payable:m FEN': -60_000 },
    ],
    [
      'a refund: all of it the other way',
      () => refundPosting({ by: 'alipay', ...payment, pointsPending: 0 }),
      'refund',
      {
        'gateway_clearing:alipay FEN': -60_010,
        'merchant_payable:m FEN': 60_000,
        'fee_revenue FEN': 10,
        'points_issued POINTS': -600,
        'user_points:u POINTS': 600,
      },
    ],
    [
      'a refund by a person: the gateway keeps what it has',
      () => refundPosting({ by: 'person', ...free, pointsPending: 0 }),
      'refund',
      { 'refund_clearing FEN': -60_000, 'merchant_payable:m FEN': 60_000 },
    ],
    [
      'a surplus: the gateway holds what is nobody’s yet',
      () => surplusPosting('wechatpay', fen(7)),
      'surplus',
      { 'gateway_clearing:wechatpay FEN': 7, 'suspense FEN': -7 },
    ],
    [
      'the refund of a surplus by the gateway',
      () => surplusRefundPosting('wechatpay', fen(7)),
      'surplus_refund',
      { 'gateway_clearing:wechatpay FEN': -7, 'suspense FEN': 7 },
    ],
    [
      'the refund of a surplus by a person',
      () => surplusRefundPosting('person', fen(7)),
      'surplus_refund',
      { 'refund_clearing FEN': -7, 'suspense FEN': 7 },
    ],
    [
      'a settlement: the merchant is owed as much, in a batch',
      () => settlementPosting('m', fen(7)),
      'settlement',
      { 'merchant_payable:m FEN': 7, 'settlement_payable:m FEN': -7 },
    ],
    [
      'a payout through a gateway',
      () => payoutPosting('m', 'alipay', fen(7)),
      'payout',
      { 'settlement_payable:m FEN': 7, 'gateway_clearing:alipay FEN': -7 },
    ],
    [
      'a payout by hand',
      () => payoutPosting('m', 'bank', fen(7)),
      'payout',
      { 'settlement_payable:m FEN': 7, 'bank_clearing FEN': -7 },
    ],
    [
      'a payout that came back',
      () => payoutReturnPosting('m', 'bank', fen(7)),
      'payout_return',
      { 'settlement_payable:m FEN': -7, 'bank_clearing FEN': 7 },
    ],
    [
      'a fee that the gateway kept',
      () => gatewayFeePosting('wechatpay', fen(7)),
      'gateway_fee',
      { 'gateway_fee_expense FEN': 7, 'gateway_clearing:wechatpay FEN': -7 },
    ],
    [
      'a fee that the gateway gave back',
      () => gatewayFeePosting('wechatpay', fen(-7)),
      'gateway_fee',
      { 'gateway_fee_expense FEN': -7, 'gateway_clearing:wechatpay FEN': 7 },
    ],
    [
      'an adjustment: the gateway holds more than we thought, and it has to be explained',
      () => adjustmentPosting('alipay', fen(7)),
      'reconciliation_adjustment',
      { 'gateway_clearing:alipay FEN': 7, 'reconciliation_suspense:alipay FEN': -7 },
    ],
  ])('%s', (_, make, kind, accounts) => expect(booked(make())).toEqual([kind, accounts]));
});

test('what comes back whole leaves every account as it was', () => {
  fc.assert(
    fc.property(payments, ({ gateway, ...payment }) => {
      expect(
        leftBy(
          paymentPosting({ gateway, ...payment }),
          refundPosting({ by: gateway, ...payment, pointsPending: payment.points }),
        ),
      ).toEqual({});
      const { amountFen } = payment;
      expect(leftBy(surplusPosting(gateway, amountFen), surplusRefundPosting(gateway, amountFen))).toEqual(
        {},
      );
      expect(
        leftBy(payoutPosting('m', gateway, amountFen), payoutReturnPosting('m', gateway, amountFen)),
      ).toEqual({});
    }),
  );
});

test('what moves nothing is left out of a posting, and what does not balance is refused', () => {
  const suspense = { account: { kind: 'suspense' }, unit: 'FEN' } as const;
  const fee = { account: { kind: 'fee_revenue' }, unit: 'FEN' } as const;
  const points = { account: { kind: 'points_issued' }, unit: 'POINTS' } as const;
  const entries = [
    { ...suspense, amount: 2 },
    { ...fee, amount: -2 },
  ];
  expect(posting('surplus', [...entries, { ...points, amount: 0 }])).toEqual({ kind: 'surplus', entries });
  expect(() => posting('surplus', [...entries, { ...points, amount: 1 }])).toThrow(
    new LedgerError('a surplus posting does not balance: 0 fen, 1 points'),
  );
  expect(() => posting('refund', [{ ...fee, amount: -2 }])).toThrow(
    new LedgerError('a refund posting does not balance: -2 fen, 0 points'),
  );
});

describe('is refused by name', () => {
  const none = { merchantId: 'm', userAccountId: 'u', amountFen: fen(0), feeFen: fen(0), points: 0 };
  const nothing = new LedgerError('a posting moves a positive amount, not 0');

  test.each<readonly [string, () => Posting]>([
    ['payment', () => paymentPosting({ gateway: 'alipay', ...none })],
    ['refund', () => refundPosting({ by: 'alipay', ...none, pointsPending: 0 })],
    ['surplus', () => surplusPosting('wechatpay', fen(0))],
    ['surplus refund', () => surplusRefundPosting('wechatpay', fen(0))],
    ['settlement', () => settlementPosting('m', fen(0))],
    ['payout', () => payoutPosting('m', 'bank', fen(0))],
    ['returned payout', () => payoutReturnPosting('m', 'bank', fen(0))],
  ])('a %s of nothing', (_, make) => {
    expect(make).toThrow(nothing);
    expect(make).toThrow(expect.objectContaining({ name: 'LedgerError' }));
  });

  test('one of less than nothing', () => {
    expect(() => surplusPosting('alipay', fen(-1))).toThrow(LedgerError);
    expect(() => settlementPosting('m', fen(-1))).toThrow(LedgerError);
  });

  test.each([
    ['amount', { amountFen: fen(-5), feeFen: fen(10) }],
    ['fee', { amountFen: fen(10), feeFen: fen(-5) }],
    ['number of points', { amountFen: fen(10), points: -1 }],
    ['number of points', { amountFen: fen(10), points: 0.5 }],
    ['number of points spent', { amountFen: fen(10), pointsRedeemed: -1 }],
    ['discount', { amountFen: fen(10), discountFen: fen(11) }],
  ])('a payment or refund with an impossible %s', (_, change) => {
    expect(() => paymentPosting({ gateway: 'alipay', ...none, ...change })).toThrow(LedgerError);
    expect(() => refundPosting({ by: 'alipay', ...none, ...change, pointsPending: 0 })).toThrow(LedgerError);
  });

  test('a payment that no gateway brought, where there is something to bring', () => {
    expect(() => paymentPosting({ gateway: undefined, ...none, amountFen: fen(10) })).toThrow(
      new LedgerError('no gateway holds 10 fen'),
    );
  });

  test.each([-1, 11])('a refund that takes %i pending points of 10', (pointsPending) => {
    const refund = { ...none, amountFen: fen(10), points: 10, pointsPending };
    expect(() => refundPosting({ by: 'alipay', ...refund })).toThrow(
      new LedgerError(`of 10 points ${pointsPending} cannot be pending`),
    );
  });

  test('a fee or an adjustment of nothing', () => {
    expect(() => gatewayFeePosting('alipay', fen(0))).toThrow(
      new LedgerError('a fee of nothing is not booked'),
    );
    expect(() => adjustmentPosting('alipay', fen(0))).toThrow(
      new LedgerError('an adjustment of nothing is not booked'),
    );
  });
});
