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
  budget.spend(1 + covers.length);
  const touching = covers.flatMap((cover) => common(box, cover) ?? []);
  return search(box, touching, [...box.masks.keys()], budget);
}

/**
 * Goes through a box one dimension after the other. Covers lie within the box, and `dimensions` are still to be looked at:
 * in all others every cover has all that the box has. The dimension in which most covers have less than the box comes
 * first, so that few are left for each value of it.
 */
function search(
  box: Box,
  covers: readonly Box[],
  dimensions: readonly number[],
  budget: Budget,
): Box | undefined {
  budget.spend(1 + covers.length);
  const tallies = dimensions.map((dimension) => ({ dimension, narrow: 0, taken: 0n }));
  for (const cover of covers) {
    const narrow = tallies.filter(({ dimension }) => cover.masks[dimension] !== box.masks[dimension]);
    for (const tally of narrow) tally.narrow += 1;
    if (cover.fromMs !== box.fromMs || cover.toMs !== box.toMs || narrow.length > 1) continue;
    const [only] = narrow;
    if (only === undefined) return undefined;
    only.taken |= cover.masks[only.dimension] ?? 0n;
  }
  const first = tallies.reduce((most, tally) => (tally.narrow > most.narrow ? tally : most), NO_TALLY);
  if (first.narrow === 0) return hole(box, covers);
  const { dimension, taken } = first;
  const others = dimensions.filter((other) => other !== dimension);
  const left = (box.masks[dimension] ?? 0n) & ~taken;
  for (const { mask, admitting } of classesOf(left, covers, dimension, budget)) {
    const part = { ...box, masks: box.masks.map((own, at) => (at === dimension ? mask : own)) };
    const found = search(part, admitting, others, budget);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** In how many covers a dimension has less than the box, and the values of it that one of them takes all by itself. */
const NO_TALLY = { dimension: -1, narrow: 0, taken: 0n };

/** Values of a dimension, and the covers that admit each of them. */
interface ValueClass {
  readonly mask: bigint;
  readonly admitting: readonly Box[];
}

/** Values of one dimension, those together that the same covers admit; first those that the fewest do. */
function classesOf(
  values: bigint,
  covers: readonly Box[],
  dimension: number,
  budget: Budget,
): readonly ValueClass[] {
  const everywhere: Box[] = [];
  const byValue = new Map<bigint, number[]>();
  let unnamed = values;
  for (const [place, cover] of covers.entries()) {
    const mask = values & (cover.masks[dimension] ?? 0n);
    if (mask === values) {
      everywhere.push(cover);
      continue;
    }
    unnamed &= ~mask;
    for (const value of bitsOf(mask)) {
      const admitting = byValue.get(value) ?? [];
      admitting.push(place);
      byValue.set(value, admitting);
    }
  }
  const classes = new Map<string, ValueClass>([['', { mask: unnamed, admitting: everywhere }]]);
  for (const [value, places] of byValue) {
    budget.spend(places.length);
    const key = places.join();
    const known = classes.get(key);
    const admitting = known?.admitting ?? [...everywhere, ...places.flatMap((place) => covers[place] ?? [])];
    classes.set(key, { mask: value | (known?.mask ?? 0n), admitting });
  }
  return [...classes.values()]
    .filter(({ mask }) => mask !== 0n)
    .sort((a, b) => a.admitting.length - b.admitting.length);
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
