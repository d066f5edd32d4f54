import fc from 'fast-check';

import {
  ATTEMPT_TRANSITIONS,
  ORDER_TRANSITIONS,
  accountId,
  canAttemptMove,
  canOrderMove,
  decideAttempt,
  decideClose,
  decideSuccess,
  fen,
  formatYuan,
  isCodeValid,
  isOpen,
  linkCode,
  orderNumber,
  parseYuan,
  paymentPosting,
  portionOf,
  sumsOf,
  surplusPosting,
  surplusRefundPosting,
  wasPaid,
  type AttemptState,
  type Fen,
  type OrderState,
} from '../../cloud/domain';
import { AMOUNT_FEN_MAX } from '../../cloud/contract/limits';
import { firstPrices } from '../support/pricing';

const amounts = fc.integer({ min: 1, max: AMOUNT_FEN_MAX }).map(fen);
const orderStates = fc.constantFrom(...(Object.keys(ORDER_TRANSITIONS) as OrderState[]));
const attemptStates = fc.constantFrom(...(Object.keys(ATTEMPT_TRANSITIONS) as AttemptState[]));

describe('money', () => {
  test('what is formatted as yuan reads back as the same fen', () => {
    fc.assert(fc.property(fc.nat(2 ** 31 - 1), (value) => parseYuan(formatYuan(fen(value))) === value));
  });

  test.each([
    '',
    ' ',
    '-1',
    '+1',
    '1e3',
    '1.',
    '.5',
    '1.234',
    '01',
    '1,000',
    '１',
    'abc',
    'NaN',
    'Infinity',
    '0x10',
  ])('%p is not an amount', (text) => expect(parseYuan(text)).toBeUndefined());

  test.each([1.5, NaN, Infinity, 2 ** 53])('%p is not a number of fen', (value) => {
    expect(() => fen(value)).toThrow('not an integer number of fen');
  });

  test('a portion is exact to half a fen', () => {
    fc.assert(
      fc.property(amounts, fc.nat(1_000_000), (amount, ratePpm) => {
        const difference = BigInt(portionOf(amount, ratePpm)) * 1_000_000n - BigInt(amount) * BigInt(ratePpm);
        return difference <= 500_000n && difference > -500_000n;
      }),
    );
  });
});

