import fc from 'fast-check';

import { formatBeijing, formatRfc3339, parseBeijing } from '../../cloud/gateways/beijing-time';
import { cutToBytes } from '../../cloud/gateways/cut';

it('a cut text fits, is a beginning of the whole, and could not be a character longer', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(60), (text, bytesMax) => {
      const cut = cutToBytes(text, bytesMax);
      expect(text.startsWith(cut)).toBe(true);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytesMax);
      const [next] = text.slice(cut.length);
      if (next !== undefined) expect(Buffer.byteLength(cut + next)).toBeGreaterThan(bytesMax);
      expect(Buffer.from(cut).toString()).toBe(cut);
    }),
  );
});

it('times are Beijing’s on the wire, to the second', () => {
  const instant = new Date('2026-12-31T16:00:00.999Z');
  expect(formatBeijing(instant)).toBe('2027-01-01 00:00:00');
  expect(formatRfc3339(instant)).toBe('2027-01-01T00:00:00+08:00');
  fc.assert(
    fc.property(fc.integer({ min: 946_684_800, max: 4_102_444_800 }), (seconds) => {
      const exact = new Date(seconds * 1000);
      expect(parseBeijing(formatBeijing(exact))).toEqual(exact);
      expect(new Date(formatRfc3339(exact))).toEqual(exact);
    }),
  );
  expect(parseBeijing('2026-11-23 20:10:03.120')).toEqual(new Date('2026-11-23T12:10:03.120Z'));
  for (const text of ['', '2026-11-23', '2026-11-23T20:10:00', '2026-13-01 00:00:00', 'now']) {
    expect(parseBeijing(text)).toBeUndefined();
  }
});
