import fc from 'fast-check';

import {
  arrive,
  availablePoints,
  expire,
  pendingPoints,
  PointsError,
  putBack,
  release,
  spend,
  takeBack,
  type Lot,
  type PointsBook,
  type Taken,
} from '../../../cloud/domain/points/book';

const lot = (id: string, points: number, expiresAtMs: number, state: Lot['state'] = 'available'): Lot => ({
  id,
  points,
  expiresAtMs,
  state,
});
const EMPTY: PointsBook = { lots: [], owed: 0 };

/** What may happen to the points of one user, each with numbers to be taken as far as they fit. */
const events = fc.array(
  fc.record({
    kind: fc.constantFrom('earn', 'release', 'spend', 'give_back', 'put_back', 'take_back', 'expire'),
    points: fc.nat(300),
    which: fc.nat(20),
    laterMs: fc.nat(50),
  }),
  { maxLength: 40 },
);

test('points are conserved over any sequence of earning, spending, refunds and expiry', () => {
  fc.assert(
    fc.property(events, (sequence) => {
      let book = EMPTY;
      let nowMs = 0;
      const sums = { earned: 0, spent: 0, takenBack: 0, expired: 0 };
      let held: readonly Taken[] = [];
      const earnedBy = new Map<string, number>();
      sequence.forEach(({ kind, points, which, laterMs }, number) => {
        nowMs += laterMs;
        const id = `lot ${number}`;
        const pendingBefore = pendingPoints(book);
        const some = [...earnedBy.keys()][which % Math.max(1, earnedBy.size)] ?? '';
        if (kind === 'earn' && points > 0) {
          book = { ...book, lots: [...book.lots, lot(id, points, nowMs + 60, 'pending')] };
          earnedBy.set(id, points);
          sums.earned += points;
        }
        if (kind === 'release' && book.lots.some((one) => one.id === some && one.state === 'pending')) {
          book = release(book, some);
        }
        if (kind === 'spend') {
          const before = availablePoints(book, nowMs);
          const spent = spend(book, points, nowMs);
          expect(spent === undefined).toBe(points > before);
          if (spent !== undefined) {
            expect(spent.taken.reduce((sum, one) => sum + one.points, 0)).toBe(points);
            book = spent.book;
            sums.spent += points;
            held = spent.taken;
          }
        }
        if (kind === 'put_back' && sums.spent >= held.reduce((sum, one) => sum + one.points, 0)) {
          book = putBack(book, held);
          sums.spent -= held.reduce((sum, one) => sum + one.points, 0);
          held = [];
        }
        if (kind === 'give_back') {
          const back = Math.min(points, sums.spent);
          book = arrive(book, { id, points: back, expiresAtMs: nowMs + 60 });
          sums.spent -= back;
        }
        if (kind === 'take_back') {
          const back = Math.min(points, earnedBy.get(some) ?? 0);
          const taken = takeBack(book, { lotId: some, points: back });
          expect(taken.pending).toBe(pendingPoints(book) - pendingPoints(taken.book));
          book = taken.book;
          earnedBy.set(some, (earnedBy.get(some) ?? 0) - back);
          sums.takenBack += back;
        }
        if (kind === 'expire') {
          const over = expire(book, nowMs);
          sums.expired += over.expired.reduce((sum, one) => sum + one.points, 0);
          book = over.book;
        }
        if (!['earn', 'release', 'take_back'].includes(kind)) expect(pendingPoints(book)).toBe(pendingBefore);
        const inLots = book.lots.reduce((sum, one) => sum + one.points, 0);
        expect(inLots - book.owed).toBe(sums.earned - sums.spent - sums.takenBack - sums.expired);
        expect(book.lots.every((one) => one.points > 0 !== (one.state === 'ended'))).toBe(true);
      });
    }),
    { numRuns: 500 },
  );
});

describe('spending', () => {
  const book: PointsBook = {
    lots: [
      lot('b', 50, 300),
      lot('c', 40, 100),
      lot('a', 30, 300),
      lot('p', 99, 400, 'pending'),
      lot('o', 9, 10),
    ],
    owed: 0,
  };

  test('takes what expires first, then what is first by name, and neither pending nor expired points', () => {
    expect(availablePoints(book, 10)).toBe(120);
    expect(spend(book, 75, 10)?.taken).toEqual([
      { lotId: 'c', points: 40 },
      { lotId: 'a', points: 30 },
      { lotId: 'b', points: 5 },
    ]);
    expect(spend(book, 121, 10)).toBeUndefined();
    expect(spend(book, 120, 10)?.book.lots.map(({ state }) => state)).toEqual([
      'ended',
      'ended',
      'ended',
      'pending',
      'available',
    ]);
  });

  test.each([-1, 0.5, Number.NaN])('of %d points is refused', (points) => {
    const refused = { name: 'PointsError', message: `not a number of points: ${points}` };
    expect(() => spend(book, points, 0)).toThrow(expect.objectContaining(refused) as Error);
  });

  test('takes the same whatever the order in which lots stand', () => {
    const shuffled = fc.shuffledSubarray([...book.lots], { minLength: book.lots.length });
    fc.assert(
      fc.property(shuffled, fc.nat(120), (lots, points) => {
        expect(spend({ lots, owed: 0 }, points, 10)?.taken).toEqual(spend(book, points, 10)?.taken);
      }),
    );
  });

  test('of no points takes none', () => expect(spend(book, 0, 10)).toEqual({ book, taken: [] }));
});