describe('pricing', () => {
  const feeOf = (yuan: string) => firstPrices(parseYuan(yuan) as Fen)[0]?.feeFen;

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

  test('a total is the sum of its lines, for every method', () => {
    fc.assert(
      fc.property(amounts, (amount) =>
        firstPrices(amount).every(
          (price) =>
            price.totalFen === price.lines.reduce((sum, line) => sum + line.amountFen, 0) &&
            price.totalFen === price.amountFen + price.feeFen,
        ),
      ),
    );
  });

  test('a larger amount never costs less, and the fee stays within its bounds', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        const [less, more] = a <= b ? [a, b] : [b, a];
        const [low, high] = [firstPrices(less)[0], firstPrices(more)[0]];
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

  test('points are one for each whole yuan of the amount', () => {
    fc.assert(fc.property(amounts, (amount) => firstPrices(amount)[0]?.points === Math.trunc(amount / 100)));
  });

  test('every line says which rule made it', () => {
    const [line] = firstPrices(fen(60_000))[0]?.lines.slice(1) ?? [];
    expect(line?.reason).toMatchObject({
      id: 'fee_rule',
      trace: { version: 1, ruleId: 'standard_fee', freePerPaymentFen: 50_000, feeFen: 10 },
    });
  });
});

describe('orders', () => {
  test('nothing takes a paid order back to an unpaid state', () => {
    fc.assert(
      fc.property(
        orderStates,
        orderStates,
        (from, to) => !(wasPaid(from) && canOrderMove(from, to)) || wasPaid(to),
      ),
    );
  });

  test('a succeeded attempt never changes', () => {
    fc.assert(fc.property(attemptStates, (to) => !canAttemptMove('succeeded', to)));
  });

  test('a success is applied only to an open order and only for the right amount', () => {
    fc.assert(
      fc.property(orderStates, attemptStates, amounts, amounts, (orderState, attemptState, own, reported) => {
        const decision = decideSuccess({
          orderState,
          attemptState,
          attemptTotalFen: own,
          reportedTotalFen: reported,
        });
        const applied = isOpen(orderState) && attemptState !== 'succeeded' && own === reported;
        if ((decision.outcome === 'applied') !== applied) return false;
        // Whatever is applied must also be a move the state machines allow.
        return !applied || (canOrderMove(orderState, 'paid') && canAttemptMove(attemptState, 'succeeded'));
      }),
    );
  });

  test('right money that the order does not want is a surplus, with the reason', () => {
    const facts = { attemptState: 'submitted', attemptTotalFen: 5, reportedTotalFen: 5 } as const;
    expect(decideSuccess({ ...facts, orderState: 'paid' })).toEqual({
      outcome: 'surplus',
      reason: 'order_already_paid',
    });
    expect(decideSuccess({ ...facts, orderState: 'closed' })).toEqual({
      outcome: 'surplus',
      reason: 'order_closed',
    });
  });

  test('an order past its expiry takes no new attempt, even before the timer closed it', () => {
    const expiresAt = new Date(1_000);
    expect(decideAttempt({ orderState: 'created', expiresAt, now: new Date(999) })).toBeUndefined();
    expect(decideAttempt({ orderState: 'created', expiresAt, now: new Date(1_000) })).toBe('order_closed');
    expect(decideAttempt({ orderState: 'paid', expiresAt, now: new Date(2_000) })).toBe('order_paid');
  });

  test('only open orders can be closed', () => {
    fc.assert(
      fc.property(
        orderStates,
        (state) => (decideClose(state) === undefined) === canOrderMove(state, 'closed'),
      ),
    );
  });
});

describe('ledger', () => {
  const payments = fc.record({
    gateway: fc.constantFrom('wechatpay' as const, 'alipay' as const),
    merchantId: fc.uuid(),
    userAccountId: fc.uuid(),
    amountFen: amounts,
    feeFen: fc.integer({ min: 0, max: 2500 }).map(fen),
    points: fc.nat(50_000),
  });

  test('every posting sums to zero per unit and has no empty entry', () => {
    fc.assert(
      fc.property(payments, (payment) => {
        const postings = [
          paymentPosting(payment),
          surplusPosting(payment.gateway, payment.amountFen),
          surplusRefundPosting(payment.gateway, payment.amountFen),
        ];
        return postings.every(
          ({ entries }) =>
            sumsOf(entries).FEN === 0 &&
            sumsOf(entries).POINTS === 0 &&
            entries.every((entry) => entry.amount !== 0),
        );
      }),
    );
  });

  test('a payment gives the merchant the amount, us the fee, the user the points', () => {
    const { entries } = paymentPosting({
      gateway: 'alipay',
      merchantId: 'm',
      userAccountId: 'u',
      amountFen: fen(60_000),
      feeFen: fen(10),
      points: 600,
    });
    expect(Object.fromEntries(entries.map((entry) => [accountId(entry.account), entry.amount]))).toEqual({
      'gateway_clearing:alipay': 60_010,
      'merchant_payable:m': -60_000,
      fee_revenue: -10,
      points_issued: 600,
      'user_points:u': -600,
    });
  });

  test('a surplus and its refund leave every account as it was', () => {
    fc.assert(
      fc.property(amounts, (amount) => {
        const balances = new Map<string, number>();
        for (const { entries } of [
          surplusPosting('alipay', amount),
          surplusRefundPosting('alipay', amount),
        ]) {
          for (const entry of entries) {
            const id = accountId(entry.account);
            balances.set(id, (balances.get(id) ?? 0) + entry.amount);
          }
        }
        return [...balances.values()].every((balance) => balance === 0);
      }),
    );
  });

  test('a posting of nothing is refused', () => {
    expect(() => surplusPosting('wechatpay', fen(0))).toThrow('positive amount');
  });
});

describe('codes', () => {
  const bytes = fc.uint8Array({ minLength: 12, maxLength: 12 });
  const alphabet = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

  test('a code is valid however it is typed', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        const code = orderNumber('261123', random);
        return (
          isCodeValid(code) && isCodeValid(code.toLowerCase()) && isCodeValid(code.replace(/(.{4})/g, '$1 '))
        );
      }),
    );
  });

  test('any one wrong character is noticed', () => {
    fc.assert(
      fc.property(bytes, fc.nat(9), fc.constantFrom(...alphabet), (random, position, character) => {
        const code = linkCode(random);
        const changed = code.slice(0, position) + character + code.slice(position + 1);
        return changed === code || !isCodeValid(changed);
      }),
    );
  });

  test('two neighbours changing places is noticed, but for the few that the standard lets through', () => {
    let swaps = 0;
    let missed = 0;
    for (const random of fc.sample(bytes, { numRuns: 3_000, seed: 7064 })) {
      const code = linkCode(random);
      for (let position = 0; position < code.length - 1; position += 1) {
        const [a, b] = [code.charAt(position), code.charAt(position + 1)];
        if (a === b) continue;
        swaps += 1;
        if (isCodeValid(code.slice(0, position) + b + a + code.slice(position + 2))) missed += 1;
      }
    }
    expect(swaps).toBeGreaterThan(10_000);
    expect(missed / swaps).toBeLessThan(1 / 100);
  });
});
