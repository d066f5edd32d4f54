import fc from 'fast-check';

import {
  addFen,
  fen,
  formatYuan,
  MoneyError,
  parseYuan,
  portionOf,
  type Fen,
} from '../../cloud/domain/money';
import { AMOUNT_FEN_MAX } from '../../cloud/contract/limits';

const amounts = fc.integer({ min: 1, max: AMOUNT_FEN_MAX }).map(fen);

function sumOf(terms: readonly Fen[]): bigint | 'refused' {
  try {
    return BigInt(addFen(...terms));
  } catch (error) {
    expect(error).toBeInstanceOf(MoneyError);
    return 'refused';
  }
}

describe('fen', () => {
  test.each([1.5, NaN, Infinity, 2 ** 53])('%p is not a number of fen', (value) => {
    expect(() => fen(value)).toThrow('not an integer number of fen');
    expect(() => fen(value)).toThrow(expect.objectContaining({ name: 'MoneyError' }));
  });

  test('have one zero', () => {
    expect(Object.is(fen(-0), 0)).toBe(true);
  });

  test('are added exactly, or not at all', () => {
    const any = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(2 ** 53 - 1, 1 - 2 ** 53, 1, -1));
    fc.assert(
      fc.property(fc.array(any.map(fen), { maxLength: 6 }), (terms) => {
        const exact = terms.reduce((sum, term) => sum + BigInt(term), 0n);
        expect([exact, 'refused']).toContain(sumOf(terms));
      }),
    );
    expect(addFen(fen(1), fen(-3))).toBe(-2);
    expect(() => addFen(fen(2 ** 53 - 1), fen(2), fen(-3))).toThrow(MoneyError);
  });
});

describe('yuan', () => {
  test('that are formatted read back as the same fen', () => {
    fc.assert(fc.property(fc.nat(2 ** 31 - 1), (value) => parseYuan(formatYuan(fen(value))) === value));
  });

  test.each([
    [0, '0.00'],
    [5, '0.05'],
    [1_234, '12.34'],
    [-1, '-0.01'],
    [-120_000, '-1200.00'],
  ])('show %i fen as %s', (value, text) => expect(formatYuan(fen(value))).toBe(text));

  test.each([
    ['0', 0],
    ['12', 1_200],
    ['12.3', 1_230],
    ['12.34', 1_234],
    ['0.05', 5],
    ['9999999999999.99', 999_999_999_999_999],
  ])('%s are %i fen', (text, value) => expect(parseYuan(text)).toBe(value));

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
    '¥1',
    '1 ',
    '1\n',
    '10000000000000',
  ])('%p are not an amount', (text) => expect(parseYuan(text)).toBeUndefined());
});

describe('a portion', () => {
  test('is exact to half a fen, and half a fen counts as one', () => {
    fc.assert(
      fc.property(amounts, fc.nat(1_000_000), (amount, ratePpm) => {
        const difference = BigInt(portionOf(amount, ratePpm)) * 1_000_000n - BigInt(amount) * BigInt(ratePpm);
        return difference <= 500_000n && difference > -500_000n;
      }),
    );
    expect([499, 500, 1_499, 1_500].map((amount) => portionOf(fen(amount), 1_000))).toEqual([0, 1, 1, 2]);
  });

  test('of nothing, or at no rate, is nothing; at a whole it is the amount, however large', () => {
    fc.assert(
      fc.property(fc.maxSafeNat().map(fen), (amount) => {
        expect(portionOf(amount, 0)).toBe(0);
        expect(portionOf(fen(0), amount)).toBe(0);
        expect(portionOf(amount, 1_000_000)).toBe(amount);
      }),
    );
  });

  test.each([
    [-1, 1_000],
    [100, -1],
    [100, 0.5],
    [100, NaN],
  ])('of %i fen at %d ppm is refused', (amount, ratePpm) => {
    expect(() => portionOf(fen(amount), ratePpm)).toThrow(
      new MoneyError(`no portion of ${amount} fen at ${ratePpm} ppm`),
    );
  });

  test('that is more than can be counted is refused', () => {
    expect(() => portionOf(fen(2 ** 53 - 1), 2_000_000)).toThrow(MoneyError);
  });
});