describe('taking back', () => {
  test('reaches the lot itself first, then what would be spent first, and then the future', () => {
    const book = { lots: [lot('x', 10, 900), lot('y', 5, 100), lot('z', 5, 50)], owed: 0 };
    const taken = takeBack(book, { lotId: 'x', points: 17 });
    expect(taken).toEqual({
      book: { lots: [lot('x', 0, 900, 'ended'), lot('y', 3, 100), lot('z', 0, 50, 'ended')], owed: 0 },
      pending: 0,
    });
    expect(takeBack(taken.book, { lotId: 'x', points: 8 }).book.owed).toBe(5);
  });

  test('of pending points leaves those to be spent alone as long as they suffice', () => {
    const book = { lots: [lot('x', 10, 900, 'pending'), lot('y', 5, 100)], owed: 0 };
    expect(takeBack(book, { lotId: 'x', points: 4 })).toEqual({
      book: { lots: [lot('x', 6, 900, 'pending'), lot('y', 5, 100)], owed: 0 },
      pending: 4,
    });
    expect(takeBack(book, { lotId: 'x', points: 12 })).toMatchObject({ pending: 10, book: { owed: 0 } });
  });

  test('never touches what is pending of another payment', () => {
    const book = { lots: [lot('p', 10, 900, 'pending')], owed: 0 };
    expect(takeBack(book, { lotId: 'gone', points: 4 })).toEqual({ book: { ...book, owed: 4 }, pending: 0 });
  });
});

test('what is owed is paid with the next points that come', () => {
  const book = { lots: [lot('p', 30, 900, 'pending')], owed: 50 };
  const paid = release(book, 'p');
  expect(paid).toEqual({ owed: 20, lots: [lot('p', 0, 900, 'ended')] });
  expect(arrive(paid, { id: 'q', points: 25, expiresAtMs: 7 })).toEqual({
    owed: 0,
    lots: [...paid.lots, lot('q', 5, 7)],
  });
});

test('points that were held for nothing go back into their lots, after what is owed', () => {
  const book = { lots: [lot('x', 0, 900, 'ended'), lot('y', 5, 100)], owed: 7 };
  const held = [
    { lotId: 'x', points: 6 },
    { lotId: 'y', points: 1 },
  ];
  expect(putBack(book, held)).toEqual({ lots: [lot('x', 5, 900), lot('y', 0, 100, 'ended')], owed: 0 });
  const unknown = ['z', 'y', 'w'].map((lotId) => ({ lotId, points: 1 }));
  expect(() => putBack(book, unknown)).toThrow(new PointsError('lots z, w are not in the book'));
});

test('what is owed is never paid with points that are pending', () => {
  const book = { lots: [lot('x', 0, 900, 'ended'), lot('p', 5, 100, 'pending')], owed: 7 };
  expect(putBack(book, [{ lotId: 'x', points: 3 }])).toEqual({
    lots: [lot('x', 0, 900, 'ended'), lot('p', 5, 100, 'pending')],
    owed: 4,
  });
});

test('a lot comes once and is released once', () => {
  const book = { lots: [lot('x', 1, 9)], owed: 0 };
  expect(() => arrive(book, { id: 'x', points: 1, expiresAtMs: 9 })).toThrow(
    new PointsError('lot x is there already'),
  );
  expect(() => release(book, 'x')).toThrow(new PointsError('lot x is not pending'));
  expect(() => release(book, 'y')).toThrow(PointsError);
});

test('points expire at their time, pending ones never', () => {
  const book = { lots: [lot('x', 4, 100), lot('p', 5, 50, 'pending')], owed: 0 };
  expect(expire(book, 99).expired).toEqual([]);
  expect(expire(book, 100)).toEqual({
    book: { lots: [lot('x', 0, 100, 'ended'), lot('p', 5, 50, 'pending')], owed: 0 },
    expired: [{ lotId: 'x', points: 4 }],
  });
});
