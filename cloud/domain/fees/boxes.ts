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

/** All payments that there can be, in parts that have nothing in common, and what each rule of a set admits of them. */
export interface Space {
  readonly parts: readonly Box[];
  /** What a rule admits of each part, in their order; undefined where that is nothing. */
  boxesOf(rule: FeeRule): readonly (Box | undefined)[];
  /** Values of the facts of one payment in a box, without those that it does not have. */
  exampleOf(box: Box): Readonly<Record<string, string>>;
}

/** The space that rules divide. Cards exist for the method `bankcard` alone, and transfers have no merchant. */
export function spaceOf(rules: readonly FeeRule[]): Space {
  const banks = [...new Set(rules.flatMap((rule) => rule.when.banks ?? [])), OTHER_BANK];
  const values: Readonly<Record<Condition, readonly string[]>> = {
    scenes: SCENES,
    methods: FEE_METHODS,
    cardTypes: [...CARD_TYPES, NONE],
    banks: [...banks, NONE],
    hosts: FEE_HOSTS,
    categories: [...FEE_CATEGORIES, NONE],
    userTiers: USER_TIERS,
  };
  const bits = DIMENSIONS.map(
    ({ condition }) => new Map(values[condition].map((value, place) => [value, 1n << BigInt(place)])),
  );
  const everything = bits.map(({ size }) => (1n << BigInt(size)) - 1n);
  const boxWith = (when: Partial<Record<Condition, readonly string[] | undefined>>): Box => ({
    masks: DIMENSIONS.map(({ condition }, dimension) =>
      when[condition] === undefined
        ? (everything[dimension] ?? 0n)
        : when[condition].reduce((mask, value) => mask | (bits[dimension]?.get(value) ?? 0n), 0n),
    ),
    fromMs: -Infinity,
    toMs: Infinity,
  });
  const withoutCard = { methods: ['wechat', 'alipay'], cardTypes: [NONE], banks: [NONE] };
  const withCard = { methods: ['bankcard'], cardTypes: CARD_TYPES, banks };
  const toMerchant = { scenes: ['merchant_payment', 'bill'], categories: FEE_CATEGORIES };
  const toPerson = { scenes: ['transfer'], categories: [NONE] };
  const parts = [withoutCard, withCard].flatMap((how) =>
    [toMerchant, toPerson].map((what) => boxWith({ ...how, ...what })),
  );
  return {
    parts,
    boxesOf: (rule) => {
      const box = { ...boxWith(rule.when), ...effectiveMs(rule) };
      return parts.map((part) => common(part, box));
    },
    exampleOf: (box) =>
      Object.fromEntries(
        DIMENSIONS.flatMap(({ fact }, dimension) => {
          const mask = box.masks[dimension] ?? 0n;
          const [value] = [...(bits[dimension] ?? [])].find(([, bit]) => (mask & bit) !== 0n) ?? [];
          return value === undefined || value === NONE ? [] : [[fact, value]];
        }),
      ),
  };
}

/** What two boxes have in common; undefined where that is nothing. */
export function common(a: Box, b: Box): Box | undefined {
  const fromMs = Math.max(a.fromMs, b.fromMs);
  const toMs = Math.min(a.toMs, b.toMs);
  if (fromMs >= toMs) return undefined;
  const masks: bigint[] = [];
  for (const [dimension, mask] of a.masks.entries()) {
    const shared = mask & (b.masks[dimension] ?? 0n);
    if (shared === 0n) return undefined;
    masks.push(shared);
  }
  return { masks, fromMs, toMs };
}
