import fc from 'fast-check';

import type { Box } from '../../../cloud/domain/fees/boxes';
import { Budget, TooManyParts, uncovered } from '../../../cloud/domain/fees/cover';

const ALL = [0b111n, 0b1111n, 0b11n] as const;
const TIMES = [0, 1, 2, 3] as const;
/** Everything that there is: three dimensions, and four stretches of time. */
const WHOLE: Box = { masks: ALL, fromMs: 0, toMs: TIMES.length };

/** Every payment of a box, one by one. */
const pointsOf = ({ masks, fromMs, toMs }: Box): readonly string[] =>
  TIMES.filter((at) => at >= fromMs && at < toMs).flatMap((at) =>
    masks.reduce<readonly string[]>(
      (points, mask) =>
        points.flatMap((point) =>
          [0n, 1n, 2n, 3n].filter((bit) => (mask >> bit) & 1n).map((bit) => `${point}${bit}`),
        ),
      [`${at}:`],
    ),
  );

const masksOf = (all: bigint) => fc.bigInt({ min: 1n, max: all });
const stretches = fc
  .tuple(fc.nat(TIMES.length - 1), fc.nat(TIMES.length - 1))
  .map(([a, b]) => ({ fromMs: Math.min(a, b), toMs: Math.max(a, b) + 1 }));
const boxes: fc.Arbitrary<Box> = fc
  .record({ masks: fc.tuple(...ALL.map(masksOf)), times: fc.oneof(stretches, fc.constant(WHOLE)) })
  .map(({ masks, times: { fromMs, toMs } }) => ({ masks, fromMs, toMs }));

/** A box in two, along one dimension or in time, where that is possible. */
function halves(box: Box, along: number, mask: bigint): readonly Box[] {
  if (along === ALL.length) {
    const at = Math.ceil((box.fromMs + box.toMs) / 2);
    return [
      { ...box, toMs: at },
      { ...box, fromMs: at },
    ].filter(({ fromMs, toMs }) => fromMs < toMs);
  }
  const part = (keep: bigint): Box => ({
    ...box,
    masks: box.masks.map((own, dimension) => (dimension === along ? own & keep : own)),
  });
  return [part(mask), part(~mask)].filter(({ masks }) => masks.every((own) => own !== 0n));
}

/** Boxes that cover everything together, with nothing in common, in any order. */
const divisions: fc.Arbitrary<readonly Box[]> = fc
  .array(fc.tuple(fc.nat(99), fc.nat(ALL.length), fc.bigInt({ min: 1n, max: 14n })), { maxLength: 14 })
  .map((cuts) =>
    cuts.reduce<readonly Box[]>(
      (parts, [place, along, mask]) => {
        const [box, ...others] = [
          ...parts.slice(place % parts.length),
          ...parts.slice(0, place % parts.length),
        ];
        return box === undefined ? parts : [...others, ...halves(box, along, mask)];
      },
      [WHOLE],
    ),
  );

const findIn = (box: Box, covers: readonly Box[]) => uncovered(box, covers, new Budget(100_000));

test('what is found is part of the box and in no cover, and nothing is found only where all is covered', () => {
  fc.assert(
    fc.property(boxes, fc.array(boxes, { maxLength: 12 }), (box, covers) => {
      const covered = new Set(covers.flatMap(pointsOf));
      const free = pointsOf(box).filter((point) => !covered.has(point));
      const found = findIn(box, covers);
      if (found === undefined) expect(free).toEqual([]);
      else {
        expect(pointsOf(found)).not.toEqual([]);
        expect(free).toEqual(expect.arrayContaining([...pointsOf(found)]));
      }
    }),
    { numRuns: 300 },
  );
});

test('of covers that leave nothing each one is needed', () => {
  fc.assert(
    fc.property(divisions, fc.nat(99), (covers, place) => {
      expect(findIn(WHOLE, covers)).toBeUndefined();
      const missing = covers[place % covers.length];
      const found = findIn(
        WHOLE,
        covers.filter((cover) => cover !== missing),
      );
      const points = found && pointsOf(found);
      expect(points).not.toEqual([]);
      expect(missing && pointsOf(missing)).toEqual(expect.arrayContaining([...(points ?? ['nothing'])]));
    }),
    { numRuns: 300 },
  );
});

test('a hole in time is found from where covers end to where the next begins', () => {
  const during = (fromMs: number, toMs: number): Box => ({ ...WHOLE, fromMs, toMs });
  const always = during(-Infinity, Infinity);
  expect(findIn(always, [during(2, 3), during(-Infinity, 1)])).toEqual(during(1, 2));
  expect(findIn(always, [during(0, 2), during(1, Infinity)])).toEqual(during(-Infinity, 0));
  expect(findIn(always, [during(-Infinity, 3), during(1, 2)])).toEqual(during(3, Infinity));
  expect(findIn(always, [])).toEqual(always);
});

describe('the steps that it takes', () => {
  /** Whether a search ends within so many steps and no fewer. */
  function expectSteps(steps: number, box: Box, covers: readonly Box[]): void {
    expect(() => uncovered(box, covers, new Budget(steps))).not.toThrow();
    expect(() => uncovered(box, covers, new Budget(steps - 1))).toThrow(
      new TooManyParts('the rules divide payments too finely to be checked'),
    );
  }
  const wide: Box = { ...WHOLE, masks: [(1n << 200n) - 1n, 0b11n] };
  const taking = (first: bigint, second = 0b11n): Box => ({ ...wide, masks: [first, second] });
  const singles = Array.from({ length: 200 }, (_, value) => taking(1n << BigInt(value)));

  test('are two for each cover where one takes all, however many others there are', () => {
    expectSteps(201 + 201 + 1, wide, [...singles, wide]);
  });

  test('are two for each cover where values are each taken by one', () => {
    expectSteps(200 + 200 + 1, wide, singles);
  });

  test('are one for each value of each cover where no cover takes any by itself', () => {
    // Of both values of the second dimension, each cover takes one: 200 values, each with two covers.
    const split = singles.flatMap(({ masks: [first = 0n] }) => [taking(first, 0b01n), taking(first, 0b10n)]);
    const perValue = 2 + (1 + 2);
    expectSteps(400 + 401 + 200 * perValue, wide, split);
  });

  test('are few for values that the same covers take', () => {
    const half = (1n << 100n) - 1n;
    const covers = [half, half << 100n].flatMap((values) => [taking(values, 0b01n), taking(values, 0b10n)]);
    expectSteps(4 + 5 + 200 * 2 + 2 * (1 + 2), wide, covers);
  });

  test('are none for what has nothing in common with the box', () => {
    expectSteps(200 + 2, taking(1n, 0b01n), singles);
  });
});

test('running out of steps is told apart from every other error', () => {
  expect(new TooManyParts('any').name).toBe('TooManyParts');
});
