import fc from 'fast-check';

import { isCodeValid, linkCode, orderNumber } from '../../cloud/domain/codes';

const bytes = fc.uint8Array({ minLength: 12, maxLength: 12 });
const alphabet = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

test('a code is valid however it is typed', () => {
  fc.assert(
    fc.property(bytes, (random) => {
      const code = orderNumber('261123', random);
      return (
        isCodeValid(code) &&
        isCodeValid(code.toLowerCase()) &&
        isCodeValid(code.replace(/(.{4})/g, '$1 ')) &&
        isCodeValid(code.replace(/(.{4})/g, '$1--'))
      );
    }),
  );
});

test('a code says what it is for, and holds no letter that is taken for a digit', () => {
  fc.assert(
    fc.property(bytes, (random) => {
      expect(linkCode(random)).toMatch(/^[0-9A-HJKMNP-TV-Z]{9}[0-9A-Z]$/);
      expect(orderNumber('261123', random)).toMatch(/^P261123[0-9A-HJKMNP-TV-Z]{12}[0-9A-Z]$/);
    }),
  );
});

test('every bit of randomness that is asked for shows in the code', () => {
  fc.assert(
    fc.property(bytes, fc.nat(11), fc.nat(4), (random, place, bit) => {
      const other = random.map((byte, at) => (at === place ? byte ^ (1 << bit) : byte));
      expect(orderNumber('261123', other)).not.toBe(orderNumber('261123', random));
      if (place < 9) expect(linkCode(other)).not.toBe(linkCode(random));
    }),
  );
});

/** From the standard itself: its example is the code with the check character M. */
test('the check character is that of ISO 7064 MOD 37,36', () => {
  expect(isCodeValid('A12425GABC1234002M')).toBe(true);
  expect(alphabet.filter((character) => isCodeValid(`A12425GABC1234002${character}`))).toEqual(['M']);
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

test.each(['', 'A', ' ', '-', 'A12425GABC1234002M!', '%A12425GABC1234002M', '数A12425GABC1234002M'])(
  '%p is no code',
  (text) => expect(isCodeValid(text)).toBe(false),
);

test('the shortest code is one character and its check character', () => {
  expect(alphabet.filter((character) => isCodeValid(character))).toEqual([]);
  for (const first of alphabet) {
    expect(alphabet.filter((character) => isCodeValid(first + character))).toHaveLength(1);
  }
});

test('a character that no code has is refused whatever follows it', () => {
  for (const foreign of ['!', '数', '/', '_']) {
    expect(alphabet.filter((character) => isCodeValid(`${foreign}A${character}`))).toEqual([]);
  }
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

test('too little randomness, or a day that is none, makes no code', () => {
  expect(() => linkCode(new Uint8Array(8))).toThrow(
    new RangeError('9 random bytes are needed, 8 were given'),
  );
  expect(linkCode(new Uint8Array(9))).toHaveLength(10);
  expect(() => orderNumber('261123', new Uint8Array(11))).toThrow('12 random bytes are needed');
  for (const day of ['20261123', '2611', '26112x', '', 'x261123', '261123x']) {
    expect(() => orderNumber(day, new Uint8Array(12))).toThrow(
      new RangeError(`a day is written yymmdd, not ${day}`),
    );
  }
});
