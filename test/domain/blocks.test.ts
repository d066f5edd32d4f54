import fc from 'fast-check';

import { bookedAt, headerText, leafText, NO_BLOCK, signedText, type Leaf } from '../../cloud/domain/blocks';

const LEAF: Leaf = {
  postingId: 'p',
  kind: 'payment',
  orderId: 'o',
  attemptId: null,
  at: '2026-11-23T04:00:00.000Z',
  entries: [
    ['suspense', 'FEN', -7],
    ['gateway_clearing:alipay', 'FEN', 7],
  ],
  history: [['order', 'o', null, 'created', 'order_placed', 'user', '2026-11-23T03:59:00.000Z']],
};
const HEADER = { number: 1, previous: NO_BLOCK, root: 'ab', leaves: 3, sealedAt: '2026-11-23T04:00:01.000Z' };

/** Receipts of the past are checked against these bytes for ever: they never change under their version. */
test('texts that are hashed and signed stay what they were when receipts were given', () => {
  expect(leafText(LEAF)).toBe(
    '{"version":1,"posting":"p","kind":"payment","order":"o","attempt":null,"at":"2026-11-23T04:00:00.000Z",' +
      '"entries":[["gateway_clearing:alipay","FEN",7],["suspense","FEN",-7]],' +
      '"history":[["order","o",null,"created","order_placed","user","2026-11-23T03:59:00.000Z"]]}',
  );
  const header = headerText(HEADER);
  expect(header).toBe(
    '{"version":1,"block":1,"previous":"0000000000000000000000000000000000000000000000000000000000000000",' +
      '"root":"ab","leaves":3,"sealedAt":"2026-11-23T04:00:01.000Z"}',
  );
  expect(signedText(header)).toBe(`tpwallet ledger head\n${header}`);
});

test('a leaf is the same text in whatever order its entries come', () => {
  const entry = fc.tuple(fc.string(), fc.constantFrom('FEN', 'POINTS'), fc.maxSafeInteger());
  const shuffled = fc
    .uniqueArray(entry, { selector: ([account]) => account })
    .chain((entries) =>
      fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
    );
  fc.assert(
    fc.property(shuffled, ([entries, others]) => {
      expect(leafText({ ...LEAF, entries: others })).toBe(leafText({ ...LEAF, entries }));
    }),
  );
});

test('booked times never go back and never lie ahead of the sealing', () => {
  expect(bookedAt({ own: 5, ahead: 3, sealed: 9 })).toBe(5);
  expect(bookedAt({ own: 2, ahead: 3, sealed: 9 })).toBe(3);
  expect(bookedAt({ own: 99, ahead: 3, sealed: 9 })).toBe(9);
  // A clock that was set back: order goes before time.
  expect(bookedAt({ own: 2, ahead: 9, sealed: 3 })).toBe(9);
});
