import { inspect } from 'node:util';

import fc from 'fast-check';

import { BANK_RANGES, CardNumber, fitsLuhn, readCard, SCHEME_RANGES } from '../../cloud/domain/cards';

/** Digits with the one last digit that fits them. */
function withCheckDigit(digits: string): string {
  const fitting = [...'0123456789'].filter((digit) => fitsLuhn(digits + digit));
  expect(fitting).toHaveLength(1);
  return `${digits}${fitting[0]}`;
}

const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));

test('published numbers of test cards fit the check digit, and with any one digit changed do not', () => {
  for (const number of [
    '4111111111111111',
    '5555555555554444',
    '378282246310005',
    '3530111333300000',
    '6200000000000005',
    '2223003122003222',
  ]) {
    expect(readCard(number)?.number.reveal()).toBe(number);
    for (let place = 0; place < number.length; place += 1) {
      const other = (Number(number[place]) + 1) % 10;
      expect(fitsLuhn(number.slice(0, place) + other + number.slice(place + 1))).toBe(false);
    }
  }
});

test('every number of a bank in the table is of its bank and a scheme', () => {
  for (const { bank, kind, prefix, length } of BANK_RANGES) {
    fc.assert(
      fc.property(digits(length - prefix.length - 1), (middle) => {
        const card = readCard(withCheckDigit(prefix + middle));
        expect([card?.bank, card?.kind, card?.scheme]).toEqual([bank, kind, 'unionpay']);
      }),
      { numRuns: 10 },
    );
  }
});

test('numbers are of the scheme whose range they are in, with no two ranges for one number', () => {
  for (const { scheme, from, to, lengths } of SCHEME_RANGES) {
    for (const length of lengths) {
      for (const prefix of [from, to]) {
        const card = readCard(withCheckDigit(prefix.padEnd(length - 1, '7')));
        expect([card?.scheme, card?.number.lastFour.length]).toEqual([scheme, 4]);
      }
    }
  }
});

test('what is no card is none', () => {
  for (const typed of [
    '',
    '4111',
    '4111111111111112',
    '9999999999999995',
    '0000000000000000',
    'x'.repeat(16),
  ])
    expect(readCard(typed)).toBeUndefined();
  expect(readCard('4111 1111-1111 1111')?.scheme).toBe('visa');
});

test('whatever is done with a number but revealing it shows its last four digits at most', () => {
  fc.assert(
    fc.property(digits(16), (number) => {
      const card = new CardNumber(number);
      const seen = [
        `${card}`,
        String(card),
        '' + (card as unknown as string),
        JSON.stringify({ card, deep: [{ card }] }),
        inspect({ card }, { depth: 9, showHidden: true }),
        inspect(card, { showHidden: true, customInspect: true }),
        JSON.stringify({ ...card }),
        JSON.stringify(Object.getOwnPropertyNames(card).map((name) => Reflect.get(card, name) as unknown)),
      ].join('\n');
      expect(seen).not.toContain(number);
      expect(seen).not.toContain(number.slice(0, 12));
      expect(card.reveal()).toBe(number);
    }),
    { numRuns: 50 },
  );
});
