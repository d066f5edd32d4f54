import fc from 'fast-check';

import { pinWeakness } from '../../../cloud/domain/identity';

const digits = (count: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: count, maxLength: count }).map((all) => all.join(''));
const two = (value: number): string => String(value).padStart(2, '0');

test.each([
  ['000000', 'repeats'],
  ['112211', 'repeats'],
  ['121212', 'repeats'],
  ['123123', 'repeats'],
  ['558800', 'repeats'],
  ['123456', 'run'],
  ['654321', 'run'],
  ['890123', 'run'],
  ['135791', 'run'],
  ['900817', 'date'],
  ['170890', 'date'],
  ['081790', 'date'],
  ['199008', 'date'],
  ['081990', 'date'],
  ['240229', 'date'],
] as const)('%s is refused: %s', (pin, why) => {
  expect(pinWeakness(pin)).toBe(why);
});

test.each(['739164', '508273', '274096', '963850'])('%s may be taken', (pin) => {
  expect(pinWeakness(pin, '13800138000')).toBeUndefined();
});

test('a part of two or three digits that comes again is refused, whatever it is', () => {
  fc.assert(
    fc.property(fc.oneof(digits(1), digits(2), digits(3)), (part) => {
      expect(pinWeakness(part.repeat(6 / part.length))).toBe('repeats');
    }),
  );
});

test('digits that go on by the same step are refused, whatever the step', () => {
  fc.assert(
    fc.property(fc.nat(9), fc.nat(9), (first, step) => {
      const pin = Array.from({ length: 6 }, (_, index) => (first + step * index) % 10).join('');
      expect(['repeats', 'run']).toContain(pinWeakness(pin));
    }),
  );
});

test('every birthday is refused, in each order that people write', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('1930-01-01'), max: new Date('2025-12-31'), noInvalidDate: true }),
      (day) => {
        const [year, month, date] = [
          two(day.getUTCFullYear() % 100),
          two(day.getUTCMonth() + 1),
          two(day.getUTCDate()),
        ];
        for (const pin of [year + month + date, date + month + year, month + date + year])
          expect(pinWeakness(pin)).toBeDefined();
        expect(pinWeakness(`${day.getUTCFullYear()}${month}`)).toBeDefined();
      },
    ),
  );
});

test("no part of one's own phone number may be taken", () => {
  fc.assert(
    fc.property(digits(11), fc.nat(5), (phone, at) => {
      expect(pinWeakness(phone.slice(at, at + 6), phone)).toBeDefined();
    }),
  );
});

test('most PINs may be taken: rules that refuse too much push people to the few that are left', () => {
  let refused = 0;
  for (let pin = 0; pin < 1_000_000; pin += 7) {
    if (pinWeakness(String(pin).padStart(6, '0')) !== undefined) refused += 1;
  }
  expect(refused / (1_000_000 / 7)).toBeLessThan(0.15);
});
