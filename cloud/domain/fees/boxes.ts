import { CARD_TYPES, FEE_CATEGORIES, FEE_HOSTS, FEE_METHODS, SCENES, USER_TIERS } from './facts';
import { DIMENSIONS, effectiveMs, type FeeRule } from './rules';

type Condition = (typeof DIMENSIONS)[number]['condition'];

/** Stands for a fact that a payment does not have: no card, no merchant. */
const NONE = 'none';
/** Stands for every bank that no rule names. */
export const OTHER_BANK = 'other';

/** A set of payments: for each dimension a bit for each value that it has, and a time from (inclusive) to (exclusive). */
export interface Box {
  readonly masks: readonly bigint[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** All payments that there can be, and what each rule of a set admits of them. */
export interface Space {
  readonly boxes: readonly Box[];
  boxOf(rule: FeeRule): Box;
  /** Values of the facts of one payment in a box, without those that it does not have. */
  exampleOf(box: Box): Readonly<Record<string, string>>;
}

/** The space that rules divide. Cards exist for the method `bankcard` alone, and transfers have no merchant. */
export function spaceOf(rules: readonly FeeRule[]): Space {
  const banks = new Set(rules.flatMap((rule) => rule.when.banks ?? []));
  const values: Readonly<Record<Condition, readonly string[]>> = {
    scenes: SCENES,
    methods: FEE_METHODS,
    cardTypes: [...CARD_TYPES, NONE],
    banks: [...banks, OTHER_BANK, NONE],
    hosts: FEE_HOSTS,
    categories: [...FEE_CATEGORIES, NONE],
    userTiers: USER_TIERS,
  };
  const maskOf = (condition: Condition, named: readonly string[] | undefined): bigint => {
    const all = values[condition];
    if (named === undefined) return (1n << BigInt(all.length)) - 1n;
    return named.reduce((mask, value) => {
      const place = all.indexOf(value);
      return place < 0 ? mask : mask | (1n << BigInt(place));
    }, 0n);
  };
  const boxWith = (when: Partial<Record<Condition, readonly string[] | undefined>>): Box => ({
    masks: DIMENSIONS.map(({ condition }) => maskOf(condition, when[condition])),
    fromMs: -Infinity,
    toMs: Infinity,
  });
  const withoutCard = { methods: ['wechat', 'alipay'], cardTypes: [NONE], banks: [NONE] };
  const withCard = { methods: ['bankcard'], cardTypes: CARD_TYPES, banks: [...banks, OTHER_BANK] };
  const toMerchant = { scenes: ['merchant_payment', 'bill'], categories: FEE_CATEGORIES };
  const toPerson = { scenes: ['transfer'], categories: [NONE] };
  return {
    boxes: [withoutCard, withCard].flatMap((how) =>
      [toMerchant, toPerson].map((what) => boxWith({ ...how, ...what })),
    ),
    boxOf: (rule) => ({ ...boxWith(rule.when), ...effectiveMs(rule) }),
    exampleOf: (box) =>
      Object.fromEntries(
        DIMENSIONS.flatMap(({ condition, fact }, dimension) => {
          const mask = box.masks[dimension] ?? 0n;
          const value = values[condition].find((_, place) => (mask >> BigInt(place)) & 1n);
          return value === undefined || value === NONE ? [] : [[fact, value]];
        }),
      ),
  };
}

const isEmpty = ({ masks, fromMs, toMs }: Box): boolean =>
  fromMs >= toMs || masks.some((mask) => mask === 0n);

/** What two boxes have in common; undefined where that is nothing. */
export function common(a: Box, b: Box): Box | undefined {
  const box = {
    masks: a.masks.map((mask, dimension) => mask & (b.masks[dimension] ?? 0n)),
    fromMs: Math.max(a.fromMs, b.fromMs),
    toMs: Math.min(a.toMs, b.toMs),
  };
  return isEmpty(box) ? undefined : box;
}

/** Whether two boxes have anything in common. */
export const meet = (a: Box, b: Box): boolean =>
  Math.max(a.fromMs, b.fromMs) < Math.min(a.toMs, b.toMs) &&
  a.masks.every((mask, dimension) => (mask & (b.masks[dimension] ?? 0n)) !== 0n);

/** What of a box is outside another, as boxes that have nothing in common. */
function outside(box: Box, other: Box): readonly Box[] {
  const parts: Box[] = [];
  let masks = [...box.masks];
  for (const [dimension, mask] of box.masks.entries()) {
    const shared = mask & (other.masks[dimension] ?? 0n);
    parts.push({ ...box, masks: masks.map((own, at) => (at === dimension ? own & ~shared : own)) });
    masks = masks.map((own, at) => (at === dimension ? shared : own));
  }
  parts.push({ ...box, masks, toMs: Math.min(box.toMs, other.fromMs) });
  parts.push({ ...box, masks, fromMs: Math.max(box.fromMs, other.toMs) });
  return parts.filter((part) => !isEmpty(part));
}

/** The rules divide the space into more parts than can be looked through. */
export class TooManyParts extends Error {
  override readonly name = 'TooManyParts';
}

/** Counts down the comparisons of boxes that one check may make. */
export class Budget {
  constructor(private left: number) {}

  /** Throws TooManyParts once all is spent. */
  spend(comparisons: number): void {
    this.left -= comparisons;
    if (this.left < 0) throw new TooManyParts('the rules divide payments too finely to be checked');
  }
}

/** A part of a box that none of the boxes covers; undefined where they cover all of it. Throws TooManyParts. */
export function uncovered(box: Box, covers: readonly Box[], budget: Budget): Box | undefined {
  budget.spend(1 + covers.length);
  const touching = covers.filter((cover) => meet(box, cover));
  const [first] = touching;
  if (first === undefined) return box;
  // A cover that leaves nothing ends the search; otherwise the one that leaves the fewest parts is tried first.
  budget.spend(touching.length);
  let chosen = first;
  let pieces = outside(box, first);
  for (const cover of touching) {
    if (pieces.length === 0) return undefined;
    const left = outside(box, cover);
    if (left.length < pieces.length) [chosen, pieces] = [cover, left];
  }
  const others = touching.filter((cover) => cover !== chosen);
  for (const piece of pieces) {
    const found = uncovered(piece, others, budget);
    if (found !== undefined) return found;
  }
  return undefined;
}
