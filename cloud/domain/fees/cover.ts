import { common, type Box } from './boxes';

/** The rules divide the space into more parts than can be looked through. */
export class TooManyParts extends Error {
  override readonly name = 'TooManyParts';
}

/** Counts down the steps that one check may take: boxes that are looked at, and values of theirs. */
export class Budget {
  constructor(private left: number) {}

  /** Throws TooManyParts once all is spent. */
  spend(steps: number): void {
    this.left -= steps;
    if (this.left < 0) throw new TooManyParts('the rules divide payments too finely to be checked');
  }
}

/** A part of a box that none of the boxes covers; undefined where they cover all of it. Throws TooManyParts. */
export function uncovered(box: Box, covers: readonly Box[], budget: Budget): Box | undefined {
  budget.spend(covers.length);
  return search(
    box,
    covers.flatMap((cover) => common(box, cover) ?? []),
    budget,
  );
}

const maskOf = ({ masks }: Box, dimension: number): bigint => masks[dimension] ?? 0n;

/**
 * Goes through a box one dimension after the other: first that in which most covers have less than the box, so that few are
 * left for each value of it. Every cover has something in common with the box.
 */
function search(box: Box, covers: readonly Box[], budget: Budget): Box | undefined {
  budget.spend(1 + covers.length);
  /** In how many covers a dimension has less than the box, and the values that one of them takes all by itself. */
  const tallies = box.masks.map((mask, dimension) => ({ dimension, mask, narrow: 0, taken: 0n }));
  for (const cover of covers) {
    const narrow = tallies.filter(({ mask, dimension }) => (mask & maskOf(cover, dimension)) !== mask);
    for (const tally of narrow) tally.narrow += 1;
    const isAlways = cover.fromMs === box.fromMs && cover.toMs === box.toMs;
    const [first, second] = narrow;
    if (!isAlways || second !== undefined) continue;
    if (first === undefined) return undefined;
    first.taken |= maskOf(cover, first.dimension);
  }
  const { dimension, mask, narrow, taken } = tallies.reduce((most, tally) =>
    tally.narrow > most.narrow ? tally : most,
  );
  if (narrow === 0) return hole(box, covers);
  for (const { values, admitting } of classesOf(mask & ~taken, covers, dimension, budget)) {
    const part = { ...box, masks: box.masks.map((own, at) => (at === dimension ? values : own)) };
    const found = search(part, admitting, budget);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Values of a dimension that are the same to the covers, and those that admit them. */
interface ValueClass {
  readonly values: bigint;
  readonly admitting: readonly Box[];
}

/** Values of one dimension, those together that the same covers admit. */
function classesOf(
  values: bigint,
  covers: readonly Box[],
  dimension: number,
  budget: Budget,
): readonly ValueClass[] {
  const everywhere: Box[] = [];
  const placesOf = new Map<bigint, number[]>();
  let unnamed = values;
  for (const [place, cover] of covers.entries()) {
    const mask = values & maskOf(cover, dimension);
    if (mask === values) {
      everywhere.push(cover);
      continue;
    }
    unnamed &= ~mask;
    for (const value of bitsOf(mask)) {
      const places = placesOf.get(value) ?? [];
      places.push(place);
      placesOf.set(value, places);
    }
  }
  const classes = new Map<string, ValueClass>();
  for (const [value, places] of placesOf) {
    budget.spend(places.length);
    const key = places.join();
    const admitting = places.flatMap((place) => covers[place] ?? []).concat(everywhere);
    const { values: alike, ...known } = classes.get(key) ?? { values: 0n, admitting };
    classes.set(key, { ...known, values: alike | value });
  }
  const named = [...classes.values()];
  return unnamed === 0n ? named : [{ values: unnamed, admitting: everywhere }, ...named];
}

function* bitsOf(mask: bigint): Generator<bigint> {
  for (let left = mask; left !== 0n; left &= left - 1n) yield left & -left;
}

/** The first time of a box in which there is no cover, where each is for all of its payments while it lasts. */
function hole(box: Box, covers: readonly Box[]): Box | undefined {
  let { fromMs } = box;
  for (const cover of [...covers].sort((a, b) => a.fromMs - b.fromMs)) {
    if (cover.fromMs > fromMs) return { ...box, fromMs, toMs: cover.fromMs };
    fromMs = Math.max(fromMs, cover.toMs);
  }
  return fromMs < box.toMs ? { ...box, fromMs } : undefined;
}
